"""The guard `blame`: never their fault."""

from __future__ import annotations

import pytest

from copilot.guards.blame import blame
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "You should have called earlier.",
        "You failed to enter the code.",
        "You didn't read the terms.",
        "As I already told you, it ships Monday.",
        "That's your own mistake.",
        "You must have entered it wrong.",
        "Why didn't you call us?",
        "You're mistaken.",
        "If you had checked the box, it would work.",
        "Next time, read the label.",
        "Nobody else has complained.",
        "You clearly misunderstood.",
        "You need to understand how it works.",
        "Your fault, I'm afraid.",
        "Like I said, it ships Monday.",
    ],
)
def test_refuses(text: str) -> None:
    """A phrase that puts the fault on them is refused."""
    refusal = blame(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "blame"


@pytest.mark.parametrize(
    "text",
    [
        "You should have had this by now.",
        "You should never have been left waiting.",
        "You told us that already.",
        "You didn't sign up for this.",
        "If you had any trouble since, tell me.",
        "You're right.",
        "You did everything right.",
        "That's on us.",
        "Did you get a chance to try it?",
        "You have every reason to ask.",
    ],
)
def test_lets_pass(text: str) -> None:
    """What they were entitled to and what they told us is no blame."""
    assert blame(draft(text), moment()) is None
