"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.suggesters.sentences import whole_sentences


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("I hear you", ""),
        ("I hear you.", ""),
        ("I hear you. ", "I hear you."),
        ("I hear you. That is the thi", "I hear you."),
        ("Really?! Let me", "Really?!"),
        ("You said 'Never again.' I", "You said 'Never again.'"),
        ("Mr. Bell and Dr. Shah called", ""),
        ("By 5 p.m. today you", ""),
        ("It costs 3.50 in all. Is", "It costs 3.50 in all."),
        ("Wait… I", "Wait…"),
        ("", ""),
    ],
)
def test_a_sentence_is_whole_once_another_begins(text: str, whole: str) -> None:
    """Only white space after its end makes a sentence whole; short forms and figures do not end one."""
    assert whole_sentences(text) == whole


@given(st.text(alphabet="ab .!?…'\"\n"), st.integers(0, 40))
def test_grows_with_the_text(text: str, upto: int) -> None:
    """The whole sentences of a beginning are a beginning of those of the whole text."""
    assert whole_sentences(text).startswith(whole_sentences(text[:upto]))
