"""What a customer calls the thing that the subject of their words is about: 'your parcel', 'the server'."""

from __future__ import annotations

import re

from copilot.core.situation import Situation
from copilot.core.subjects import Subject

# As customers say it; what is asked for, as a refund, is no thing that something is wrong with.
_THINGS: dict[Subject, str] = {
    "delivery": "delivery parcel parcels package packages shipment",
    "code": "code voucher coupon",
    "access": "account password",
    "charge": "charge charges bill bills",
    "line": "internet wi-fi wifi broadband router signal network reception",
    "booking": "appointment booking reservation flight room",
    "app": "captcha",
    "trip": "flight train plane bus",
    "payment": "payment purchase",
    "ban": "ban suspension account",
    "repair": "boiler heating repair",
    "claim": "claim",
    "update": "update",
    "screen": "screen",
    "server": "server servers",
    "crash": "game",
    "file": "file book books e-book ebook document ticket",
    "pairing": "bluetooth connection",
}
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_OWN = re.compile(r"\b(?:my|our) (?:\w+ )?$", re.I)
_NOT_THIS = re.compile(r"\b(?:no|not|any|another) (?:\w+ )?$|(?:n['’]t|not) (?:say|mean)\b[^.!?]*$", re.I)
# How many turns back, and how much of a turn, is read.
_LATE, _READ = 24, 2_000


def named_thing(situation: Situation) -> str | None:
    """The thing as they named it last; None where they named none."""
    subject = situation.subject
    if subject is None:
        return None
    said = (turn.text for turn in reversed(situation.turns[-_LATE:]) if turn.speaker == "customer")
    return next(filter(None, (thing_of(subject, text[-_READ:]) for text in said)), None)


def thing_of(subject: Subject, said: str) -> str | None:
    """'your parcel', 'the server': what a text calls the thing that the subject is about, if it names it."""
    names = _THINGS.get(subject, "").split()
    for word in _WORD.finditer(said.lower()):
        before = said[: word.start()]
        if word[0] in names and not _NOT_THIS.search(before):
            return f"{'your' if _OWN.search(before) else 'the'} {word[0]}"
    return None
