"""What proves that somebody holds a card: its security code, its PIN, its expiry."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Literal, NamedTuple

from copilot.redaction import cards, cues, numbers
from copilot.redaction.cues import Cue
from copilot.redaction.numbers import Run

CODE, EXPIRY = "[code]", "[expiry]"
_REACH = 100
_LONGEST = 8
_COMPLETE = 3
_BLOCK = re.compile(r"\d{5,}")
_UNIT = re.compile(
    r"[\s-]{0,3}(?:%|(?:seconds?|secs?|moments?|minutes?|mins?|hours?|days?|nights?|weeks?|months?|years?|times?|am|pm|pounds?|dollars?|"
    r"euros?|quid|bucks?|percent|items?|people|calls?|parcels?)\b)"
)
_ONE_OF = re.compile(
    r"one[\s-]{1,3}(?:of|more|thing|at|by|day|last|off|that|who|which|person|bit|sec|in|to|for the|another|"
    r"item|call|order|parcel|else|way|side|hand|question)\b"
)
_MONTH_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])\s?[/.-]\s?(?:20)?\d{2}")
_IS_THE = re.compile(
    r"[\s,.]{0,4}(?:is|was|as|for|being|that's|that is|it's|it is)\s{1,3}"
    r"(?:(?:the|my|your|our|their)\s{1,3})?(?:(?:card|card's|three digit)\s{1,3})?"
)


class Awaiting(NamedTuple):
    """What the next small number would be, and how many of its digits have been said."""

    kind: Literal["", "code", "expiry"] = ""
    got: int = 0


def mask(text: str) -> str:
    """The text with its card codes and expiries replaced."""
    low = numbers.folded(text)
    said = numbers.words(low)
    if not numbers.present(low, said) or not cues.present(low, said):
        return text
    found = cues.find(low)
    if not any(cue.kind != "other" for cue in found):
        return text
    runs = cues.outside(numbers.find(low), found)
    labels, _ = scan(low, runs, found, Awaiting())
    return numbers.replaced(
        text, [(r.start, r.end, label) for r, label in zip(runs, labels, strict=True) if label]
    )


def scan(
    low: str, runs: list[Run], found: list[Cue], awaiting: Awaiting, skip: Container[int] = ()
) -> tuple[list[str], Awaiting]:
    """A label for each number ('' for none), and what is still awaited at the end of the text.

    `skip` holds the places of numbers that are masked as something else.
    """
    scanner = _Scanner(low, awaiting)
    for gap, item in cues.sweep(runs, found):
        if isinstance(item, Cue):
            scanner.cue(gap, item)
        else:
            scanner.run(gap, item, len(item.digits) >= cards.SHORTEST or item.start in skip)
    return scanner.labels, scanner.awaiting


class _Scanner:
    """Goes through a text once, numbers and cues in order."""

    def __init__(self, low: str, awaiting: Awaiting) -> None:
        self.low = low
        self.labels: list[str] = []
        self.awaiting = awaiting
        self.distance = 0
        self.end = 0
        self.thing = False  # something else than a card expires here
        self.carded = False  # a card stands right before
        self.loose = False  # the item before may be a code said before its name,
        self.loose_run = False  # and is a number, not a placeholder

    def cue(self, gap: int, cue: Cue) -> None:
        named = self.loose and _IS_THE.fullmatch(self.low, self.end, cue.start) is not None
        self.loose = self.carded = False
        self.distance += gap
        self.end = cue.end
        if cue.kind == "mask":
            self.loose_run = False
            self.loose = cue.strong and self.awaiting.kind != "code"
            self.carded = not cue.strong
            if self.awaiting.kind and self.low[cue.start : cue.end] in (CODE, EXPIRY):
                self.awaiting = Awaiting()
        elif cue.kind == "code":
            if named:
                if self.loose_run:
                    self.labels[-1] = CODE
                return
            self.awaiting, self.distance = Awaiting("code"), 0
        elif cue.kind == "expiry":
            if not self.thing:
                self.awaiting, self.distance = Awaiting("expiry"), 0
        elif cue.kind == "other":
            self.awaiting, self.thing = Awaiting(), True
        else:
            self.thing = False
            self.carded = cue.strong

    def run(self, gap: int, run: Run, masked: bool) -> None:
        self.distance += gap
        label = "" if masked else self._label(gap, run)
        self.labels.append(label)
        self.loose_run = True
        self.loose = not masked and not label and not self.awaiting.kind and is_small(self.low, run)
        self.carded = masked
        self.end = run.end

    def _label(self, gap: int, run: Run) -> str:
        if self.carded and gap <= 40 and _MONTH_YEAR.fullmatch(self.low, run.start, run.end):
            return EXPIRY
        kind, got = self.awaiting
        if not kind or self.distance > _REACH or not is_small(self.low, run):
            return ""
        got += len(run.digits)
        self.awaiting = Awaiting(kind, got) if got < _COMPLETE else Awaiting()
        return CODE if kind == "code" else EXPIRY


def is_small(low: str, run: Run) -> bool:
    """Whether a number can be a code or an expiry: short, not one block of five, not a count of things."""
    return (
        len(run.digits) <= _LONGEST
        and not _BLOCK.fullmatch(low, run.start, run.end)
        and not is_counting(low, run)
        and not numbers.is_date(low, run)
    )


def is_counting(low: str, run: Run) -> bool:
    """Whether a number counts something ('20 minutes', 'one of them')."""
    one = run.words == 1 and _ONE_OF.match(low, run.start) is not None
    return one or _UNIT.match(low, run.end) is not None
