"""Every refusal as problem details (RFC 9457): what is wrong and where, never what was sent."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import structlog
from litestar import Request
from litestar.exceptions import HTTPException
from litestar.types import Receive, Send

from copilot import errors
from copilot.api.answers import Answer, AnyScope
from copilot.errors import CallerError, CopilotError

MEDIA = b"application/problem+json"

# All that can leave the server, in the order in which a request meets it.
KINDS: tuple[type[CopilotError], ...] = (
    errors.HeadersTooLarge,
    errors.UriTooLong,
    errors.Misdirected,
    errors.NotFound,
    errors.MethodNotAllowed,
    errors.Unauthenticated,
    errors.Forbidden,
    errors.NotAcceptable,
    errors.UnsupportedMedia,
    errors.TooLarge,
    errors.TooSlow,
    errors.Malformed,
    errors.Invalid,
    errors.Conflicting,
    errors.Closed,
    errors.Gone,
    errors.TooMany,
    errors.Overloaded,
    errors.Full,
    errors.StoreUnavailable,
    errors.Damaged,
    errors.Unavailable,
    CopilotError,
)

_BY_STATUS: dict[int, type[CopilotError]] = {
    400: errors.Malformed,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.TooLarge,
    415: errors.UnsupportedMedia,
}

# After these the rest of the request may still be under way: the connection cannot be used again.
_HANG_UP = frozenset({408, 413, 431})


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a refusal. `instance` is the request's id, to be quoted to the operator."""

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    errors: tuple[dict[str, str], ...] = ()


def request_id(scope: AnyScope) -> str:
    """The request's opaque id: the edge gives it, a scope that came another way gets its own."""
    state: dict[str, Any] = scope.setdefault("state", {})
    found = state.get("request_id")
    if found is None:
        found = state["request_id"] = f"req_{random.getrandbits(64):016x}"  # no secret: cheap
    return str(found)


def type_of(kind: type[CopilotError]) -> str:
    return f"/problems/{kind.slug}"


def translated(error: BaseException) -> CopilotError:
    """Foreign errors become ours here, and nothing of their text goes out."""
    if isinstance(error, CopilotError):
        return error
    if isinstance(error, HTTPException):
        return _BY_STATUS.get(error.status_code, CopilotError)()
    if isinstance(error, MemoryError):
        return errors.Unavailable()
    return CopilotError()


def problem_of(error: CopilotError, instance: str) -> Problem:
    """What is the caller's fault is explained to them; of the rest they learn only what to do."""
    detail, places = error.detail, tuple(error.errors)
    if not isinstance(error, CallerError):
        places = ()
        detail = "Try again later; nothing was acknowledged." if error.status == 503 else ""
    return Problem(
        type=type_of(type(error)),
        title=error.title,
        status=error.status,
        detail=detail,
        instance=instance,
        errors=places,
    )


def answer_of(error: CopilotError, instance: str, allow: str | None = None) -> Answer:
    headers: list[tuple[bytes, bytes]] = []
    if error.retry_after_s is not None:
        headers.append((b"retry-after", str(error.retry_after_s).encode()))
    if isinstance(error, errors.TooMany) and error.policy is not None:
        name = error.policy.partition(";")[0]
        headers.append((b"ratelimit-policy", error.policy.encode()))
        headers.append((b"ratelimit", f"{name};r=0;t={error.retry_after_s}".encode()))
    if error.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="agent-copilot"'))
    if allow:
        headers.append((b"allow", allow.encode()))
    if error.status in _HANG_UP:
        headers.append((b"connection", b"close"))
    body = msgspec.json.encode(problem_of(error, instance))
    return Answer(body, error.status, media=MEDIA, headers=tuple(headers))


class _Refused:
    """The face that Litestar wants of an answer to an exception."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def to_asgi_response(self, *_: object, **__: object) -> Answer:
        return self._answer


class Refusals:
    """The one exception handler of the application."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("copilot.api")

    def __call__(self, request: Request[Any, Any, Any], error: Exception) -> Any:
        return _Refused(self.answer(request.scope, error))

    def answer(self, scope: AnyScope, error: BaseException) -> Answer:
        ours = translated(error)
        instance = request_id(scope)
        if ours.status >= 500:
            self._log.error("request failed", request_id=instance, problem=ours.slug, exc_info=error)
        return answer_of(ours, instance, allowed(scope) if ours.status == 405 else None)


def allowed(scope: AnyScope) -> str:
    """The methods that a path does have, for the Allow header of a 405."""
    app = scope["litestar_app"]
    path = scope["path"].rstrip("/")
    found: set[str] = set()
    for route in app.routes:
        if not hasattr(route, "methods"):
            continue
        wanted = [str(part) for part in route.path_format.strip("/").split("/")]
        got = path.strip("/").split("/")
        fits = len(wanted) == len(got)
        if fits and all(w == g or w.startswith("{") for w, g in zip(wanted, got, strict=True)):
            found |= {str(getattr(method, "value", method)) for method in route.methods}
    if "GET" in found:
        found.add("HEAD")
    return ", ".join(sorted(found))


async def refuse(error: BaseException, scope: AnyScope, receive: Receive, send: Send) -> None:
    """Answers a connection that is not accepted yet, HTTP or WebSocket, with the problem."""
    ours = translated(error)
    instance = request_id(scope)
    if ours.status >= 500:
        log = structlog.get_logger("copilot.api")
        log.error("request failed", request_id=instance, problem=ours.slug, exc_info=error)
    answer = answer_of(ours, instance)
    if scope["type"] == "http":
        await answer(scope, receive, send)
    elif "websocket.http.response" in (scope.get("extensions") or {}):
        headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
        start: Any = {"type": "websocket.http.response.start", "status": answer.status, "headers": headers}
        body: Any = {"type": "websocket.http.response.body", "body": answer.body, "more_body": False}
        await send(start)
        await send(body)
    else:
        close: Any = {"type": "websocket.close", "code": 4000 + ours.status, "reason": ours.title}
        await send(close)
