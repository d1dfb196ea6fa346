"""Suggestions: one on request, why one was shown, and what the agent did with it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp

from copilot.api import calls, sse
from copilot.api.answers import JSON, Answer
from copilot.api.bodies import ID
from copilot.api.contract import KEY
from copilot.api.desk import Desk
from copilot.api.door import principal_of
from copilot.api.negotiation import prefers
from copilot.api.outlets import held
from copilot.api.reading import AnyRequest, body_of, parse
from copilot.core.suggestions import Suggestion
from copilot.engine.coordinator import Growing
from copilot.errors import NotFound


class Suggestions:
    """Handlers over what the desk holds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._engine = desk.engine

    def routes(self) -> list[HTTPRouteHandler]:
        one = "/v1/conversations/{conversation_id:str}"
        all_of = f"{one}/suggestions"
        return [
            post(all_of, opt={KEY: calls.SUGGEST}, status_code=200)(self.suggest),
            get(f"{all_of}/{{suggestion_id:str}}", opt={KEY: calls.EXPLAIN})(self.explain),
            post(f"{one}/quiet", opt={KEY: calls.QUIET}, status_code=200)(self.hush),
            post(f"{all_of}/{{suggestion_id:str}}/feedback", opt={KEY: calls.FEEDBACK})(self.feedback),
        ]

    async def suggest(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        desk = self._desk
        key = desk.key(request.scope, conversation_id)
        streamed = prefers(request, sse.MEDIA, "application/json")
        raw = await body_of(request, desk.limits, required=False)
        if raw:
            parse(raw, desk.adapters.nothing, desk.limits.json_depth)
        answers = self._engine.suggest(key)
        if streamed:
            # The first one is waited for, so that what is wrong can still be said with a status.
            first = await anext(answers, None)
            return desk.event_stream(_frames(first, answers), "suggestion")
        made = [answer async for answer in answers]
        final = made[-1] if made and isinstance(made[-1], Suggestion) else None
        if final is None:
            return Answer(b"", 204)
        return Answer.of(final)

    async def explain(
        self, request: AnyRequest, conversation_id: FromPath[str], suggestion_id: FromPath[str]
    ) -> ASGIApp:
        key = self._desk.key(request.scope, conversation_id)
        self._desk.query(request)
        internal = "prompts" in principal_of(request.scope).scopes
        return Answer.of(await self._engine.explain(key, _checked(suggestion_id), internal=internal))

    async def hush(self, request: AnyRequest, conversation_id: FromPath[str]) -> ASGIApp:
        desk = self._desk
        key = desk.key(request.scope, conversation_id)
        body = parse(await body_of(request, desk.limits), desk.adapters.quiet, desk.limits.json_depth)
        return Answer.of(await self._engine.hush(key, body.quiet))

    async def feedback(
        self, request: AnyRequest, conversation_id: FromPath[str], suggestion_id: FromPath[str]
    ) -> ASGIApp:
        desk = self._desk
        key = desk.key(request.scope, conversation_id)
        body = parse(await body_of(request, desk.limits), desk.adapters.feedback, desk.limits.json_depth)
        seq = await self._engine.feedback(key, _checked(suggestion_id), body.verdict, body.said())
        return Answer(b'{"seq":%d}' % seq, 201, media=JSON)


async def _frames(
    first: Growing | Suggestion | None, rest: AsyncIterator[Growing | Suggestion]
) -> AsyncGenerator[sse.Frame]:
    """The same events as on the conversation's stream, without ids: the log's own come there."""
    async with held(rest) as answers:
        if first is not None:
            yield _frame(first)
        async for answer in answers:
            yield _frame(answer)


def _frame(answer: Growing | Suggestion) -> sse.Frame:
    suggestion = answer.suggestion if isinstance(answer, Growing) else answer
    return sse.frame("suggestion", sse.growing(suggestion)), isinstance(answer, Suggestion)


def _checked(suggestion_id: str) -> str:
    if not ID.fullmatch(suggestion_id):
        raise NotFound("No such suggestion.")
    return suggestion_id
