"""What the agent promised, and by when."""

from __future__ import annotations

import pytest

from tests.core.tracking_samples import reading

ASKED = "C My order is late"


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ("I will call you back by Friday.", "by Friday"),
        ("We'll refund it within 5 business days", "within 5 business days"),
        ("you will receive an email within the next 24 hours", "within the next 24 hours"),
        ("Someone will contact you tomorrow morning.", "tomorrow morning"),
        ("I will send you the label.", None),
    ],
)
def test_a_promise_keeps_its_time(said: str, by: str | None) -> None:
    """The time is as the agent said it, or none."""
    assert [promise.by for promise in reading(ASKED, f"A {said}").promises] == [by]


def test_questions_and_facts_are_no_promises() -> None:
    """Offering to call is not promising to, and a state is no promise."""
    assert reading(ASKED, "A Will you be at home on Monday?").promises == ()
    assert reading(ASKED, "A It is on the truck.").promises == ()
