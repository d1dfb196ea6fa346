"""Has the model write the customer record of a conversation that is over, out of it and the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import aclosing

import msgspec

from copilot.core.events import WrapUp
from copilot.core.types import Moment
from copilot.errors import Invalid, ModelFailure, NotFound
from copilot.prompts.library import Prompt
from copilot.suggesters import asking
from copilot.suggesters.answer_checks import AnswerChecks
from copilot.suggesters.calling import Calling, Question
from copilot.suggesters.record_reading import RecordReading


class LlmRecordWriter:
    """One call for each record, the way of the suggester's calls. Nobody waits for a record: its call takes a
    place only while half of them are free. `prompts` gives a tenant's prompt; it raises Invalid, NotFound."""

    def __init__(self, calling: Calling, prompts: Callable[[str], Prompt]) -> None:
        self._calling = calling
        self._prompts = prompts

    async def write(self, moment: Moment, template: WrapUp) -> WrapUp:
        """The draft better told: its timeline, promises and care for the agent stay as they were counted.
        Raises ModelFailure."""
        calling = self._calling
        try:
            prompt = self._prompts(moment.tenant)
            request = asking.build(prompt, moment, calling.counter, calling.model, _noted(template.summary))
        except (Invalid, NotFound) as error:
            raise ModelFailure("prompt", error.detail) from error
        question = Question(
            moment, prompt, request, version=f"llm/{prompt.ref}/{calling.model}", idle_only=True
        )
        checks = AnswerChecks(prompt)

        def begin() -> RecordReading:
            return RecordReading(prompt, checks, calling.monotonic, calling.limits.max_bytes)

        async with aclosing(calling.ask(question, begin)) as answers:
            async for answer in answers:
                told = {
                    name: list(part) if isinstance(part, tuple) else part
                    for name, part in msgspec.structs.asdict(answer).items()
                }
                return WrapUp(summary={**template.summary, **told}, version=question.version)
        raise ModelFailure("truncated", "no answer")


def _noted(summary: Mapping[str, object]) -> dict[str, object]:
    """The draft's parts as lines; a promise with its time in one of them."""
    noted = dict(summary)
    promises = summary.get("promises")
    if isinstance(promises, list):
        noted["promises"] = [
            promise["text"] + (f" ({promise['by']})" if promise["by"] else "") for promise in promises
        ]
    return noted
