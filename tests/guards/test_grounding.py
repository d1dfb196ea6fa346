"""The guard `grounding`: what is stated comes from the context or the agent, or is marked as theirs."""

from __future__ import annotations

import pytest

from copilot.core.types import Fact, Remedy
from copilot.guards.grounding import grounding
from tests.guards.drafts import draft, moment

CLAIMS = [
    ("customer", "You charged me $40 twice, the guy said Friday at 3 pm, and I waited two weeks."),
    ("agent", "I see."),
    ("customer", "order 77120-B, look it up"),
]


@pytest.mark.parametrize(
    "text",
    [
        "It arrives on Friday.",
        "You'll have it by tomorrow.",
        "It takes 24 hours.",
        "That was $40.",
        "I'll call you at 3 pm.",
        "Your order is 77120-B.",
        "It comes on November 24th.",
        "You get twenty percent.",
    ],
)
def test_what_nobody_vouches_for_is_refused(text: str) -> None:
    """Amounts, days, times and ids out of nowhere are refused."""
    refusal = grounding(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "grounding"


@pytest.mark.parametrize(
    "text",
    [
        "You said $40, twice.",
        "You were told Friday, and nobody came.",
        "You've waited two weeks for this.",
        "Forty dollars, as you said, and no answer.",
        "Fourteen days, as you said.",
        "You mentioned order 77120-B.",
    ],
)
def test_the_customers_claim_may_be_echoed_as_theirs(text: str) -> None:
    """What the customer said is echoed where it is marked as what they said or went through."""
    assert grounding(draft(text), moment(turns=CLAIMS)) is None


@pytest.mark.parametrize(
    "text",
    [
        "You'll get the $40 back.",
        "I see that $40 was taken.",
        "It comes on Friday.",
        "The technician is there at 3 pm.",
        "You said $45.",
        "You were told Monday.",
    ],
)
def test_a_claim_is_not_a_fact(text: str) -> None:
    """What the customer said is not stated as true, nor changed."""
    assert grounding(draft(text), moment(turns=CLAIMS)) is not None


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("You'll hear from us within 24 hours.", Fact(name="callback", value="24 hours")),
        ("You'll hear from us within a day.", Fact(name="callback", value="24 hours")),
        ("You'll hear from us within 24 hours.", Fact(name="callback_hours", value=24)),
        ("It takes 3 to 5 business days.", Fact(name="delivery", value="3-5 business days")),
        ("It's due on Friday.", Fact(name="due", value="Friday, 4 pm")),
        ("It's due at 16:00.", Fact(name="due", value="Friday, 4 pm")),
        ("It's due on the 24th of November.", Fact(name="due", value="2026-11-24")),
        ("The fee is forty dollars.", Fact(name="fee", value="$40.00")),
        ("The fee is $40.", Fact(name="fee", value=40)),
        ("It's order 77120-B.", Fact(name="order", value="77120-B")),
    ],
)
def test_values_are_compared_not_strings(text: str, fact: Fact) -> None:
    """A fact grounds every way of saying its value."""
    assert grounding(draft(text), moment(facts=[fact])) is None


def test_the_agents_word_grounds() -> None:
    """What the agent said may be said again."""
    said = [("customer", "when?"), ("agent", "We come on Friday, around 3 pm.")]
    assert grounding(draft("We come on Friday at 3 pm."), moment(turns=said)) is None


def test_an_offer_within_the_limit_is_grounded() -> None:
    """An amount inside an offer is measured by the remedy's limit."""
    allowed = [Remedy(kind="refund", limit=50, currency="USD")]
    assert grounding(draft("I can refund you $30."), moment(remedies=allowed)) is None
    assert grounding(draft("The fee was $30."), moment(remedies=allowed)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Is there anything else I can do for you today?",
        "Give me a minute, please.",
        "Bear with me for two minutes.",
        "One moment, I'm looking.",
        "This has gone on long enough.",
        "One thing after another, I hear you.",
    ],
)
def test_ways_of_speaking_state_nothing(text: str) -> None:
    """Words that only sound like times or numbers need no ground."""
    assert grounding(draft(text), moment()) is None
