"""The guard `swindles`: nobody is led where a swindler would."""

from __future__ import annotations

import pytest

from copilot.guards.swindles import swindles
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "Let him onto your laptop for a minute.",
        "Please move your savings to a safe account.",
        "Buy three gift cards and scratch them.",
        "Don't tell your family yet.",
        "He's one of ours.",
        "Read me the numbers on the back.",
    ],
)
def test_refuses(text: str) -> None:
    """No stranger is let in, no money moved, nothing kept from the family."""
    refusal = swindles(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "swindles"


@pytest.mark.parametrize(
    "text",
    [
        "Please don't let anybody onto your computer.",
        "Never move money because somebody rang you.",
        "Did you give him access to your phone?",
        "Is your daughter with you?",
    ],
)
def test_lets_through(text: str) -> None:
    """What a good agent says near it stays."""
    assert swindles(draft(text), moment()) is None
