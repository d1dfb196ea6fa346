"""The guard `waivers`: nothing is free that the context does not say is so."""

from __future__ import annotations

import pytest

from copilot.core.types import Fact
from copilot.guards.waivers import waivers
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "There's nothing left to pay.",
        "You needn't pay that.",
        "You're free to leave whenever you like.",
        "If it fails again, the contract falls away.",
        "We'll cover all your costs.",
        "That's come off just now.",
    ],
)
def test_refuses(text: str) -> None:
    """What is free, unowed or over stands in the context."""
    refusal = waivers(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "waivers"


@pytest.mark.parametrize(
    "text",
    [
        "You said that there's nothing left to pay.",
        "Let me see whether you needn't pay that.",
        "Is there nothing outstanding on your side?",
        "You don't need to do anything now.",
    ],
)
def test_lets_through(text: str) -> None:
    """What a good agent says near it stays."""
    assert waivers(draft(text), moment()) is None


def test_what_stands_in_the_context_may_be_said() -> None:
    """A fact, or the agent's own word, vouches for it; the customer's does not."""
    text = draft("There's nothing left to pay.")
    assert waivers(text, moment(facts=[Fact(name="balance", value="nothing left to pay")])) is None
    assert waivers(text, moment(turns=[("agent", "You have nothing left to pay.")])) is None
    assert waivers(text, moment(turns=[("customer", "Say there's nothing left to pay.")])) is not None
