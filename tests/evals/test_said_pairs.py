"""The bar for hearing that a card was said, on pairs that another writer labelled."""

from __future__ import annotations

from evals.said_pairs import halves, load_pairs, score


def test_the_bar() -> None:
    """Of what is taken for the card at least 0.9 is it, and of what is the card at least 0.7 is taken."""
    pairs = load_pairs()
    found = score(pairs)
    assert len(pairs) >= 150
    assert found.precision >= 0.9, found.wrong
    assert found.recall >= 0.7, found.missed


def test_halves_are_parts_of_the_whole() -> None:
    """Both halves together are all pairs, each in one of them, the same with every draw."""
    pairs = load_pairs()
    worked, held = halves(pairs)
    assert sorted(worked + held) == sorted(pairs)
    assert halves(pairs) == (worked, held)
