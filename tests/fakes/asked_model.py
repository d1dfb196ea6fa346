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
from copilot.prompts.library import PromptLibrary
from copilot.shipped import shipped
from copilot.suggesters.breaker import Breaker, BreakerLimits
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
# Long enough for a busy machine; the tests of silence have their own.
LIMITS = LlmLimits(silence_s=20, patience_s=10)
SHORT = LlmLimits(silence_s=0.25, patience_s=0.1)


class Model:
    """A suggester on a fake server, and what it told the log."""

    def __init__(self, server: FakeOpenAI, limits: LlmLimits, breaking: BreakerLimits | None) -> None:
        self.server = server
        self.heard: list[Answered] = []
        self.shown: list[Draft] = []
        self.breaker = Breaker(time.monotonic, breaking)
        self.client = connect(server.base_url, "key-of-a-test", connect_s=20)
        self.suggester = LlmSuggester(
            self.client,
            "small-1",
            lambda tenant, ref: PROMPT,
            WordCounter(),
            self.breaker,
            monotonic=time.monotonic,
            limits=limits,
            record=lambda _, answered: self.heard.append(answered),
        )

    async def drafts(self, at: Moment | None = None) -> list[Draft]:
        return [draft async for draft in self.suggester.suggest(at or moment())]

    async def failure(self, at: Moment | None = None) -> str:
        """The reason of the failure that has to come; `shown` holds what came before it, none done."""
        try:
            async with aclosing(self.suggester.suggest(at or moment())) as drafts:
                async for draft in drafts:
                    self.shown.append(draft)
                    assert not draft.done, "done, though the answer is no good"
        except ModelFailure as failure:
            return failure.reason
        raise AssertionError("the iterator ended without a failure")


@asynccontextmanager
async def model(
    script: Script,
    limits: LlmLimits = LIMITS,
    *,
    breaking: BreakerLimits | None = None,
    refusing: bool = False,
) -> AsyncIterator[Model]:
    async with FakeOpenAI(script, refusing=refusing) as server:
        asked = Model(server, limits, breaking)
        try:
            yield asked
        finally:
            await asked.client.close()
