"""The guard `advice`: none on health, law or investments."""

from __future__ import annotations

import pytest

from copilot.guards.advice import advice
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "Take two aspirin and lie down.",
        "You'd win that in court.",
        "You don't need a doctor for that.",
        "The smell of gas is quite normal.",
        "Put your money in gold.",
    ],
)
def test_refuses(text: str) -> None:
    """Health, law and investments are for others, and no danger is called harmless."""
    refusal = advice(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "advice"


@pytest.mark.parametrize(
    "text",
    [
        "Please leave the room and ring the gas emergency line.",
        "I can't tell you what to take for that.",
        "What does it smell of?",
        "Take your time.",
    ],
)
def test_lets_through(text: str) -> None:
    """What a good agent says near it stays."""
    assert advice(draft(text), moment()) is None
