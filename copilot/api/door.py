"""The two walls around the routes: the edge, before routing, and the door, which knows the operation."""

from __future__ import annotations

import time
from typing import Any, cast

import structlog
from litestar import Request
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Send, WebSocketReceiveMessage

from copilot.api.answers import Answer, AnyScope, Headers
from copilot.api.auth import Authenticator, Principal
from copilot.api.contract import KEY, Call
from copilot.api.limits import Limits
from copilot.api.origins import granted
from copilot.api.problems import Refusals, allowed, refuse, request_id
from copilot.api.quotas import Quotas
from copilot.api.reading import AnyRequest
from copilot.errors import (
    Forbidden,
    HeadersTooLarge,
    Malformed,
    Misdirected,
    NotFound,
    Unauthenticated,
    UriTooLong,
)
from copilot.metrics import Metrics

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UNROUTED = "(none)"


def principal_of(scope: AnyScope) -> Principal:
    """Whom the door let in. Set for every operation that has a scope."""
    return cast(Principal, scope["state"]["principal"])


def doer(scope: AnyScope) -> str:
    """By whom, as a record of what was done says it: the key's visible id."""
    return principal_of(scope).key_id or "no key"


def is_head(scope: AnyScope) -> bool:
    return bool(scope["state"].get("head"))


class Edge:
    """Outermost: bounds on the head of a request, its id, HEAD, every answer's headers, log and metrics."""

    def __init__(self, app: ASGIApp, *, limits: Limits, metrics: Metrics, local_only: bool) -> None:
        self._app = app
        self._limits = limits
        self._metrics = metrics
        self._local_only = local_only
        self._refusals = Refusals()
        self._log = structlog.get_logger("copilot.api")

    async def __call__(self, scope: AnyScope, receive: Receive, send: Send) -> None:
        state: dict[str, Any] = {}
        scope["state"] = state
        request_id(scope)
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
            return
        cors = granted(scope, self._limits.origins)
        exchange = _Exchange(send, cast(str, state["request_id"]), cors)
        method = scope["method"]
        if method == "HEAD":
            # Answered as a GET whose body stays here: every GET has its HEAD. A copy, because the server
            # reads the method in its own scope to know that no body follows.
            scope = {**scope, "method": "GET"}
            state["head"] = exchange.headless = True
        started = time.perf_counter()
        try:
            self._check(scope)
            await self._app(scope, receive, exchange.send)
        except Exception as error:
            answer = self._refusals.answer(scope, error)
            if exchange.status:
                return  # too late for an answer: the server cuts what is unfinished
            await answer(scope, receive, exchange.send)
        finally:
            self._note(scope, method, exchange, started)

    async def _websocket(self, scope: AnyScope, receive: Receive, send: Send) -> None:
        try:
            self._check(scope)
        except Exception as error:
            await refuse(error, scope, receive, send)
            return
        accepted = False

        async def answer(message: Message) -> None:
            # Litestar closes what no route fits with a code that a server can only make a 403 of.
            nonlocal accepted
            if message["type"] == "websocket.close" and not accepted and "route_handler" not in scope:
                await refuse(NotFound(), scope, receive, send)
                return
            accepted = accepted or message["type"] == "websocket.accept"
            await send(message)

        await self._app(scope, receive, answer)

    def _check(self, scope: AnyScope) -> None:
        headers = scope["headers"]
        if len(headers) > self._limits.header_count:
            raise HeadersTooLarge(f"A request may have {self._limits.header_count} header fields.")
        size = 0
        hosts = []
        for name, value in headers:
            size += len(name) + len(value)
            if name == b"host":
                hosts.append(value)
        if size > self._limits.header_bytes:
            raise HeadersTooLarge(f"Header fields may have {self._limits.header_bytes} bytes.")
        if len(scope["raw_path"]) + len(scope["query_string"]) > self._limits.path_bytes:
            raise UriTooLong(f"A URI may have {self._limits.path_bytes} bytes.")
        if len(hosts) > 1:
            raise Malformed("Send one Host header.")
        path = scope["raw_path"]
        if b"%2f" in path.lower() or b"//" in path or (path != b"/" and path.endswith(b"/")):
            # No name has a slash. One in disguise, or one too many, would pass a proxy's rules on paths, and
            # lead here to what they keep.
            raise NotFound
        if self._local_only and not is_local(b"".join(hosts)):
            # A page of another site can point its own name at this machine, but must ask for that name.
            raise Misdirected("Without keys this server answers only to localhost, 127.0.0.1 and [::1].")

    def _note(self, scope: AnyScope, method: str, exchange: _Exchange, started: float) -> None:
        seconds = (exchange.answered or time.perf_counter()) - started
        route = scope.get("path_template") or _UNROUTED
        status = exchange.status or 499
        known = method if method in _SAFE or method in ("POST", "PATCH", "DELETE", "PUT") else "OTHER"
        self._metrics.request(known, route, status, seconds)
        principal = scope["state"].get("principal")
        handler = scope.get("route_handler")
        call: Call | None = handler.opt.get(KEY) if handler else None
        write = self._log.debug if call is not None and call.quiet and status < 400 else self._log.info
        write(
            "request",
            method=known,
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            request_id=exchange.request_id,
            tenant=principal.tenant if principal else None,
        )


