"""Parting with something undone."""

from __future__ import annotations

import pytest

from copilot.coaching.promise_forgotten import promise_forgotten
from tests.coaching.turns import talk

PROMISE = "I'll read you the meter number before we hang up."


@pytest.mark.parametrize(
    ("parting", "noted"),
    [
        ("All right, have a nice day, goodbye.", True),
        ("The meter number is 4, by the way. Goodbye.", False),
        ("Here it is: 4. Is there anything else?", False),
        ("Could you spell the street for me?", False),
    ],
)
def test_what_is_noted(parting: str, noted: bool) -> None:
    """What was promised for this contact and not done is noted at parting, and nowhere else."""
    assert (promise_forgotten(talk("hello", PROMISE, "good", parting)) is not None) == noted


def test_a_later_promise_is_not_due() -> None:
    """What was promised for another day is not forgotten at parting."""
    assert promise_forgotten(talk("hi", "I'll ring you on Monday.", "good", "Goodbye then.")) is None


def test_the_note_says_what_was_promised() -> None:
    """The note repeats the promise to the agent, with the customer as 'them'."""
    note = promise_forgotten(talk("hello", PROMISE, "good", "Goodbye."))
    assert note is not None
    assert "read them the meter number" in note
