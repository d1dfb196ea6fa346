"""Subjects: what kind of thing a customer's words are about."""

from __future__ import annotations

import pytest

from copilot.core.subjects import Subject, subject_of


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("Where is my refund for the parcel?", "refund"),
        ("I'd like to send the shoes back.", "return"),
        ("Please cancel it.", "cancelling"),
        ("The lamp hasn't arrived.", "delivery"),
        ("Your promo code is refused.", "code"),
        ("I can't log in any more.", "access"),
        ("It won't charge.", "power"),
        ("You charged me twice.", "charge"),
        ("The router blinks red.", "line"),
        ("My appointment was moved again.", "booking"),
        ("I get an error message.", "app"),
        ("It was fully charged, and then it fell.", None),
        ("I have waited for weeks.", None),
    ],
)
def test_the_narrowest_subject_is_named(said: str, subject: Subject | None) -> None:
    """A refund of a parcel is a refund; what names nothing of the kind has no subject."""
    assert subject_of(said) == subject
