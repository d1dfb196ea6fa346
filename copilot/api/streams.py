"""Streams over server-sent events: one conversation, and all of a tenant's for its supervisors."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp

from copilot.api import calls, sse
from copilot.api.contract import KEY
from copilot.api.desk import Desk
from copilot.api.door import principal_of
from copilot.api.negotiation import accepts, resume_from
from copilot.api.outlets import held
from copilot.api.reading import AnyRequest
from copilot.core.events import StoredEvent
from copilot.errors import NotAcceptable
from copilot.ports import Key


class Streams:
    """Handlers over what the desk holds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._engine = desk.engine

    def routes(self) -> list[HTTPRouteHandler]:
        return [
            get("/v1/conversations/{conversation_id:str}/events", opt={KEY: calls.EVENTS})(self.events),
            get("/v1/events", opt={KEY: calls.FEED})(self.feed),
        ]

    async def events(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        key = self._desk.key(request.scope, conversation_id)
        after = self._resume(request)
        hidden = self._desk.hidden_from(request.scope)
        await self._engine.known(key)  # what does not exist is a 404 now, not a stream that breaks
        return self._desk.event_stream(self._conversation(key, after, hidden), "sse")

    async def feed(self, request: AnyRequest) -> ASGIApp:
        after = self._resume(request)
        tenant = principal_of(request.scope).tenant
        return self._desk.event_stream(self._tenant(tenant, after), "feed")

    def _resume(self, request: AnyRequest) -> str | None:
        if not accepts(request, sse.MEDIA):
            raise NotAcceptable(f"This is a stream of {sse.MEDIA}.")
        return resume_from(request, self._desk.query(request, "after"), self._engine.event_id(0))

    async def _conversation(
        self, key: Key, after: str | None, hidden: frozenset[str]
    ) -> AsyncGenerator[sse.Frame]:
        async with held(self._engine.stream(key, after)) as items:
            async for item in items:
                if isinstance(item, StoredEvent) and item.type in hidden:
                    continue
                yield sse.item_frame(item, self._engine.event_id)

    async def _tenant(self, tenant: str, after: str | None) -> AsyncGenerator[sse.Frame]:
        async with held(self._engine.feed(tenant, after)) as items:
            async for item in items:
                yield sse.feed_frame(item, self._engine.event_id)
