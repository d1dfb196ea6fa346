"""Sentences are cut where their marks stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copilot.core.sentences import sentences


def test_marks_end_sentences_but_numbers_keep_theirs() -> None:
    """A point inside a number or an address ends nothing."""
    text = "It costs 4.50 now. Why?! ok"
    assert [text[start:end] for start, end in sentences(text)] == ["It costs 4.50 now.", "Why?!", "ok"]


@given(st.text(max_size=200))
def test_sentences_stand_in_order_and_apart(text: str) -> None:
    """No sentence is empty and none overlaps another."""
    at = 0
    for start, end in sentences(text):
        assert at <= start < end <= len(text)
        at = end
