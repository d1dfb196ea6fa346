"""Cues say what a number near them is."""

from __future__ import annotations

import pytest

from copilot.redaction import cues, numbers


@pytest.mark.parametrize(
    ("text", "kind", "strong"),
    [
        ("the long card number", "card", True),
        ("my debit card", "card", False),
        ("sixteen digits", "card", True),
        ("the 3 digits on the back", "code", True),
        ("c v v", "code", True),
        ("security code", "code", True),
        ("it expires", "expiry", True),
        ("my order", "other", False),
        ("order number", "other", True),
        ("a phone", "other", False),
        ("date of birth", "other", True),
    ],
)
def test_a_cue_is_found_with_its_kind(text: str, kind: str, strong: bool) -> None:
    """The first cue of the text has the kind, and the strength of speaking of a number."""
    found = cues.find(text)
    assert (found[0].kind, found[0].strong) == (kind, strong)
    assert cues.present(text, numbers.words(text))


def test_a_placeholder_is_no_cue() -> None:
    """'[card]' marks a place and does not speak of a card."""
    assert [cue.kind for cue in cues.find("[card] [code] [digits]")] == ["mask"] * 3


def owner_kinds(text: str) -> list[str | None]:
    owners = cues.owners(numbers.find(text), cues.find(text))
    return [owner.kind if owner else None for owner in owners]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("card 12345678", ["card"]),
        ("card for order 12345678", ["other"]),
        ("12345678 is my card number", ["card"]),
        ("12345678 is it", [None]),
        ("card " + "x" * 120 + " 12345678", [None]),
    ],
)
def test_the_nearest_cue_says_what_a_number_is(text: str, kinds: list[str | None]) -> None:
    """The cue right before counts first, then one right after; far ones say nothing."""
    assert owner_kinds(text) == kinds


def test_digits_inside_a_cue_are_no_number() -> None:
    """'The last three on the back' names a code and gives none of it."""
    text = "the last three on the back"
    assert cues.outside(numbers.find(text), cues.find(text)) == []
