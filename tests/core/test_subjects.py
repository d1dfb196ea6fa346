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
        ("Our train was delayed again.", "trip"),
        ("Your driver swore at me.", "staff"),
        ("It won't let me pay.", "payment"),
        ("I haven't received an email.", "mail"),
        ("Still waiting for a call.", "call"),
        ("Can you offer me some compensation?", "gesture"),
        ("I got banned for nothing.", "ban"),
        ("The vase arrived broken.", "damage"),
        ("No engineer came.", "repair"),
        ("My claim is six weeks old.", "claim"),
        ("Since the last update it is slow.", "update"),
        ("The screen has lines.", "screen"),
        ("The server is down again.", "server"),
        ("It keeps crashing.", "crash"),
        ("I can't open the file.", "file"),
        ("I have never been so let down by an update.", "update"),
        ("I am waiting for an update.", None),
        ("I train every day.", None),
        ("I want to hear about the update on my case.", None),
        ("I called it a day.", None),
        ("It was fully charged, and then it fell.", None),
        ("I have waited for weeks.", None),
    ],
)
def test_the_narrowest_subject_is_named(said: str, subject: Subject | None) -> None:
    """A refund of a parcel is a refund; what names nothing of the kind has no subject."""
    assert subject_of(said) == subject
