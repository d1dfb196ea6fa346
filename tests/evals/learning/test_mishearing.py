"""Misheard speech: seeded, and what was masked stays."""

from __future__ import annotations

from evals.learning.mishearing import misheard, plain


def test_plain_text_has_no_capitals_and_no_marks() -> None:
    """Apostrophes and placeholders stay, as a recogniser writes them."""
    assert plain("Hello! I'm #NAME#, why? It's 4.50 - PRS-ORG.") == "hello i'm #NAME# why it's 4 50 PRS-ORG"


def test_the_same_seed_mishears_the_same() -> None:
    """Two runs hear the same errors, another seed others."""
    text = " ".join(f"word{number} please call again" for number in range(40))
    assert misheard(text, "a", 0.2) == misheard(text, "a", 0.2)
    assert misheard(text, "a", 0.2) != misheard(text, "b", 0.2)


def test_about_the_rate_is_misheard() -> None:
    """Most words come through."""
    words = ["delivery"] * 2000
    changed = sum(word != "delivery" for word in misheard(" ".join(words), "s", 0.05).split())
    assert 20 < changed < 250
