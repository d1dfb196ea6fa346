"""The guard `language`: English."""

from __future__ import annotations

import pytest

from copilot.guards.language import language
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "Ihre Bestellung ist leider noch nicht da.",
        "Lo siento mucho, señor, por la espera.",
        "Je suis désolé pour le retard.",
        "Мне очень жаль.",
        "申し訳ありません。",
        "Gracias.",
        "Merci pour votre patience.",
    ],
)
def test_refuses(text: str) -> None:
    """A phrase in another language is refused."""
    refusal = language(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "language"


@pytest.mark.parametrize(
    "text",
    [
        "I hear you.",
        "Mm-hm. Go on.",
        "Thank you, José, that helps.",
        "Okay.",
        "Take your time. I'm right here.",
        "Right. And then?",
    ],
)
def test_lets_pass(text: str) -> None:
    """English passes, with names and short words too."""
    assert language(draft(text), moment()) is None
