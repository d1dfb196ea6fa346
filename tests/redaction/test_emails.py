"""E-mail addresses are found as people type, say and spell them."""

from __future__ import annotations

import pytest

from copilot.redaction import emails


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("write to jane.doe+x@mail.example.co.uk please", "jane.doe+x@mail.example.co.uk"),
        ("jane@example.com.", "jane@example.com"),
        ("it's jane @ example . com", "jane@example.com"),
        ("my email is jane dot doe at gmail dot com", "jane.doe@gmail.com"),
        ("jane underscore nine at outlook dot co dot uk", "jane_nine@outlook.co.uk"),
        ("it's j a n e at blue river dot org", "jane@blueriver.org"),
        ("you can use janedoe at hotmail", "janedoe@hotmail"),
        ("jane at example.com", "jane@example.com"),
        ("jane doe at sign yahoo dot com", "janedoe@yahoo.com"),
    ],
)
def test_an_address_is_found_as_it_would_be_typed(text: str, address: str) -> None:
    """Typed or said, one address has one form."""
    assert [value for _, _, value in emails.find(text)] == [address]
    assert emails.present(text)


@pytest.mark.parametrize(
    "text",
    [
        "I was at home and then at work. Nobody came.",
        "meet me at 5 dot",
        "look at the dot on the screen",
        "I looked at it at the shop",
        "@jane wrote",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    """'At' and 'dot' are words too."""
    assert emails.find(text) == []


@pytest.mark.parametrize(
    ("text", "answer", "parts"),
    [
        ("yeah it's jane dot doe", True, ["jane dot doe"]),
        ("it's j a n e", True, ["j a n e"]),
        ("at gmail dot com", False, ["at gmail dot com"]),
        ("jane doe", True, ["jane doe"]),
        ("jane doe", False, []),
        ("I do not have one. You should know that by now, I told you", True, []),
    ],
)
def test_parts_of_what_was_asked_for(text: str, answer: bool, parts: list[str]) -> None:
    """Once an address was asked for, letters, what joins names, and a short answer are parts of it."""
    low = text.lower()
    assert [low[start:end] for start, end in emails.parts(low, answer=answer)] == parts
