"""The guard `forbidden`: words that make it worse."""

from __future__ import annotations

import pytest

from copilot.guards.forbidden import forbidding
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "Calm down, please.",
        "That's our policy.",
        "Please relax.",
        "Don't worry about it.",
        "I understand your frustration.",
        "I know exactly how you feel.",
        "Sorry for the inconvenience.",
        "Unfortunately, I can't do that.",
        "There's nothing I can do.",
        "It's not my department.",
        "You'll just have to wait.",
        "Rest assured, I'm on it.",
        "You're overreacting.",
        "With all due respect, no.",
        "Please be patient.",
        "Despite your English I get it.",
        "No one understands you.",
        "Theirs is the better shop.",
    ],
)
def test_refuses(text: str) -> None:
    """Words that make it worse are refused."""
    refusal = forbidding()(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "forbidden"


@pytest.mark.parametrize(
    "text",
    [
        "Let me write that down.",
        "I settle that now.",
        "Please tell me more about it.",
        "I hear how hard this is.",
        "Here's what I can do.",
        "You've been patient with us.",
        "Whatever suits you is fine.",
    ],
)
def test_lets_pass(text: str) -> None:
    """The same words in another sense pass."""
    assert forbidding()(draft(text), moment()) is None


def test_a_tenants_words_are_added() -> None:
    """A tenant's own words are refused in any case, as whole words."""
    rule = forbidding(["guys", "no problem"])
    assert rule(draft("No problem, I'm on it."), moment()) is not None
    assert rule(draft("You guys are right."), moment()) is not None
    assert rule(draft("There were disguises in it."), moment()) is None
