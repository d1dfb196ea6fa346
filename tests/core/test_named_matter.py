"""The matter as phrases name it."""

from __future__ import annotations

import pytest

from copilot.core.named_matter import matter, matters
from copilot.core.situation import Situation
from copilot.core.types import Reading
from tests.suggesters.moments import moment, said


def named(about: str, *told: str) -> str | None:
    turns = tuple(said("customer", text, index) for index, text in enumerate(told))
    at = moment(reading=Reading(matter=about), turns=turns)
    return matters(at, Situation(at.reading, at.turns, at.opening))["object"]


@pytest.mark.parametrize(
    ("about", "told", "thing"),
    [
        ("the kettle", ("The kettle leaks.",), "the kettle"),
        ("the wall", ("There's hammering in the wall.",), None),
        ("the wall", ("There's hammering in the wall.", "Yes, the wall."), "the wall"),
        ("your permit", ("My permit ends.",), "your permit"),
        ("your keys that are in there", ("My keys are in there.",), None),
        ("your case being closed", ("My case was closed.",), None),
    ],
)
def test_what_was_only_mentioned_is_not_named(about: str, told: tuple[str, ...], thing: str | None) -> None:
    """A thing mentioned in passing is no matter; one that customers come about, or name twice, is."""
    assert named(about, *told) == thing


@pytest.mark.parametrize("words", ["the wrong town", "not being able to even pay", "having to hear"])
def test_what_names_nothing_is_no_matter(words: str) -> None:
    """What breaks off, or says nothing of the matter, is not said back."""
    assert matter(words) is None
