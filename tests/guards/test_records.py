"""What the customer record may state, by who said it."""

from __future__ import annotations

import pytest

from copilot.guards.records import ungrounded
from tests.suggesters.moments import moment, rich_opening, said

MOMENT = moment(
    opening=rich_opening(),
    turns=(
        said("customer", "I paid $40 for it, and Quickship lost it. You told me Friday!", 0),
        said("agent", "I'm sorry. I can send another one by Tuesday at 5 pm.", 1),
    ),
)
NOTED = ("It was acknowledged after 1:20.", "The customer came in angry about a kettle.")


@pytest.mark.parametrize(
    "text",
    [
        "The customer had paid $40.",
        "They had been told Friday.",
        "The agent promised another one by Tuesday, at 5 pm.",
        "Quickship had lost it.",
        "It was acknowledged after 1:20.",
        "A callback within 24 hours was possible.",
        "Imani Okafor had called before; Robin said sorry.",
        "Nobody had told the customer's side of it. It stayed open.",
        "The agent asked about the $40 that the customer had paid.",
    ],
)
def test_what_was_said_may_stand(text: str) -> None:
    """Amounts, days, times and names of the facts, of the agent, of what was counted, and the customer's as
    theirs."""
    assert ungrounded(text, MOMENT, NOTED) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("The customer had paid $50.", "grounding"),
        ("It cost $40.", "grounding"),
        ("The agent offered them $40.", "grounding"),
        ("The agent promised it to the customer by Friday.", "grounding"),
        ("The agent offered the customer a credit of 15 euros.", "grounding"),
        ("It stayed open. The agent will call on Sunday.", "grounding"),
        ("Another carrier, Parcelrocket, had it.", "grounding"),
        ("Gregory promised to call.", "grounding"),
        ("Parcelrocket's driver was late.", "grounding"),
        ("It took 3 weeks.", "grounding"),
        ("The refund is approved.", "verdicts"),
        ("See evil.example for more.", "markup_links"),
        ("The **customer** was angry.", "markup_links"),
        ("The customer's number is 555 123 4567.", "personal_data"),
    ],
)
def test_what_nobody_said_may_not(text: str, rule: str) -> None:
    """Every sentence is judged: values and names that nobody said, and what only the customer said told as a
    fact or as the agent's."""
    refusal = ungrounded(text, MOMENT, NOTED)
    assert refusal is not None
    assert refusal.rule == rule
