"""What was taken out can be named, where a noun in its place reads right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.placeholders import placeholders_in, worded
from copilot.core.types import Turn


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("you charged [card] twice", "you charged the card twice"),
        ("my card [card] was charged", "my card was charged"),
        ("my card, [card], was charged", "my card was charged"),
        ("your [card] was charged", "your card was charged"),
        ("call me on [phone 1] today", "call me on the phone number I gave today"),
        ("my mobile number [phone 2] is blocked", "my mobile number is blocked"),
        ("nothing came to [email 1], nothing", "nothing came to the e-mail address I gave, nothing"),
        ("from [bank 1] to [card]", "from the account number I gave to the card"),
        ("[address 1] is wrong", "The address I gave is wrong"),
        ("the code [code] does not work", "the code does not work"),
        ("no trace of anything", "no trace of anything"),
    ],
)  # fmt: skip
def test_a_placeholder_is_said_as_its_noun(text: str, named: str) -> None:
    """With its own article where none stands before it, and not twice where it is named already."""
    assert worded(text, "I gave") == named


@pytest.mark.parametrize(
    "text",
    [
        "my number is [phone 1]",
        "not [phone 1] but [phone 2]",
        "[card] or [card]",
        "the [widget 1]",
        "[phone 12]",
    ],
)
def test_what_no_noun_can_stand_for_stays(text: str) -> None:
    """The value itself, two of a kind, or no placeholder of ours: as it was, so that it is not said aloud."""
    assert worded(text, "I gave") == text


def test_what_nobody_said_stays() -> None:
    """A placeholder that stands in no turn of theirs is an invention."""
    turns = (
        Turn(index=0, speaker="customer", text="call [phone 1]"),
        Turn(index=1, speaker="agent", text="[id 1]?"),
    )
    known = placeholders_in(turns, "customer")
    assert known == {"[phone 1]"}
    assert worded("I'll call [phone 1].", "you gave", known) == "I'll call the phone number you gave."
    assert worded("I'll call [phone 2].", "you gave", known) == "I'll call [phone 2]."
    assert worded("I see [id 1].", "you gave", known) == "I see [id 1]."


@given(
    st.lists(
        st.sampled_from(["[card]", "[phone 1]", "my", "is", ",", " ", "number", "[", "]", "x"]), max_size=12
    )
)
def test_all_or_none(parts: list[str]) -> None:
    """Whatever the text: either it stays, or none of ours is left in it."""
    text = "".join(parts)
    named = worded(text, "I gave")
    assert named == text or not ("[card]" in named or "[phone 1]" in named)
