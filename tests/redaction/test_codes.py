"""Security codes, PINs and expiries in a text that stands alone."""

from __future__ import annotations

import pytest

from copilot.redaction import redact_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("the cvv is 312", "the cvv is [code]"),
        ("CVC: three one two", "CVC: [code]"),
        ("security code is one, I think two, three", "security code is [code]"),
        ("three digits on the back are 456", "three digits on the back are [code]"),
        ("312 is my cvv", "[code] is my cvv"),
        ("three one two, that's the security code", "[code], that's the security code"),
        ("it's 312, pin is 1234", "it's 312, pin is [code]"),
        ("cvv is 312 and pin is 1234", "cvv is [code] and pin is [code]"),
        ("My PIN's four four double five", "My PIN's [code]"),
        ("cvv is 312 and I waited 20 minutes", "cvv is [code] and I waited 20 minutes"),
        ("expires oh four twenty seven", "expires [expiry]"),
        ("4111 1111 1111 1111 exp 4/27", "[card] exp [expiry]"),
        ("4111 1111 1111 1111, here goes 04/27 ok", "[card], here goes [expiry] ok"),
        ("card 4111111111111111 04/27 312", "card [card]"),
    ],
)
def test_a_code_is_masked_where_the_words_name_it(text: str, masked: str) -> None:
    """Before or after its name, in one piece or in several."""
    assert redact_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "my policy expires on 12/31",
        "The security code was wrong, my order is 1234.",
        "It came 312 times.",
        "pin code 560001",
        "What's the three digits on the back?",
        "Enter the pin one more time",
    ],
)
def test_other_small_numbers_stay(text: str) -> None:
    """What is counted, or named as something else, is no code."""
    assert redact_text(text) == text
