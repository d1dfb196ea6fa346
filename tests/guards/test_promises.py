"""The guard `promises`: nothing that nobody can keep."""

from __future__ import annotations

import pytest

from copilot.guards.promises import promises
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "I promise you'll have it.",
        "I guarantee it.",
        "It will definitely work.",
        "This won't happen again.",
        "It will be fixed soon.",
        "I'll make sure it's solved.",
        "We'll get it sorted.",
        "You have my word.",
        "You'll get your money back.",
        "Consider it done.",
        "I assure you it's safe.",
        "I'll fix this for you.",
    ],
)
def test_refuses(text: str) -> None:
    """A promise that nobody can keep is refused."""
    refusal = promises(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "promises"


@pytest.mark.parametrize(
    "text",
    [
        "I can't promise that.",
        "I won't promise what I can't keep.",
        "I'm looking into it now.",
        "I'll tell you what I find.",
        "Nobody can guarantee that.",
        "You were promised a call.",
        "I'll check with the driver.",
        "I want to get this sorted with you.",
    ],
)
def test_lets_pass(text: str) -> None:
    """What the agent does, or cannot promise, passes."""
    assert promises(draft(text), moment()) is None
