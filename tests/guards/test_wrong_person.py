"""The guard `wrong_person`: to this customer, by their own name, with no blank left to fill."""

from __future__ import annotations

import pytest

from copilot.guards.wrong_person import wrong_person
from tests.guards.drafts import draft, moment

TURNS = [("customer", "I bought it in Lisbon, my brother Paulo was with me.")]


@pytest.mark.parametrize(
    "text",
    [
        "Hi Maria, I see what happened.",
        "Thank you, Maria, that helps.",
        "I'm sorry, Mr. Okafor.",
        "Maria, I hear you.",
        "I hear you, Maria.",
        "Hi Paulo, I see what happened.",
        "The customer has been waiting.",
        "Hello [name], I see what happened.",
        "Thank you, {name}.",
        "Dear #NAME#, I see.",
        "I hear you, ____.",
        "Paulo Santos called us about that yesterday.",
    ],
)
def test_refuses(text: str) -> None:
    """Another's name, the third person, or a blank is refused."""
    assert wrong_person(draft(text), moment(customer="Tom Reyes", turns=TURNS)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Hi Tom, I see what happened.",
        "Thank you, Mr. Reyes, that helps.",
        "You bought it in Porto, Lisbon, or online?",
        "It was fine in Lisbon, and then it leaked.",
        "Right, I follow you.",
        "Good, I'm on it.",
        "Is it Friday, or later?",
        "I'll ask our customer service team.",
        "Okay. What happened then?",
        "You mentioned your brother, Paulo.",
    ],
)
def test_lets_pass(text: str) -> None:
    """Their own name passes, and a capital that calls nobody."""
    turns = [*TURNS, ("customer", "They had it in Porto as well.")]
    assert wrong_person(draft(text), moment(customer="Tom Reyes", turns=turns)) is None


def test_a_name_for_a_customer_without_one_is_refused() -> None:
    """Where no name is known, nobody is called by one."""
    assert wrong_person(draft("Hi Maria, I see."), moment()) is not None
