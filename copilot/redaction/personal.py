"""Personal data besides cards in one conversation: what is found by its form, and what answers a question.

A number's form seldom says what it is; the words before it do, also those of the other speaker: 'what is your
phone number' makes a phone's of the digits that follow, in one piece or in many, and of their read-back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from copilot.core.types import Speaker
from copilot.redaction import (
    addresses,
    banks,
    cards,
    codes,
    emails,
    national,
    numbers,
    passages,
    phones,
    topics,
)
from copilot.redaction.numbers import Run
from copilot.redaction.passages import Heard
from copilot.redaction.placeholders import KINDS, Kind, Placeholders, label
from copilot.redaction.small_talk import is_thin
from copilot.redaction.topics import Name, Topic

# What is taken out unless a tenant says otherwise. Addresses are often what a call is about.
USUAL: tuple[Kind, ...] = ("email", "phone", "bank", "id")
# So many fragments after it was asked for, or went on, a number may still come; so far its name reaches.
_PATIENCE = 5
_REACH = 100
_WINDOW = 32
# A shorter number is nobody's unless it was asked for.
_LONG = 6
# Within an answer so many digits in a row are enough to take it for a value that was said before.
_ALIKE = 4
# An address follows right after 'my address is', and a zip has so many digits.
_RIGHT_AFTER, _ZIP = 12, 5
_NUMBERED: dict[Name, tuple[int, int]] = {"phone": (7, 10), "bank": (6, 8), "id": (6, 9)}

_QUESTION = re.compile(
    r"\?|\b(?:what|which|may i|can i|could i|can you|could you|would you|give|tell|spell|confirm|repeat|need"
    r"|have (?:the|your|an?)|get (?:the|your|an?)|take (?:the|your|an?))\b"
)
_SPELLED = re.compile(r"(?:(?<![^\W_])(?:[a-z][ .,-]{1,3}){2,8}|(?<![^\W_])[a-z]{1,4})$")
_ATTACHED = re.compile(r"[a-z]{1,2}(?![^\W_])|(?: [a-z])(?![^\W_'])")

Find = Callable[[str], list[tuple[int, int, str]]]
_BY_FORM: tuple[tuple[Kind, Find], ...] = (
    ("bank", banks.find),
    ("id", national.find),
    ("address", addresses.find),
)


class Span(NamedTuple):
    """A stretch of a text and the placeholder that takes its place."""

    start: int
    end: int
    label: str


class Asked(NamedTuple):
    """What the conversation last spoke of: how many fragments ago, by whom, and how much of it was said."""

    name: Name = ""
    asks: bool = False
    question: bool = False  # it was asked for outright, and not only named: 'we will send it to your email'
    age: int = 0
    speaker: Speaker = "system"
    digits: str = ""
    number: int = 0

    @property
    def whole(self) -> bool:
        """Nothing is missing any more: what comes is its read-back, or something else."""
        return self.name in _NUMBERED and len(self.digits) >= _NUMBERED[self.name][1]


class Personal:
    """Finds personal data fragment by fragment. Holds nothing of it but hashes and what is half said."""

    def __init__(self, kinds: Collection[Kind] = USUAL) -> None:
        self._kinds = frozenset(kinds)
        self._placeholders = Placeholders()
        self._asked = Asked()
        self._before: dict[str, Asked] = {}

    def recall(self, text: str) -> None:
        """Takes note of the placeholders that a stored text holds."""
        self._placeholders.recall(text)

    def hear(self, utterance_id: str, speaker: Speaker, heard: Heard) -> list[Span]:
        """The spans to mask, in order. The same id again is a revision: it is read where it stood."""
        if utterance_id in self._before:
            self._asked = self._before[utterance_id]
        else:
            self._before[utterance_id] = self._asked
            if len(self._before) > _WINDOW:
                del self._before[next(iter(self._before))]
        return self._spans(speaker, heard)

    def glimpse(self, speaker: Speaker, heard: Heard) -> list[Span]:
        """The spans of a partial, of which nothing is remembered."""
        before = self._asked
        spans = self._spans(speaker, heard)
        self._asked = before
        return spans

    # --- one fragment -----------------------------------------------------------------------------

    def _spans(self, speaker: Speaker, heard: Heard) -> list[Span]:
        self._grow_old()
        low = heard.low
        longest = max((len(run.digits) for run in heard.runs), default=0)
        asked = self._asked.asks and self._asked.name != "other"
        street = bool(heard.runs) and "address" in self._kinds
        if not (longest >= _LONG or asked or street or topics.present(low) or emails.present(low)):
            return []  # most that is said
        named = topics.find(low)
        spans = self._by_form(low) if longest >= _LONG or street else []
        spans += self._emails(speaker, low, named)
        taken = _Taken(spans)
        question = bool(named) and _QUESTION.search(low) is not None
        distance = _REACH + 1 if not self._asked.name else 0
        at = 0
        items: list[Topic | Run] = sorted([*named, *heard.runs], key=lambda each: each.start)
        for item in items:
            distance += max(0, item.start - at)
            at = max(at, item.end)
            if isinstance(item, Topic):
                self._turn(item, speaker, question)
                distance = 0
            elif not taken.covers(item):
                span = self._number(item, heard, speaker, distance)
                if span is not None:
                    spans.append(span)
        return _apart(spans)

    def _grow_old(self) -> None:
        asked = self._asked
        if asked.name:
            self._asked = asked._replace(age=asked.age + 1) if asked.age < _PATIENCE else Asked()

    def _turn(self, topic: Topic, speaker: Speaker, question: bool) -> None:
        """Something is spoken of anew."""
        asked = self._asked
        if topic.name == asked.name and (asked.asks or not topic.asks):
            if topic.asks and topic.name in _NUMBERED and len(asked.digits) >= _NUMBERED[topic.name][0]:
                self._asked = Asked(topic.name, True, question, 0, speaker)
            elif topic.asks or not asked.digits:
                self._asked = asked._replace(age=0, speaker=speaker, question=question or asked.question)
            return
        if topic.name == "bank" and not topic.asks and asked.name not in ("", "bank"):
            return  # 'account' alone says little
        self._asked = Asked(topic.name, topic.asks, question, 0, speaker)

    def _by_form(self, low: str) -> list[Span]:
        found = []
        for kind, find in _BY_FORM:
            if kind in self._kinds:
                for start, end, value in find(low):
                    found.append(self._placed(kind, start, end, value))
        return found

    def _placed(self, kind: Kind, start: int, end: int, value: str) -> Span:
        return Span(start, end, label(kind, self._placeholders.number(kind, value)))

    # --- e-mail -----------------------------------------------------------------------------------

    def _emails(self, speaker: Speaker, low: str, named: list[Topic]) -> list[Span]:
        if "email" not in self._kinds:
            return []
        found = emails.find(low)
        spans = [self._placed("email", *each) for each in found]
        asked = self._asked
        if found:
            self._asked = asked._replace(age=0) if asked.name == "email" else asked
        elif asked.name == "email" or (named and named[-1].name == "email"):
            after = max((topic.end for topic in named if topic.name == "email"), default=0)
            answer = asked.name == "email" and asked.question and asked.speaker != speaker and not named
            parts = emails.parts(low[after:], answer=answer)
            if parts and asked.name == "email":
                number = asked.number or self._placeholders.next("email")
                self._asked = asked._replace(age=0, number=number)
            spans = [Span(s + after, e + after, label("email", self._asked.number)) for s, e in parts]
        return spans

    # --- numbers ----------------------------------------------------------------------------------

    def _number(self, run: Run, heard: Heard, speaker: Speaker, distance: int) -> Span | None:
        asked, low = self._asked, heard.low
        kind = asked.name if distance <= _REACH else ""
        if kind == "address" and kind in self._kinds:
            span = self._told(run, heard, speaker, distance)
            if span is not None:
                return span
        if len(run.digits) >= cards.SHORTEST and kind != "bank":
            return None
        if "phone" in self._kinds and kind != "other" and phones.is_plain(low, run):
            return self._phone(run, low)
        if kind in ("phone", "bank", "id") and kind in self._kinds and self._is_meant(run, heard):
            return (
                self._phone(run, low)
                if kind == "phone" and not asked.digits and _is_whole(run)
                else (self._piece(kind, run, low))
            )
        return self._again(run)

    def _told(self, run: Run, heard: Heard, speaker: Speaker, distance: int) -> Span | None:
        """A number that begins an address unseen by its form, or is a zip, where one was asked for."""
        asked, low = self._asked, heard.low
        zipped = len(run.digits) == _ZIP
        found = addresses.answer(low, run) or ((run.start, run.end) if zipped else None)
        nothing = not run.digits.strip("0")  # 'oh, yes'
        if found is None or nothing or numbers.is_date(low, run):
            return None
        announced = asked.age == 0 and distance <= _RIGHT_AFTER
        answered = asked.number > 0 or (asked.question and asked.speaker != speaker)
        first = run is heard.runs[0] and is_thin(low[: found[0]])
        if not (announced or (answered and (first or zipped))):
            return None
        number = asked.number or self._placeholders.next("address")
        self._asked = asked._replace(number=number)
        return Span(*found, label("address", number))

    def _again(self, run: Run) -> Span | None:
        """A longer part of what was said before, wherever it comes again."""
        for kind in _NUMBERED if len(run.digits) >= _LONG else ():
            if kind in self._kinds:
                known = self._placeholders.part(kind, run.digits)
                if known:
                    return Span(run.start, run.end, label(kind, known))
        return None

    def _phone(self, run: Run, low: str) -> Span:
        number = self._placeholders.number("phone", phones.same(run.digits))
        self._placeholders.learn("phone", run.digits, number)
        if self._asked.name == "phone":
            self._asked = self._asked._replace(age=2, number=number, digits=run.digits)
        return Span(*phones.whole(low, run), label("phone", number))

    def _piece(self, kind: Kind, run: Run, low: str) -> Span:
        """A part of what was asked for: all parts have one placeholder, and so has their read-back."""
        asked = self._asked
        known = self._placeholders.part(kind, run.digits, _ALIKE)
        number = known or asked.number or self._placeholders.next(kind)
        digits = asked.digits if known and asked.digits else asked.digits + run.digits
        self._placeholders.learn(kind, digits, number)
        if kind == "phone" and len(digits) > phones.SHORTEST:
            self._placeholders.learn(kind, phones.same(digits), number)
        asked = asked._replace(age=0, digits=digits[-40:], number=number)
        self._asked = asked._replace(age=2) if asked.whole else asked
        start, end = (run.start, run.end) if kind == "phone" else _with_letters(low, run)
        return Span(start, end, label(kind, number))

    def _is_meant(self, run: Run, heard: Heard) -> bool:
        """Whether a number is what was asked for, or part of it, and not a count, a date or a price."""
        low, asked = heard.low, self._asked
        size = len(run.digits)
        money = run.start > 0 and low[run.start - 1] in "$£€¥"
        if money or numbers.is_date(low, run) or codes.is_counting(low, run):
            return False
        least = _NUMBERED[asked.name][0]
        if not asked.asks:
            return size >= least and (asked.name != "bank" or size <= 18)
        if size >= least or self._placeholders.part(asked.name, run.digits):  # type: ignore[arg-type]
            return True
        # A piece: nothing of weight before it, or after it.
        if asked.whole or not (heard.led or heard.open_end):
            return False
        if size > 2 or (size == 2 and (low[run.start].isdigit() or run.words == 2)):
            return True
        return heard.led and (heard.open_end or bool(asked.digits))


def _is_whole(run: Run) -> bool:
    return phones.WHOLE <= len(run.digits) <= phones.LONGEST


def _with_letters(low: str, run: Run) -> tuple[int, int]:
    """A number with the letters that belong to it: 'QQ123456C', or spelled, 'q q one two …'."""
    start, end = run.start, run.end
    before = _SPELLED.search(low[max(0, start - 40) : start])
    if before:
        start -= len(before[0])
    after = _ATTACHED.match(low, end)
    return start, after.end() if after else end


class _Taken:
    """Stretches that are masked already."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._at = 0

    def covers(self, run: Run) -> bool:
        """Asked for numbers in order of place."""
        while self._at < len(self._spans) and self._spans[self._at].end <= run.start:
            self._at += 1
        return self._at < len(self._spans) and self._spans[self._at].start < run.end


def _apart(spans: list[Span]) -> list[Span]:
    """In order of place; those that overlap are one, with the name of the first and longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            kept[-1] = kept[-1]._replace(end=span.end)
    return kept


def mask(text: str, kinds: Collection[Kind] = USUAL) -> str:
    """A text that stands alone, with its personal data replaced; nothing is numbered in it."""
    personal = Personal(kinds)
    low = numbers.folded(text)
    if not (numbers.present(low, numbers.words(low)) or emails.present(low)):
        return text
    spans = personal.hear("", "system", passages.listen(text))
    return numbers.replaced(text, [(s, e, f"{tag.split(' ')[0].rstrip(']')}]") for s, e, tag in spans])


__all__ = ["KINDS", "USUAL", "Kind", "Personal", "Span", "mask"]
