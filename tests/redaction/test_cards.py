"""Card numbers in a text that stands alone."""

from __future__ import annotations

import pytest

from copilot.redaction import cards


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111/1111/1111/1112",
        "4111\u00a01111\u00a01111\u00a01111",
        "４１１１ １１１１ １１１１ １１１１",
        "٤١١١ ١١١١ ١١١١ ١١١١",
        "3782 822463 10005",
        "4222222222222",
        "6304000000000000000",
        "41111111111111111111111",
        "four one one one double one one one triple one one one one one one",
        "forty one eleven eleven eleven eleven eleven eleven eleven",
        "four thousand one hundred eleven eleven eleven eleven eleven eleven",
        "4111 then one one one one, uh, 1111 dash 1111",
    ],
)
def test_a_run_of_thirteen_digits_or_more_is_masked(number: str) -> None:
    """Typed, spoken or mixed, with or without a right check digit."""
    assert cards.mask(f"Well {number} please.") == "Well [card] please."


@pytest.mark.parametrize(
    "text",
    [
        "My order is 12345678.",
        "Call me on 07700 900123 or +44 20 7123 4567.",
        "It came on 12/05/2024 14:30:22.",
        "Orders 12345678 and 23456789 are late.",
        "My card was charged for order 12345678.",
        "The IBAN is GB29 NWBK 6016 1331 9268 19.",
        "1Z 999 AA1 0123 4567 84 is the tracking number.",
        "One moment, oh no, two of three were late.",
        "The card ending 4321.",
    ],
)
def test_shorter_numbers_stay(text: str) -> None:
    """Orders, phones, dates, accounts and the last four of a card are no card numbers."""
    assert cards.mask(text) == text


@pytest.mark.parametrize(
    "text", ["my card is 4111 1111", "visa: 411111111111", "4111 1111 is my card number"]
)
def test_eight_digits_near_card_words_are_masked(text: str) -> None:
    """A part of a number that the words call a card's is masked."""
    assert "4111" not in cards.mask(text)
