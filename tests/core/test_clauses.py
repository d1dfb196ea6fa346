"""Clauses: the matter said as a sentence."""

from __future__ import annotations

import pytest

from copilot.core.clauses import clause


@pytest.mark.parametrize(
    ("matter", "said"),
    [
        ("not being able to log in", "you can't log in"),
        ("having to call every week", "you have to call every week"),
        ("never getting a receipt", "you're not getting a receipt"),
        ("waiting for the plumber", "you're still waiting for the plumber"),
        ("the lamp that doesn't work", "the lamp doesn't work"),
        ("your parcels that have not come", "your parcels have not come"),
        ("the kettle that leaks", "the kettle leaks"),
        ("the $40 that you paid", None),
        ("the lamp that I bought", None),
        ("not being able to even pay", None),
        ("a lamp that is broken", None),
        ("your refund", None),
    ],
)
def test_a_state_is_said_as_one_says_it(matter: str, said: str | None) -> None:
    """What has no verb of its own, or would not read right, is no clause."""
    assert clause(matter) == said
