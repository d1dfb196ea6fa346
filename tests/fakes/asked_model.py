"""A suggester on a fake endpoint, and what it told the log."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from copilot.core.events import Answered
from copilot.core.types import Draft, Moment
from copilot.errors import ModelFailure
from copilot.prompts import PromptLibrary, shipped
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.llm import LlmLimits, LlmSuggester
from copilot.suggesters.upstream import connect
from tests.fakes.moments import WordCounter, moment
from tests.fakes.openai_server import FakeOpenAI, Script

PROMPT = PromptLibrary(shipped()).get("next-phrase@1.0.0")
PHRASE = "Your kettle leaks, and it is the third one. That must be tiring 😤!"
FIRST = "Your kettle leaks, and it is the third one."
GOOD: dict[str, Any] = {
    "act": "acknowledge",
    "phrase": PHRASE,
    "why": "Nobody has heard them yet",
    "alternatives": ["Three kettles, and this one leaks too."],
}
ANSWER = json.dumps(GOOD)
LIMITS = LlmLimits(silence_s=0.25, patience_s=0.1)


class Model:
    """A suggester on a fake server, and what it told the log."""

    def __init__(self, server: FakeOpenAI, limits: LlmLimits) -> None:
        self.server = server
        self.heard: list[Answered] = []
        self.breaker = Breaker(time.monotonic)
        self.client = connect(server.base_url, "key-of-a-test")
        self.suggester = LlmSuggester(
            self.client,
            "small-1",
            PROMPT,
            WordCounter(),
            self.breaker,
            monotonic=time.monotonic,
            limits=limits,
            record=lambda _, answered: self.heard.append(answered),
        )

    async def drafts(self, at: Moment | None = None) -> list[Draft]:
        return [draft async for draft in self.suggester.suggest(at or moment())]

    async def failure(self, at: Moment | None = None) -> str:
        """The reason of the failure that has to come; no draft before it was done."""
        try:
            async with aclosing(self.suggester.suggest(at or moment())) as drafts:
                async for draft in drafts:
                    assert not draft.done, "done, though the answer is no good"
        except ModelFailure as failure:
            return failure.reason
        raise AssertionError("the iterator ended without a failure")


@asynccontextmanager
async def model(script: Script, limits: LlmLimits = LIMITS, **options: Any) -> AsyncIterator[Model]:
    async with FakeOpenAI(script, **options) as server:
        asked = Model(server, limits)
        try:
            yield asked
        finally:
            await asked.client.close()
