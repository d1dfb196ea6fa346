"""Whether a card was said: by meaning, in part, and not when something else was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.said import said

OFFER = "I can send you a new lamp. Would that suit you?"


@pytest.mark.parametrize(
    ("card", "turn"),
    [
        ("I'm sorry about the lamp.", "um I'm so sorry about the lamp"),
        (OFFER, "would you like me to ship you another lamp"),
        ("The visit is at 14:30 on Friday.", "so friday the visit that's at fourteen thirty"),
        ("You waited two hours, and nobody picked up.", "no one picked up and you waited for two hours"),
        ("Could you tell me the serial number?", "what's the serial number"),
    ],
)
def test_same_in_other_words(card: str, turn: str) -> None:
    """Fillers, order, synonyms and spoken numbers do not hide that the card was said."""
    assert said(card, turn) is not None


@pytest.mark.parametrize(
    ("card", "turn"),
    [
        (OFFER, "I can't send you a new lamp."),
        (OFFER, "Did you get the lamp?"),
        ("The visit is on Friday.", "The visit is on Monday."),
        ("I can credit you $20.", "I can credit you $5."),
        ("Which lamp is it?", "It is the lamp."),
        ("I'm sorry about the lamp.", "okay"),
        ("I'm sorry about the lamp.", ""),
    ],
)
def test_something_else(card: str, turn: str) -> None:
    """A denial, a question, another day or amount, or hardly a word is not the card."""
    assert said(card, turn) is None


def test_a_part_of_the_card() -> None:
    """One of its sentences, said word for word, is a part of the card, and its share says so."""
    found = said(
        "You drove there twice for nothing. I'm calling the workshop about your lamp now.",
        "I'm calling the workshop about your lamp now.",
    )
    assert found is not None
    assert 0.3 < found.of_card < 0.8


def test_a_long_turn_is_read_from_its_end() -> None:
    """What is said at the end of a long turn is found, and reading it stays cheap."""
    assert said(OFFER, "well " * 2_000 + "I can send you a new lamp, would that suit you?") is not None


@given(card=st.text(max_size=80), turn=st.text(max_size=120))
def test_any_text_is_read(card: str, turn: str) -> None:
    """Whatever the texts are, the answer is None or shares between 0 and 1."""
    found = said(card, turn)
    assert found is None or (0 < found.of_card <= 1 and 0 < found.of_turn <= 1)
