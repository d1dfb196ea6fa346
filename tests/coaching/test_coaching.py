"""The list of rules: order, silence, and how often a note is right."""

from __future__ import annotations

from pathlib import Path

from copilot.coaching import RULES, coach
from copilot.weights import load_tracker
from evals.coach_turns import judged, precision, recall
from tests.coaching.turns import spoken

PROMPTS = Path(__file__).parents[2] / "prompts"


def test_the_bar() -> None:
    """Of the notes on turns that another writer labelled, at least 0.9 are the coach's own."""
    rows = list(judged(load_tracker(PROMPTS)))
    wrong = [row for row in rows if row.said not in (None, row.wanted)]
    assert len(rows) >= 120
    assert precision(rows) >= 0.9, wrong
    assert recall(rows) >= 0.7


def test_one_note_a_turn() -> None:
    """Of a turn that breaks several rules, the first in the list is named."""
    note = coach(spoken("Calm down. You should have read the letter."))
    assert note is not None
    assert note.rule == "calm_down"


def test_an_announcement_is_no_turn_to_coach() -> None:
    """What is said before the customer has spoken is not judged."""
    assert coach(spoken("Please calm down.", customer=None)) is None


def test_every_note_is_short_and_calm() -> None:
    """No rule raises its voice or scolds."""
    said = [
        spoken("Please calm down, it's against our policy."),
        spoken("You have my word."),
        spoken("What is it, when was it, and where is it?"),
        spoken("You should have read it."),
        spoken("I can give you a refund or send a replacement."),
    ]
    for turn in said:
        note = coach(turn)
        assert note is not None
        assert len(note.text) < 120
        assert "!" not in note.text
    assert len({rule.__name__ for rule in RULES}) == 9
