"""Asks a model to judge a suggestion, or to choose between two; its answers are recorded like any other."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, cast

import msgspec
import openai
from msgspec import Meta, Struct
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema

from copilot.errors import CopilotError
from copilot.prompts.library import Prompt, PromptLibrary
from copilot.suggesters.asking import flat
from copilot.suggesters.upstream import connect
from copilot.transcripts import Script
from evals.runs.recordings import RecordedTransport, Recordings, place
from evals.runs.subject import NOWHERE, Endpoint

# Nobody waits on the line for a judge.
_PATIENCE_S = 120.0

Mark = Annotated[int, Meta(ge=1, le=5)]
Answer = TypeVar("Answer")
Came = TypeVar("Came")


class Opinion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Marks from 1 to 5, and why in a line."""

    why: str
    fitness: Mark
    empathy: Mark
    clarity: Mark


class Choice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of two is better, and why in a line."""

    why: str
    better: Literal["first", "second", "neither"]


class NoOpinion(CopilotError):
    """The judge's answer is none: not the JSON that was asked for."""

    slug = "no-opinion"


class NoWait:
    """Nobody waits for a judge: recorded answers come at once."""

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        return

    async def outside(self, work: Awaitable[Came]) -> Came:
        return await work


class Judge(NamedTuple):
    """Two prompts on a model. `endpoint` None: what is not recorded is an error."""

    marks: Prompt
    pairs: Prompt
    model: str
    recordings: Path
    endpoint: Endpoint | None = None

    @property
    def name(self) -> str:
        return f"{self.marks.ref} on {self.model}"

    async def mark(self, script: Script, turn: int, phrase: str) -> Opinion:
        """What it thinks of a phrase after a turn. Raises NotRecorded, LiveCallFailed, NoOpinion."""
        values = _moment(self.marks, script, turn) | {"phrase": flat(phrase)}
        return await self._ask(self.marks, script, values, Opinion)

    async def choose(self, script: Script, turn: int, first: str, second: str) -> Choice:
        """Which of two phrases it prefers in this order. Raises as `mark`."""
        values = _moment(self.pairs, script, turn) | {"first": flat(first), "second": flat(second)}
        return await self._ask(self.pairs, script, values, Choice)

    async def prefer(self, script: Script, turn: int, one: str, other: str) -> Literal["one", "other", "tie"]:
        """The better of two, asked in both orders: a choice that changes with the order is a tie."""
        forth = (await self.choose(script, turn, one, other)).better
        back = (await self.choose(script, turn, other, one)).better
        if (forth, back) == ("first", "second"):
            return "one"
        return "other" if (forth, back) == ("second", "first") else "tie"

    async def _ask(
        self, prompt: Prompt, script: Script, values: dict[str, object], kind: type[Answer]
    ) -> Answer:
        file = place(self.recordings, prompt.ref, self.model, script.id)
        live = None if self.endpoint is None else self.endpoint.transport
        transport = RecordedTransport(Recordings(file), NoWait(), live)
        base_url, key = (NOWHERE, "none") if self.endpoint is None else self.endpoint[:2]
        parameters = prompt.front.model.parameters
        client = connect(base_url, key, transport=transport, silence_s=_PATIENCE_S)
        try:
            answered = await client.chat.completions.create(
                model=self.model,
                messages=cast(
                    "list[ChatCompletionMessageParam]",
                    [{"role": m.role, "content": m.content} for m in prompt.render(values)],
                ),
                temperature=parameters.temperature,
                response_format=_schema(prompt),
                max_completion_tokens=parameters.max_output_tokens,
            )
        except openai.OpenAIError as error:
            transport.check()
            raise NoOpinion(f"{prompt.ref} on {self.model}: {type(error).__name__}") from error
        text = answered.choices[0].message.content if answered.choices else None
        try:
            return msgspec.json.decode(text or "", type=kind)
        except msgspec.DecodeError as error:
            raise NoOpinion(f"{prompt.ref} on {self.model}: {error}") from error


def load_judge(prompts: Path, model: str, recordings: Path, endpoint: Endpoint | None) -> Judge:
    """The newest judge under a folder of prompts. Raises NotFound, Misconfigured."""
    library = PromptLibrary(prompts)
    return Judge(library.get("judge"), library.get("judge-pair"), model, recordings, endpoint)


def _schema(prompt: Prompt) -> ResponseFormatJSONSchema:
    name = prompt.front.name.replace("-", "_")
    return ResponseFormatJSONSchema(
        type="json_schema", json_schema={"name": name, "schema": prompt.front.answer, "strict": True}
    )


def _moment(prompt: Prompt, script: Script, turn: int) -> dict[str, Any]:
    """The conversation up to a turn, and what may be said to be true or offered."""
    said = [one for one in script.turns[: turn + 1] if one.speaker != "system"]
    marker = "DATA-" + hmac.new(prompt.front.canary.encode(), script.id.encode(), "sha256").hexdigest()[:12]
    context = script.context
    return {
        "channel": script.channel,
        "facts": [flat(f"{fact.name}: {fact.value}") for fact in context.facts],
        "remedies": [
            _line(r.kind, r.wording, r.limit, r.currency or r.unit, r.conditions)
            for r in context.allowed_remedies
        ],
        "marker": marker,
        "lines": [{"speaker": one.speaker, "text": flat(one.text).replace(marker, "[…]")} for one in said],
    }


def _line(*parts: object) -> str:
    return flat("; ".join(str(part) for part in parts if part is not None))
