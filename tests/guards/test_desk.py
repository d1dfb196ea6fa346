"""The guard `desk`: nothing of the agent's own desk."""

from __future__ import annotations

import pytest

from copilot.guards.desk import desk
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "Pick 'resolved' in the wrap-up.",
        "Wave it through.",
        "I was told not to offer more than that.",
        "You can reach her at home.",
        "Put the caller on hold.",
    ],
)
def test_refuses(text: str) -> None:
    """What stands on the agent's screens is not for the customer."""
    refusal = desk(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "desk"


@pytest.mark.parametrize(
    "text",
    [
        "May I put you on hold for a moment?",
        "I'd like to bring in my colleague.",
        "Let me ask my manager about that.",
        "What do you see on the screen?",
    ],
)
def test_lets_through(text: str) -> None:
    """What a good agent says near it stays."""
    assert desk(draft(text), moment()) is None
