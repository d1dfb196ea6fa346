"""The word data of paraphrases."""

from __future__ import annotations

import pytest

from copilot.core.same_ideas import as_figures, idea_of_words


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("twenty five dollars", ["25", "dollars"]),
        ("at eighteen forty", ["at", "18", "40"]),
        ("twice on the third", ["2", "on", "the", "3"]),
        ("twenty twenty", ["20", "20"]),
        ("forty lamps", ["40", "lamps"]),
        ("thirty", ["30"]),
    ],
)
def test_number_words_are_figures(words: str, figures: list[str]) -> None:
    """Spoken numbers are read as figures, tens and units together."""
    assert as_figures(words.split()) == figures


def test_an_idea_names_itself() -> None:
    """The word that names an idea belongs to it."""
    ideas = idea_of_words()
    assert all(ideas[name] == name for name in set(ideas.values()))
