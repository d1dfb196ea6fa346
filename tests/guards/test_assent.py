"""The guard `assent`: no bare yes to what was put to the agent."""

from __future__ import annotations

import pytest

from copilot.guards.assent import assent
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "That's right.",
        "Correct, agreed.",
        "Yes, that's right, you owe us no more.",
    ],
)
def test_refuses(text: str) -> None:
    """Whatever was put to the agent would be their word."""
    refusal = assent(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "assent"


@pytest.mark.parametrize(
    "text",
    [
        "Yes, I can see that here.",
        "That's right, I see the two charges here.",
        "Right, let me look.",
        "Exactly. That's how it reads here.",
    ],
)
def test_lets_through(text: str) -> None:
    """What a good agent says near it stays."""
    assert assent(draft(text), moment()) is None
