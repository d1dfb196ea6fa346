"""A remedy under a condition."""

from __future__ import annotations

import pytest

from copilot.core.types import Fact, Remedy
from copilot.guards.conditions import conditions
from tests.guards.drafts import draft, moment

CAR = Remedy(kind="loan_car", wording="a loan car", conditions="only while yours is in the workshop")
REFUND = Remedy(kind="refund", conditions="after the lamp is back with us")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("You can have a loan car.", True),
        ("I can refund the lamp. Shall I?", False),
        ("I can refund it now. Shall I?", True),
        ("While it is in the workshop I can give you a loan car.", False),
        ("Is your car still in the yard?", False),
    ],
)
def test_the_condition_is_named(text: str, refused: bool) -> None:
    """An offer that leaves the condition out is refused; one that names it, and what is no offer, is not."""
    assert (conditions(draft(text, "offer"), moment(remedies=[CAR, REFUND])) is not None) == refused


def test_a_fact_may_say_that_it_holds() -> None:
    """Where a fact or the agent speaks of the condition already, it need not be said again."""
    offer = draft("You can have a loan car.", "offer")
    assert conditions(offer, moment(remedies=[CAR], facts=[Fact(name="car_in_workshop", value=True)])) is None
    told = [("agent", "It has to be in the workshop for that."), ("customer", "It is.")]
    assert conditions(offer, moment(remedies=[CAR], turns=told)) is None


def test_one_without_conditions_is_enough() -> None:
    """Where the same remedy is also allowed without a condition, none is missing."""
    offer = draft("I can refund it now. Shall I?", "offer")
    assert conditions(offer, moment(remedies=[REFUND, Remedy(kind="refund")])) is None
