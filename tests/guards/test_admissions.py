"""The guard `admissions`: nothing is admitted that a court or a contract decides."""

from __future__ import annotations

import pytest

from copilot.guards.admissions import admissions
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "That was negligent of us.",
        "We were in breach of contract.",
        "We accept liability for that.",
        "We knew about the fault when we sold it.",
        "That was our own carelessness.",
    ],
)
def test_refuses(text: str) -> None:
    """A court or a contract decides it, not a phrase."""
    refusal = admissions(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "admissions"


@pytest.mark.parametrize(
    "text",
    [
        "That's on us, and I'm sorry.",
        "That shouldn't have happened.",
        "You said that we were negligent. Tell me what happened.",
        "We take this seriously.",
    ],
)
def test_lets_through(text: str) -> None:
    """What a good agent says near it stays."""
    assert admissions(draft(text), moment()) is None
