"""The guard `repetition`: not what was on a card before."""

from __future__ import annotations

import pytest

from copilot.guards.repetition import repetition
from tests.guards.drafts import draft, moment

SHOWN = (("I'm sorry about the leak, and I'm on it now.", "x"), ("What happened then?", None))


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("I'm sorry about the leak, and I'm on it now.", True),
        ("I'm sorry about the leak and I'm on it now!", True),
        ("What happened then?", True),
        ("When did you first notice the leak?", False),
        ("I'm sorry about the wait.", False),
        ("About the kettle that leaks: what happened then?", True),
        ("The third kettle, and it leaks. I'm sorry about the leak, and I'm on it now.", True),
        ("You had the kettle on the new table, it leaked all over the letters. What happened then?", False),
        ("Go on, what happened?", False),
    ],
)
def test_what_was_shown_does_not_come_again(text: str, again: bool) -> None:
    """The same words, or nearly the same, are refused."""
    assert (repetition(draft(text), moment(recent=SHOWN)) is not None) is again
