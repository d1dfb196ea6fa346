"""What runs and explains the server: health, metrics, the OpenAPI document, its page, problem types."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp

from copilot.api import operation_calls
from copilot.api.answers import JSON, Answer
from copilot.api.contract import KEY
from copilot.api.problems import KINDS, type_of
from copilot.errors import NotFound, Unavailable
from copilot.metrics import Metrics

Ready = Callable[[], tuple[bool, str]]

# Nothing is loaded from elsewhere, and nothing that the document says can become a script.
_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
_MEDIA = {"docs.css": b"text/css; charset=utf-8", "docs.js": b"text/javascript; charset=utf-8"}


class Operations:
    """Open to everybody: none of it tells of a conversation."""

    def __init__(self, metrics: Metrics, ready: Ready, document: Callable[[], dict[str, Any]]) -> None:
        self._metrics = metrics
        self._ready = ready
        self._make_document = document
        self._document = b""

    def routes(self) -> list[HTTPRouteHandler]:
        return [
            get("/health/live", opt={KEY: operation_calls.LIVE})(self.live),
            get("/health/ready", opt={KEY: operation_calls.READY})(self.ready),
            get("/metrics", opt={KEY: operation_calls.METRICS})(self.metrics),
            get("/openapi.json", opt={KEY: operation_calls.OPENAPI})(self.openapi),
            get("/docs", opt={KEY: operation_calls.DOCS})(self.docs),
            get("/docs/{name:str}", opt={KEY: operation_calls.ASSET})(self.asset),
            get("/problems/{slug:str}", opt={KEY: operation_calls.PROBLEM})(self.problem),
        ]

    async def live(self) -> ASGIApp:
        return Answer(b'{"status":"live"}')

    async def ready(self) -> ASGIApp:
        is_ready, reason = self._ready()
        if not is_ready:
            raise Unavailable(reason)
        return Answer(b'{"status":"ready"}')

    async def metrics(self) -> ASGIApp:
        return Answer(self._metrics.exposition(), media=self._metrics.content_type.encode())

    async def openapi(self) -> ASGIApp:
        if not self._document:
            self._document = msgspec.json.encode(self._make_document())
        return Answer(self._document, media=JSON, headers=((b"cache-control", b"no-cache"),))

    async def docs(self) -> ASGIApp:
        return Answer(_static("docs.html"), media=b"text/html; charset=utf-8", headers=(_POLICY,))

    async def asset(self, name: FromPath[str]) -> ASGIApp:
        media = _MEDIA.get(name)
        if media is None:
            raise NotFound("No such file.")
        return Answer(_static(name), media=media, headers=((b"cache-control", b"no-cache"),))

    async def problem(self, slug: FromPath[str]) -> ASGIApp:
        for kind in KINDS:
            if kind.slug == slug:
                meaning = " ".join((kind.__doc__ or kind.title).split())
                about = {
                    "type": type_of(kind),
                    "title": kind.title,
                    "status": kind.status,
                    "meaning": meaning,
                }
                return Answer.of(about)
        raise NotFound("No such problem type.")


def _static(name: str) -> bytes:
    return (files("copilot.api") / "static" / name).read_bytes()
