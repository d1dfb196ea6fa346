"""Phone numbers that need no words around them."""

from __future__ import annotations

import pytest

from copilot.redaction import numbers, phones


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("+44 20 7946 0018", True),
        ("07700 900123", True),
        ("oh seven seven double oh nine double oh one two three", True),
        ("0044 20 7946 0018", True),
        ("555-234-5678", True),
        ("5552345678", False),
        ("12345678", False),
        ("0123456", False),
    ],
)
def test_a_form_that_is_a_phones_alone(text: str, plain: bool) -> None:
    """A sign, a leading zero, or American groups; plain digits may be an order's."""
    (run,) = numbers.find(text)
    assert phones.is_plain(text, run) is plain


def test_one_number_with_its_country_and_without() -> None:
    """It is known again however it is dialled."""
    assert phones.same("447700900123") == phones.same("07700900123") == phones.same("7700900123")


def test_what_belongs_to_a_number() -> None:
    """The plus and the bracket before it."""
    (run,) = numbers.find("on +447700900123")
    assert phones.whole("on +447700900123", run) == (3, 16)
