"""Texts lose what nobody says, and nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.api.text import spoken


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("plain words, 12 $", "plain words, 12 $"),
        ("naïve café 日本語 🙂", "naïve café 日本語 🙂"),
        ("a\x00b\x07\x1b[31mc", "ab[31mc"),
        ("one\r\n\ttwo\u2028three", "one two three"),
        ("4111\u200b1111\u2060\u00ad1111", "411111111111"),
        ("\u202eabc\u2066def\u200f", "abcdef"),
        ("hi\U000e0049\U000e0067\U000e007f", "hi"),
        ("\ufeffx", "x"),
    ],
)
def test_what_is_dropped(sent: str, kept: str) -> None:
    """Controls, zero-width, direction and tag characters go; line breaks and tabs become one space."""
    assert spoken(sent) == kept


@given(st.text())
def test_no_control_stays_and_doing_it_again_changes_nothing(text: str) -> None:
    """What comes out holds no control or format character of the dangerous kinds, and is stable."""
    out = spoken(text)
    assert not any(unicodedata.category(c) == "Cc" for c in out)
    assert not any("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" for c in out)
    assert spoken(out) == out


@given(
    st.text(st.characters(categories=["L", "Nd", "Sc", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0"))
)
def test_letters_digits_and_signs_stay(text: str) -> None:
    """Nothing that can be seen is lost."""
    assert spoken(text) == text
