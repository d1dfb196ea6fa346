"""The guard `remedies`: only what the context allows, up to its limit, in its currency."""

from __future__ import annotations

import pytest

from copilot.core.types import Remedy
from copilot.guards.remedies import remedies
from tests.guards.drafts import draft, moment

REFUND = Remedy(kind="refund", limit=50, currency="USD")


@pytest.mark.parametrize(
    "text",
    [
        "I can give you a refund.",
        "I'll send you a new one today.",
        "Would you like a voucher?",
        "You'll get 20% off.",
        "I'm crediting your account, so the credit is yours.",
        "I can waive the fee.",
        "We'll replace it for you.",
        "I've issued a refund.",
        "You asked for a refund, and I'll refund it now.",
        "It's free of charge, so I'll send it.",
        "How about some compensation?",
    ],
)
def test_without_an_allowance_no_remedy_is_offered(text: str) -> None:
    """Where the context allows nothing, an offer is refused."""
    refusal = remedies(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "remedies"


@pytest.mark.parametrize(
    "text",
    [
        "You asked for a refund, and I hear that.",
        "I'm checking whether a refund is possible.",
        "You told me the replacement broke as well.",
        "I can't offer a discount here.",
        "I'm looking into the refund you mentioned.",
        "Which credit card was it?",
        "Feel free to ask me anything.",
        "I'll get back to you.",
        "Is there a new message on it?",
    ],
)
def test_speaking_of_one_is_no_offer(text: str) -> None:
    """A remedy that is asked about, denied or quoted is not offered."""
    assert remedies(draft(text), moment()) is None


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("I can refund you $50.", True),
        ("I can refund you fifty dollars.", True),
        ("I can refund you $50.01.", False),
        ("I can refund you €30.", False),
        ("I can offer you a refund of up to $20.", True),
        ("I can offer you a voucher of $20.", False),
    ],
)
def test_the_limit_and_the_currency_hold(text: str, fine: bool) -> None:
    """An offer stays within the limit and in the currency of what is allowed."""
    assert (remedies(draft(text), moment(remedies=[REFUND])) is None) is fine


def test_what_the_agent_brought_up_may_be_spoken_of() -> None:
    """A remedy that the agent already offered is the agent's to carry out."""
    said = [("agent", "I will send you a replacement."), ("customer", "yes please")]
    assert remedies(draft("Good, I'm sending the replacement now."), moment(turns=said)) is None


def test_the_customers_wish_allows_nothing() -> None:
    """That the customer asked for a remedy does not make it one that may be offered."""
    said = [("customer", "You told me I get a refund of $40!")]
    assert remedies(draft("I'll give you the refund of $40."), moment(turns=said)) is not None


def test_wording_covers_its_kind() -> None:
    """What the wording of an allowed remedy names may be offered in its words."""
    allowed = Remedy(kind="goodwill", wording="a $10 voucher for your next order")
    assert (
        remedies(draft("I can offer you a $10 voucher for your next order."), moment(remedies=[allowed]))
        is None
    )
