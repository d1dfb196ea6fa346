"""Social security and national insurance numbers are known by their form."""

from __future__ import annotations

import pytest

from copilot.redaction import national


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my ssn is 123-45-6789", "123456789"),
        ("it's ab 12 34 56 c ok", "ab123456c"),
        ("AB123456C", "ab123456c"),
    ],
)
def test_a_number_is_found_by_its_form(text: str, value: str) -> None:
    """With its separators or without."""
    assert [found for _, _, found in national.find(text.lower())] == [value]


@pytest.mark.parametrize("text", ["000-45-6789", "1123-45-6789", "qq123456e", "12-34-56"])
def test_forms_that_are_never_given_out_stay(text: str) -> None:
    """Numbers of another form are something else."""
    assert national.find(text) == []
