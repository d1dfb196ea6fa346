"""An IBAN is known by its country's length."""

from __future__ import annotations

import pytest

from copilot.redaction import banks


@pytest.mark.parametrize(
    "text",
    ["gb29 nwbk 6016 1331 9268 19 thanks", "DE89370400440532013000", "it is de88-3704-0044-0532-0130-00."],
)
def test_an_iban_is_found_right_or_misheard(text: str) -> None:
    """Wrong check digits do not let it through."""
    ((start, end, value),) = banks.find(text.lower())
    assert len(value) == 22
    assert "thanks" not in text[start:end]


@pytest.mark.parametrize(
    "text",
    [
        "de 12 people came",
        "at 10 we left",
        "gb29 nwbk 6016",
        "order is 7538829738 and it never came",
        "xx89370400440532013000",
    ],
)
def test_other_letters_and_digits_are_none(text: str) -> None:
    """Too short, too few digits, or of no country."""
    assert banks.find(text) == []
