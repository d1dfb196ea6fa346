"""What kind of thing a customer's words are about: a delivery, a refund, a way in … each asks for its own
question and its own next step."""

from __future__ import annotations

import re
from typing import Literal

from copilot.core.customer_words import any_of

Subject = Literal[
    "refund",
    "return",
    "cancelling",
    "delivery",
    "code",
    "access",
    "power",
    "charge",
    "line",
    "booking",
    "app",
]

# Read from the top: what is narrower stands first.
_SUBJECTS: tuple[tuple[Subject, re.Pattern[str]], ...] = (
    ("refund", any_of(r"refund(?:ed|s)?", r"money back", r"reimburse(?:d|ment)?")),
    (
        "return",
        any_of(
            r"(?:return(?:ing)?|send(?:ing)? back) (?:it|them|this|these|one|two|\d|the|my|an?)",
            r"send(?:ing)? (?:it|them|this|these|the \w+|my \w+) back",
            r"return label",
        ),
    ),
    ("cancelling", any_of(r"cancel(?:led|ling|lation)?", r"unsubscribe", r"close my account")),
    (
        "delivery",
        any_of(
            r"deliver(?:y|ed|ies)",
            r"parcels?",
            r"packages?",
            r"ship(?:ment|ped|ping)",
            r"courier",
            r"dispatch(?:ed)?",
            r"(?:not|[a-z]+n['’]?t|never|nothing has|yet to) arrived?",
        ),
    ),
    (
        "code",
        any_of(r"(?:promo(?:tion(?:al)?)?|discount|voucher|gift|activation) ?(?:codes?|cards?)", r"coupons?"),
    ),
    (
        "access",
        any_of(
            r"(?:log|sign)[ -]?in(?:to)?",
            r"pass ?words?",
            r"locked out",
            r"(?:get|getting) (?:back )?in(?:to)? my account",
            r"account (?:is |was |has been |got )?(?:\w+ )?(?:blocked|locked|hacked|banned|suspended)",
        ),
    ),
    (
        "power",
        any_of(
            r"(?:not|only|[a-z]+n['’]?t) charg(?:e|es|ing)",
            r"batter(?:y|ies)",
            r"(?:turn|switch|power)(?:s|ed|ing)? (?:itself )?o(?:n|ff)",
        ),
    ),
    (
        "charge",
        any_of(
            r"overcharged|charged (?:me|my|us|for|twice|again)|(?:was|were|been|got|am) charged",
            r"charg(?:es|ing) (?:me|my|us)",
            r"(?:these|those|unauthori[sz]ed) charges?",
            r"(?:my|a|electricity|phone) bills?",
            r"billed",
            r"debited",
        ),
    ),
    ("line", any_of(r"internet", r"wi-?fi", r"broadband", r"router", r"(?:cell(?:ular)? |phone )signal")),
    ("booking", any_of(r"appointments?", r"bookings?", r"reservations?", r"(?:my|our) (?:flight|room)")),
    ("app", any_of(r"apps?", r"web ?(?:site|page)s?", r"browsers?", r"error messages?")),
)


def subject_of(text: str) -> Subject | None:
    """The narrowest subject that a text names, if it names one."""
    return next((subject for subject, words in _SUBJECTS if words.search(text)), None)
