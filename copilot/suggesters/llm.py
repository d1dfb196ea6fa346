"""The model's suggester: asks an OpenAI-compatible endpoint and gives out the phrase sentence by sentence.

A phrase is done only when the call ended well and the whole answer matches its schema; whatever else happens
is a ModelFailure, and the phrasebook answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from openai import AsyncOpenAI

from copilot.core.types import Draft, Moment
from copilot.errors import Invalid, ModelFailure, NotFound
from copilot.ports import TokenCounter
from copilot.prompts.library import Prompt
from copilot.suggesters import asking
from copilot.suggesters.answer_checks import AnswerChecks
from copilot.suggesters.answer_reading import AnswerReading
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.calling import Calling, LlmLimits, Question, Recorder
from copilot.suggesters.places import Timeout
from copilot.suggesters.purse import Purse

__all__ = ["Finder", "LlmLimits", "LlmSuggester", "Recorder"]

# A prompt by tenant and 'name@version'; '' is the installation's own. Raises Invalid, NotFound.
Finder = Callable[[str, str], Prompt]

_PROMPTS_REMEMBERED = 100


class LlmSuggester:
    """One model, each moment by its own prompt. Run the iterator to its end or close it: then the call
    upstream ends. `calling` is the way to the endpoint, to be shared with whatever else is asked of it."""

    name = "llm"

    def __init__(
        self,
        client: AsyncOpenAI,
        model: str,
        prompts: Finder,
        counter: TokenCounter,
        breaker: Breaker,
        *,
        monotonic: Callable[[], float],
        timeout: Timeout = asyncio.timeout,
        limits: LlmLimits | None = None,
        record: Recorder | None = None,
        purse: Purse | None = None,
    ) -> None:
        self.calling = Calling(
            client,
            model,
            counter,
            breaker,
            monotonic=monotonic,
            timeout=timeout,
            limits=limits,
            record=record,
            purse=purse,
        )
        self._model = model
        self._prompts = prompts
        self._checks: dict[str, AnswerChecks] = {}

    @property
    def version(self) -> str:
        return f"{self.name}/{self._model}"

    async def suggest(self, moment: Moment) -> AsyncGenerator[Draft, None]:
        """The phrase so far in whole sentences, the last Draft done. Raises ModelFailure."""
        calling = self.calling
        try:
            prompt = self._prompts(moment.tenant, moment.prompt)
            request = asking.build(prompt, moment, calling.counter, self._model)
        except (Invalid, NotFound) as error:
            raise ModelFailure("prompt", error.detail) from error
        question = Question(
            moment,
            prompt,
            request,
            version=f"{self.name}/{prompt.ref}/{self._model}",
            idle_only=moment.arm == "shadow",
        )
        checks = self._checks_of(prompt)

        def begin() -> AnswerReading:
            return AnswerReading(prompt, checks, moment, calling.monotonic, calling.limits.max_bytes)

        async with aclosing(calling.ask(question, begin)) as drafts:
            async for draft in drafts:
                yield draft

    def _checks_of(self, prompt: Prompt) -> AnswerChecks:
        checks = self._checks.get(prompt.hash)
        if checks is None:
            if len(self._checks) >= _PROMPTS_REMEMBERED:
                self._checks.clear()
            checks = self._checks[prompt.hash] = AnswerChecks(prompt)
        return checks
