"""The record's reading: one answer, at the end, with all of its parts."""

from __future__ import annotations

import pytest

from copilot.errors import ModelFailure
from copilot.suggesters.answer_checks import AnswerChecks
from copilot.suggesters.record_reading import RecordAnswer, RecordReading, texts_of
from tests.fakes.openai_server import completion
from tests.fakes.records import BETTER, PROMPT, answer

CHECKS = AnswerChecks(PROMPT)


def read(text: str) -> list[RecordAnswer]:
    reading = RecordReading(PROMPT, CHECKS, lambda: 0.0)
    return [made for chunk in completion(text, size=5) for made in reading.receive(chunk)]


def test_it_comes_once_and_whole() -> None:
    """Nothing grows; line breaks and marks of direction inside are gone."""
    (made,) = read(answer(matter="The parcel\ndid not\u202e arrive."))
    assert made.matter == "The parcel did not arrive."
    assert texts_of(made)[1:3] == [BETTER["cause"], BETTER["course"]]


@pytest.mark.parametrize(
    "changes",
    [{"matter": 1}, {"course": "x " * 600}, {"went_well": ["Good."] * 5}, {"follow_up": None}, {"more": ""}],
)
def test_another_shape_is_refused(changes: dict[str, object]) -> None:
    """Every field, no other, none longer than a record needs."""
    with pytest.raises(ModelFailure) as caught:
        read(answer(**changes))
    assert caught.value.reason == "schema"


def test_it_asks_for_what_it_reads() -> None:
    """The prompt's schema names the fields in the order in which they are read."""
    assert tuple(PROMPT.front.answer["properties"]) == RecordAnswer.__struct_fields__
