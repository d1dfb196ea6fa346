"""The side panel: its files and pages, tickets for an agent's browser, a supervisor's session."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from importlib.resources import files
from importlib.resources.abc import Traversable

from litestar import delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp

from copilot.api import panel_calls
from copilot.api.answers import Answer, Headers
from copilot.api.contract import KEY
from copilot.api.desk import Desk
from copilot.api.door import principal_of
from copilot.api.reading import AnyRequest, body_of, parse
from copilot.api.tickets import Ticket
from copilot.errors import NotFound
from copilot.panel import bundle
from copilot.ports import Scope

SESSION_MS = 8 * 3_600_000
_TICKET_SCOPES: tuple[Scope, ...] = ("read", "feedback")

_MEDIA = {
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".html": b"text/html; charset=utf-8",
    ".ts": b"text/plain; charset=utf-8",
    ".svg": b"image/svg+xml",
}
# Nothing is loaded from elsewhere, nothing runs but our own files, and nobody frames the page.
_PAGE_HEADERS: Headers = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        b"require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
# The component is for the pages of others: a module script is fetched as CORS has it. It holds no secret.
_EMBEDDED: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_OWN: Headers = ((b"cross-origin-resource-policy", b"same-origin"),)
_FOR_OTHERS = frozenset({"agent-copilot.js", "agent-copilot.d.ts"})


class _File:
    """A file in memory, as it is and compressed, with the tag by which a browser asks whether it changed."""

    def __init__(self, body: bytes, media: bytes, headers: Headers) -> None:
        self._body = body
        # No file name and no time in it: the same file has the same bytes in each process.
        self._small = gzip.compress(self._body, 9, mtime=0)
        self._tag = b'W/"%s"' % hashlib.sha256(self._body).hexdigest()[:20].encode()
        self._media = media
        self._headers: Headers = (
            (b"etag", self._tag),
            (b"cache-control", b"no-cache"),
            (b"vary", b"accept-encoding"),
            *headers,
        )

    def answer(self, request: AnyRequest) -> Answer:
        if self._tag in request.headers.get("if-none-match", "").encode("latin-1"):
            return Answer(b"", 304, headers=self._headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            packed = (*self._headers, (b"content-encoding", b"gzip"))
            return Answer(self._small, media=self._media, headers=packed)
        return Answer(self._body, media=self._media, headers=self._headers)


class Panel:
    """Handlers over what the desk holds. The files are read once, when the application is made."""

    def __init__(self, desk: Desk, demonstration: Callable[[], bytes]) -> None:
        """`demonstration` gives the conversations to be played, as JSON; it is asked when somebody asks."""
        self._desk = desk
        self._demonstration = demonstration
        self._scripts = b""
        self._files: dict[str, _File] = {}
        self._pages: dict[str, _File] = {}
        root = files("copilot") / "panel"
        # The pages read streams with modules of the component.
        shared = [root / "src" / name for name in ("sse.js", "backoff.js", "connection.js", "tickets.js")]
        for source in (*root.iterdir(), *shared, *(root / "pages").iterdir()):
            self._take(source)
        self._files[bundle.NAME] = _File(bundle.script(), _MEDIA[".js"], _EMBEDDED)

    def _take(self, source: Traversable) -> None:
        stem, dot, suffix = source.name.rpartition(".")
        media = _MEDIA.get(dot + suffix)
        if media is None:
            return
        if suffix == "html":
            self._pages[stem] = _File(source.read_bytes(), media, _PAGE_HEADERS)
        else:
            headers = _EMBEDDED if source.name in _FOR_OTHERS else _OWN
            self._files[source.name] = _File(source.read_bytes(), media, headers)

    def routes(self) -> list[HTTPRouteHandler]:
        tickets = "/v1/conversations/{conversation_id:str}/tickets"
        wrap_up = "/v1/conversations/{conversation_id:str}/wrap-up"
        return [
            post(tickets, opt={KEY: panel_calls.TICKET})(self.ticket),
            put(wrap_up, opt={KEY: panel_calls.WRAP_UP})(self.wrap_up),
            get("/", opt={KEY: panel_calls.HOME})(self.home),
            get("/panel", opt={KEY: panel_calls.PANEL})(self.panel),
            get("/panel/demo", opt={KEY: panel_calls.DEMO})(self.demo),
            get("/panel/demo/scripts", opt={KEY: panel_calls.SCRIPTS})(self.scripts),
            get("/supervisor", opt={KEY: panel_calls.SUPERVISOR})(self.supervisor),
            get("/panel/{name:str}", opt={KEY: panel_calls.FILE})(self.file),
            post("/supervisor/session", opt={KEY: panel_calls.SIGN_IN}, status_code=200)(self.sign_in),
            delete("/supervisor/session", opt={KEY: panel_calls.SIGN_OUT}, status_code=200)(self.sign_out),
        ]

    async def home(self, request: AnyRequest) -> ASGIApp:
        return self._pages["home"].answer(request)

    async def panel(self, request: AnyRequest) -> ASGIApp:
        return self._pages["panel"].answer(request)

    async def demo(self, request: AnyRequest) -> ASGIApp:
        return self._pages["demo"].answer(request)

    async def supervisor(self, request: AnyRequest) -> ASGIApp:
        return self._pages["supervisor"].answer(request)

    async def scripts(self) -> ASGIApp:
        self._scripts = self._scripts or self._demonstration()
        return Answer(self._scripts, headers=((b"cache-control", b"no-cache"),))

    async def file(self, request: AnyRequest, name: FromPath[str]) -> ASGIApp:
        found = self._files.get(name)
        if found is None:
            raise NotFound("No such file.")
        return found.answer(request)

    async def ticket(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        """For a while, and for no more than the key itself may do."""
        key = self._desk.key(request.scope, conversation_id)
        await self._no_body(request)
        await self._desk.engine.known(key)
        principal = principal_of(request.scope)
        ttl_ms = self._desk.limits.ticket_ms
        until_ms = self._desk.authenticator.now_ms() + ttl_ms
        scopes = tuple(scope for scope in _TICKET_SCOPES if scope in principal.scopes)
        ticket = Ticket("ticket", principal.key_id, key.id, scopes, until_ms)
        text = self._desk.authenticator.issue(principal, ticket)
        return Answer(b'{"ticket":"%s","expires_in":%d}' % (text.encode(), ttl_ms // 1_000), 201)

    async def wrap_up(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        desk = self._desk
        key = desk.key(request.scope, conversation_id)
        body = parse(await body_of(request, desk.limits), desk.adapters.wrap_up, desk.limits.json_depth)
        return Answer.of(await desk.engine.edit_wrap_up(key, body.said()))

    async def sign_in(self, request: AnyRequest) -> ASGIApp:
        await self._no_body(request)
        principal = principal_of(request.scope)
        if principal.key_id is None:
            return Answer(b"", 204)
        until_ms = self._desk.authenticator.now_ms() + SESSION_MS
        session = Ticket("session", principal.key_id, None, ("supervise",), until_ms)
        text = self._desk.authenticator.issue(principal, session)
        return Answer(b"", 204, headers=(_cookie(request, text, SESSION_MS // 1_000),))

    async def sign_out(self, request: AnyRequest) -> ASGIApp:
        return Answer(b"", 204, headers=(_cookie(request, "", 0),))

    async def _no_body(self, request: AnyRequest) -> None:
        raw = await body_of(request, self._desk.limits, required=False)
        if raw:
            parse(raw, self._desk.adapters.nothing, self._desk.limits.json_depth)


def _cookie(request: AnyRequest, value: str, seconds: int) -> tuple[bytes, bytes]:
    """Behind a proxy that ends TLS the server itself hears plain http; the page's own origin tells."""
    secure = request.scope["scheme"] == "https" or request.headers.get("origin", "").startswith("https://")
    cookie = f"copilot_session={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict"
    return b"set-cookie", (cookie + ("; Secure" if secure else "")).encode()
