"""What the agent promised, by when, and whether it was kept."""

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


def test_a_promise_said_again_stands_once() -> None:
    """Recapped it is the same, with its latest place; kept and promised anew it is a new one; another time
    makes another one."""
    first = "A I'll call you by Friday."
    again = reading(ASKED, first, "C ok", "A So, I'll call you by Friday!").promises
    assert [(one.text, one.evidence.turn) for one in again] == [("I'll call you by Friday", 3)]
    assert len(reading(ASKED, f"{first} I'll call you by Friday.").promises) == 1
    anew = reading(ASKED, first, "C ok", "A I called you.", "C ok", first).promises
    assert [one.kept for one in anew] == [True, False]
    assert len(reading(ASKED, first, "C ok", "A I'll call you by Monday.").promises) == 2


@pytest.mark.parametrize(
    ("promise", "report", "kept"),
    [
        ("I will refund the delivery fee.", "I have refunded it just now.", True),
        ("I'll send you the label by Friday.", "The label is in your inbox.", True),
        ("I will email you the form.", "I've sent you an email.", True),
        ("I'll cancel the order and confirm it.", "Done.", True),
        ("I will call the depot.", "I have checked your account.", False),
        ("I will send you the label.", "Have I sent you the label?", False),
        ("I will send you the label by Friday.", "I have booked the driver for Friday.", False),
    ],
)
def test_a_promise_is_kept_when_the_agent_reports_it_done(promise: str, report: str, kept: bool) -> None:
    """A report that takes up the promise's words keeps it; another day's work or a question does not."""
    said = reading(ASKED, f"A {promise}", "C ok", f"A {report}").promises
    assert [one.kept for one in said] == [kept]
