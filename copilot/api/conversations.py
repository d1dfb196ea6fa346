"""Conversations: open, list, look at, change, feed with fragments, close, erase."""

from __future__ import annotations

from typing import cast

from litestar import delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp

from copilot.api import calls
from copilot.api.answers import Answer
from copilot.api.bodies import FragmentBody
from copilot.api.contract import KEY
from copilot.api.cursors import read_cursor, write_cursor
from copilot.api.desk import Desk
from copilot.api.door import doer, principal_of
from copilot.api.queries import Query
from copilot.api.reading import AnyRequest, body_of, is_list, parse
from copilot.core.events import wire
from copilot.core.types import PHASES, Fragment, Phase
from copilot.engine.readers import parse_event_id

_STATUSES: dict[str, bool | None] = {"live": False, "closed": True, "all": None}


class Conversations:
    """The handlers are methods of a plain object, so that what they work with is handed to a constructor:
    Litestar's Controller makes its own instances, and its injection costs time on each call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._engine = desk.engine

    def routes(self) -> list[HTTPRouteHandler]:
        one = "/v1/conversations/{conversation_id:str}"
        return [
            post("/v1/conversations", opt={KEY: calls.OPEN})(self.open),
            get("/v1/conversations", opt={KEY: calls.PAGE})(self.page),
            get(one, opt={KEY: calls.SHOW})(self.show),
            patch(one, opt={KEY: calls.CHANGE})(self.change),
            delete(one, opt={KEY: calls.ERASE}, status_code=200)(self.erase),
            post(f"{one}/fragments", opt={KEY: calls.INGEST})(self.ingest),
            get(f"{one}/history", opt={KEY: calls.HISTORY})(self.history),
            post(f"{one}/close", opt={KEY: calls.CLOSE})(self.close),
        ]

    async def open(self, request: AnyRequest) -> ASGIApp:
        desk = self._desk
        raw = await body_of(request, desk.limits)
        body = parse(raw, desk.adapters.opening, desk.limits.json_depth)
        tenant = principal_of(request.scope).tenant
        desk.quotas.opening(tenant)
        view, new = await self._engine.open(tenant, body.id, body.opening())
        location = (b"location", f"/v1/conversations/{view.id}".encode())
        return Answer.of(view, 201 if new else 200, (location,))

    async def page(self, request: AnyRequest) -> ASGIApp:
        query = self._desk.query(request, "status", "phase", "min_heat", "cursor", "limit")
        tenant = principal_of(request.scope).tenant
        status = query.choice("status", tuple(_STATUSES)) or "live"
        phase = cast("Phase | None", query.choice("phase", PHASES))
        min_heat = query.integer("min_heat", 0, 0, 3)
        limit = query.integer("limit", 50, 1, self._desk.limits.page_size)
        asked = f"{tenant} {status} {phase} {min_heat}"
        cursor = query.text("cursor")
        found = await self._engine.page(
            tenant,
            closed=_STATUSES[status],
            phase=phase,
            min_heat=min_heat,
            after=None if cursor is None else read_cursor(cursor, asked),
            limit=limit,
        )
        next_cursor = write_cursor(found[-1].id, asked) if len(found) == limit else None
        return Answer.of({"items": found, "next_cursor": next_cursor})

    async def show(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        self._desk.query(request)
        return Answer.of(await self._engine.view(self._desk.key(request.scope, conversation_id)))

    async def change(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        desk = self._desk
        key = desk.key(request.scope, conversation_id)
        body = parse(await body_of(request, desk.limits), desk.adapters.patch, desk.limits.json_depth)
        given = body.model_fields_set
        view = await self._engine.change(
            key,
            agent=body.agent.agent() if "agent" in given else None,
            customer=body.customer.customer() if "customer" in given else None,
            context=body.context.context() if "context" in given else None,
        )
        return Answer.of(view)

    async def ingest(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        """The hot one: a softphone calls it for each piece of speech."""
        key = self._desk.key(request.scope, conversation_id)
        raw = await body_of(request, self._desk.limits)
        fragments = self._fragments(raw)
        if len(fragments) > 1:
            self._desk.quotas.request(key.tenant, len(fragments) - 1)  # the call itself counted for one
        return Answer.of(await self._engine.ingest(key, fragments))

    def _fragments(self, raw: bytes) -> list[Fragment]:
        adapters, depth = self._desk.adapters, self._desk.limits.json_depth
        if not is_list(raw):
            return [parse(raw, adapters.fragment, depth).fragment()]
        bodies: list[FragmentBody] = parse(raw, adapters.fragments, depth)
        return [body.fragment() for body in bodies]

    async def history(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        key = self._desk.key(request.scope, conversation_id)
        query = self._desk.query(request, "after", "limit")
        limit = query.integer("limit", 200, 1, 1_000)
        after = self._position(query)
        events = await self._engine.history(key, after, limit)
        hidden = self._desk.hidden_from(request.scope)
        items = b",".join(
            b'{"id":"%s","data":%s}' % (self._engine.event_id(event.seq).encode(), wire(event))
            for event in events
            if event.type not in hidden
        )
        following = self._engine.event_id(events[-1].seq if events else after).encode()
        more = b"true" if len(events) == limit else b"false"
        return Answer(b'{"items":[%s],"next":"%s","more":%s}' % (items, following, more))

    def _position(self, query: Query) -> int:
        """Where a page of history begins. An id of another epoch means nothing here: the start."""
        sent = query.text("after")
        if sent is None or sent == "0":
            return 0
        _, seq = parse_event_id(sent)
        return seq if self._engine.event_id(seq) == sent else 0

    async def close(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        key = self._desk.key(request.scope, conversation_id)
        await self._no_body(request)
        return Answer.of(await self._engine.close(key))

    async def erase(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        key = self._desk.key(request.scope, conversation_id)
        await self._no_body(request)
        await self._engine.erasures.of_conversation(key, doer(request.scope))
        return Answer(b"", 204)

    async def _no_body(self, request: AnyRequest) -> None:
        raw = await body_of(request, self._desk.limits, required=False)
        if raw:
            parse(raw, self._desk.adapters.nothing, self._desk.limits.json_depth)
