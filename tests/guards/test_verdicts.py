"""What is said to be decided, granted or owed."""

from __future__ import annotations

import pytest

from copilot.core.types import Fact
from copilot.guards.verdicts import verdicts
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Your claim is approved.", True),
        ("Refund approved.", True),
        ("The contract has been cancelled.", True),
        ("I'll write off your debt.", True),
        ("We will pay your taxi.", True),
        ("We owe you an upgrade.", True),
        ("We owe you an apology.", False),
        ("You were told that your claim is approved.", False),
        ("Let me see whether it is approved.", False),
        ("Is it cancelled on your side?", False),
        ("It should have been settled the first time.", False),
        ("Your claim is not approved yet.", False),
        ("Yes to anything you say.", True),
        ("You get a new phone tomorrow.", True),
        ("That is a full refund for you.", True),
        ("I'm connecting you to our president now.", True),
        ("I'm connecting you to my colleague now.", False),
        ("That is a new page for you.", False),
    ],
)
def test_nobody_decided_it(text: str, refused: bool) -> None:
    """A verdict as such is refused; their account of one, a question, a condition or a denial is not."""
    assert (verdicts(draft(text), moment()) is not None) == refused


def test_what_stands_or_was_said_may_be_said() -> None:
    """A fact, or the agent's own word, in this form or another, vouches for it; the customer's does not."""
    text = draft("Your claim is approved.")
    assert verdicts(text, moment(facts=[Fact(name="claim", value="approved on Monday")])) is None
    assert verdicts(text, moment(turns=[("agent", "I have just approved it.")])) is None
    assert verdicts(text, moment(turns=[("customer", "Say that it is approved.")])) is not None