class _Exchange:
    """Watches the answer go out: its status, when it began, and the headers that every answer has."""

    __slots__ = ("_cors", "_send", "answered", "headless", "request_id", "status")

    def __init__(self, send: Send, request_id: str, cors: Headers) -> None:
        self._send = send
        self._cors = cors
        self.request_id = request_id
        self.status = 0
        self.answered = 0.0
        self.headless = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.answered = time.perf_counter()
            headers = list(message["headers"])
            headers.append((b"x-request-id", self.request_id.encode()))
            headers.append((b"x-content-type-options", b"nosniff"))
            if not any(name == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            if self._cors and not any(name == b"access-control-allow-origin" for name, _ in headers):
                headers.extend(self._cors)
            message["headers"] = headers
        elif self.headless and message["type"] == "http.response.body":
            message["body"] = b""
        await self._send(message)


class Door:
    """Innermost: lets in whoever has a key with the operation's scope. What says nothing is shut."""

    def __init__(self, app: ASGIApp, *, authenticator: Authenticator, limits: Limits, quotas: Quotas) -> None:
        self._app = app
        self._authenticator = authenticator
        self._limits = limits
        self._quotas = quotas

    async def __call__(self, scope: AnyScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            await Answer(b"", 204, headers=((b"allow", allowed(scope).encode()),))(scope, receive, send)
            return
        try:
            self._admit(scope)
        except Exception as error:
            if scope["type"] == "http":
                raise
            await refuse(error, scope, receive, send)
            return
        principal: Principal | None = scope["state"].get("principal")
        if scope["type"] == "http" and principal is not None and principal.key_id is not None:
            receive = self._in_time(principal, receive)
        handler = scope["route_handler"]
        call: Call | None = handler.opt.get(KEY)
        if call is not None and call.hot:
            request: AnyRequest = Request(scope, receive, send)
            answer = await handler.fn(request, scope["path_params"]["conversation_id"])
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _in_time(self, principal: Principal, receive: Receive) -> Receive:
        """A body may take its seconds to arrive. Whose key ended meanwhile is not heard: otherwise a request
        that was begun with a stolen key could be finished after that was revoked, to make another key."""

        async def received() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            message = await receive()
            if message["type"] == "http.request" and not self._authenticator.still_valid(principal):
                raise Unauthenticated("The key is not valid.")
            return message

        return received

    def _admit(self, scope: AnyScope) -> None:
        call: Call | None = scope["route_handler"].opt.get(KEY)
        if call is None:
            raise Forbidden("This operation is not open to anybody.")
        if call.scope is None:
            return
        if self._authenticator.is_open or scope["type"] == "websocket":
            _check_origin(scope, self._limits.origins)
        principal = self._authenticator.authenticate(scope["headers"])
        principal.require(call.scope, *call.also)
        principal.confine(call.browser, scope["path_params"].get("conversation_id"))
        self._quotas.request(principal.tenant)
        scope["state"]["principal"] = principal


def is_local(host: bytes) -> bool:
    name = host.decode("latin-1").lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]" in _LOCAL_HOSTS
    return name.partition(":")[0] in _LOCAL_HOSTS


def _check_origin(scope: AnyScope, known: frozenset[str]) -> None:
    """A page of another site may not speak for the person in front of it. Programs send no Origin."""
    if scope["type"] == "http" and scope["method"] in _SAFE:
        return
    origins = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"origin"]
    hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
    if len(origins) > 1:
        raise Malformed("Send one Origin header.")
    if origins and origins[0] not in known and origins[0].partition("://")[2] not in hosts:
        raise Forbidden("This origin is not on the list.")
