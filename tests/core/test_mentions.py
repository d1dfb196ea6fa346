"""What the customer said of how long, how often, how much and when, and how often they made contact."""

from __future__ import annotations

import pytest

from tests.core.tracking_samples import reading


def test_claims_are_kept_by_kind_as_they_were_said() -> None:
    """The quote is the customer's own, with its sign and spelling."""
    said = reading("C Since Friday I called twice, it took two weeks and cost me $40.50!").mentions
    assert said["day"] == "Since Friday"
    assert said["count"] == "twice"
    assert said["duration"] == "two weeks"
    assert said["amount"] == "$40.50"


def test_the_latest_claim_of_a_kind_stands() -> None:
    """A corrected claim replaces the one before."""
    assert (
        reading("C I wait three days", "A Three days?", "C no, five days").mentions["duration"] == "five days"
    )


def test_spoken_amounts_are_whole() -> None:
    """All number words before the currency belong to the amount."""
    assert (
        reading("C they took nine hundred fifty dollars").mentions["amount"] == "nine hundred fifty dollars"
    )


@pytest.mark.parametrize(
    ("said", "contacts"),
    [
        ("This is my third call about it", 2),
        ("it's the fifth time i contact you", 4),
        ("I have called three times", 3),
        ("I emailed you twice", 2),
        ("I already spoke to someone yesterday", 1),
        ("the second time it broke", None),
        ("hello", None),
    ],
)
def test_earlier_contacts_are_counted(said: str, contacts: int | None) -> None:
    """The present contact does not count, and other counts are no contacts."""
    assert reading(f"C {said}").contacts == contacts
