"""The customer record as the model writes it: one object, read when it is whole; no I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from copilot.core.sentences import sentences
from copilot.errors import ModelFailure
from copilot.prompts.library import Prompt
from copilot.suggesters import asking
from copilot.suggesters.answer_checks import AnswerChecks
from copilot.suggesters.completion_reading import MAX_BYTES, CompletionReading

# The prompt of this name writes it.
RECORD_PROMPT = "wrap-up"

_Line = Annotated[str, Meta(min_length=1, max_length=400)]
_Lines = Annotated[tuple[_Line, ...], Meta(max_length=4)]
_WORD = re.compile(r"[a-z]", re.IGNORECASE)


class RecordAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole answer, as the prompt's schema asks for it."""

    matter: _Line
    cause: _Line
    course: Annotated[str, Meta(min_length=1, max_length=1_000)]
    follow_up: _Line
    went_well: _Lines
    went_badly: _Lines
    service_gaps: _Lines


class RecordReading(CompletionReading[RecordAnswer]):
    """Gives out one answer, at the end."""

    def __init__(
        self,
        prompt: Prompt,
        checks: AnswerChecks,
        monotonic: Callable[[], float],
        max_bytes: int = MAX_BYTES,
    ) -> None:
        super().__init__(prompt, monotonic, max_bytes)
        self._checks = checks

    def _took(self, text: str) -> None:
        """Half a record is of no use to anybody: it is read at its end."""

    def _grown(self) -> Iterator[RecordAnswer]:
        return iter(())

    def _whole(self) -> RecordAnswer:
        try:
            answer = msgspec.json.decode(self._raw_text(), type=RecordAnswer)
        except msgspec.MsgspecError as error:
            raise ModelFailure("schema", "the answer does not match its schema") from error
        answer = msgspec.structs.replace(
            answer, **{name: _flat(part) for name, part in msgspec.structs.asdict(answer).items()}
        )
        for text in texts_of(answer):
            self._check(text)
        return answer

    def _check(self, text: str) -> None:
        """Raises ModelFailure for what is no sentence of a record: nothing, a refusal, a loop, the prompt."""
        if not _WORD.search(text):
            raise ModelFailure("empty", "a part without a word")
        self._checks.echo(text)
        for start, end in sentences(text):
            self._checks.phrase(text[start:end])


def texts_of(answer: RecordAnswer) -> list[str]:
    """Every text of it, in order."""
    parts = msgspec.structs.asdict(answer).values()
    return [text for part in parts for text in (part if isinstance(part, tuple) else (part,))]


def _flat(part: object) -> object:
    if isinstance(part, tuple):
        return tuple(asking.flat(line) for line in part)
    return asking.flat(str(part))
