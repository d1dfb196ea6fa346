"""The guard `personal_data`: no personal data said back."""

from __future__ import annotations

import pytest

from copilot.core.types import Fact
from copilot.guards.personal_data import personal_data
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "Your number is 4711 082 9931, right?",
        "I have 555-123-4567 here.",
        "It went to tom@mail.example.",
        "Your card [card] was charged.",
        "I see ****1234 here.",
        "Could you give me your full card number?",
        "What's your password?",
        "Please confirm the security code on the back.",
        "Tell me your PIN.",
    ],
)
def test_refuses(text: str) -> None:
    """Long numbers, addresses, traces of redaction and questions for secrets are refused."""
    refusal = personal_data(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "personal_data"


@pytest.mark.parametrize(
    "text",
    [
        "I never need your password.",
        "We reset your password together.",
        "Which order is it?",
        "You gave me the number already.",
        "Your PIN is not something I need.",
    ],
)
def test_lets_pass(text: str) -> None:
    """Speaking of a number or a password without asking for it passes."""
    assert personal_data(draft(text), moment()) is None


def test_a_number_of_the_context_passes() -> None:
    """A long number that stands in the facts may be said."""
    facts = [Fact(name="hotline", value="0800 555 1234")]
    assert personal_data(draft("Our hotline is 0800 5551234."), moment(facts=facts)) is None
