"""Made-up conversations with planted card numbers, codes and look-alikes, in every style they are said."""

from __future__ import annotations

import itertools
import random
import re
from typing import Literal, NamedTuple

from copilot.core.types import Speaker
from evals.planting.spoken import ONES, TEENS, TENS, digits_of

Family = Literal["digits", "spoken", "misheard"]
_TIMES = {2: "double", 3: "triple"}


class Planted(NamedTuple):
    """A fragment on its way in, with what it carries. `part` is the stretch of the card's digits in it."""

    utterance_id: str
    speaker: Speaker
    text: str
    carries: Literal["talk", "card", "code", "expiry", "number"] = "talk"
    part: tuple[int, int] = (0, 0)


class Call(NamedTuple):
    """A conversation to redact; `number` is the card's as it was said."""

    family: Family | None
    style: str
    number: str
    code: str
    fragments: list[Planted]


# --- how numbers are said -------------------------------------------------------------------------


def luhn(rng: random.Random, size: int) -> str:
    """A number of so many digits with a right check digit."""
    body = rng.choice("23456") + "".join(rng.choice("0123456789") for _ in range(size - 2))
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def _digit(rng: random.Random, digit: str) -> str:
    return rng.choice(("oh", "zero", "oh")) if digit == "0" else ONES[int(digit)]


def _singly(rng: random.Random, digits: str) -> list[str]:
    return [_digit(rng, d) for d in digits]


def _doubled(rng: random.Random, digits: str) -> list[str]:
    words = []
    for match in re.finditer(r"(\d)\1{0,2}", digits):
        size = len(match[0])
        said = _digit(rng, match[1])
        words.append(said if size == 1 else f"{_TIMES[size]} {said}")
    return words


def _pairs(rng: random.Random, digits: str) -> list[str]:
    words = []
    for at in range(0, len(digits), 2):
        pair = digits[at : at + 2]
        if len(pair) < 2 or pair[0] == "0":
            words += _singly(rng, pair)
        elif pair[0] == "1":
            words.append(TEENS[int(pair[1])])
        else:
            words.append(TENS[int(pair[0])] + (" " + ONES[int(pair[1])] if pair[1] != "0" else ""))
    return words


def _thousands(rng: random.Random, digits: str) -> list[str]:
    words = []
    for at in range(0, len(digits), 4):
        four = digits[at : at + 4]
        if len(four) == 4 and four[0] != "0" and four[1] != "0" and four[2:] == "00":
            words.append(f"{ONES[int(four[0])]} thousand {ONES[int(four[1])]} hundred")
        else:
            words += _pairs(rng, four) if rng.random() < 0.5 else _singly(rng, four)
    return words


def _grouped(digits: str) -> list[str]:
    return [digits[at : at + 4] for at in range(0, len(digits), 4)]


_TYPED = {
    "plain": "",
    "spaced": " ",
    "dashed": "-",
    "dotted": ".",
    "nbsp": "\u00a0",
    "slashed": "/",
    "comma": ", ",
    "single": " ",
    "fullwidth": " ",
    "arabic": " ",
}
_SPOKEN = {"singly": _singly, "double four": _doubled, "pairs": _pairs, "thousands": _thousands}
_SAID_BETWEEN = ("uh", "um", "erm", "and", "then", "dash", "space", "and then")
STYLES = (*_TYPED, *_SPOKEN, "fillers", "mixed")


def tokens(rng: random.Random, style: str, digits: str) -> tuple[list[str], str]:
    """The pieces of a number in a style, and what joins them."""
    if style in _TYPED:
        parts = list(digits) if style in ("single", "plain") else _grouped(digits)
        if style in ("fullwidth", "arabic"):
            zero = 0xFF10 if style == "fullwidth" else 0x0660
            parts = [part.translate({48 + i: chr(zero + i) for i in range(10)}) for part in parts]
        return parts, _TYPED[style]
    if style in _SPOKEN:
        return _SPOKEN[style](rng, digits), " "
    if style == "fillers":
        words = [
            f"{rng.choice(_SAID_BETWEEN)} {w}" if rng.random() < 0.25 else w for w in _singly(rng, digits)
        ]
        return words, rng.choice((" ", ", "))
    half = rng.randrange(4, len(digits) - 3)
    return [
        *_grouped(digits[:half]),
        "then " + _digit(rng, digits[half]),
        *_singly(rng, digits[half + 1 :]),
    ], " "


# --- how conversations go -------------------------------------------------------------------------

_TALK: tuple[tuple[Speaker, str], ...] = (
    ("customer", "I am really not happy with how this has been handled."),
    ("agent", "I am sorry to hear that, let me see what went wrong."),
    ("customer", "Nobody told me anything and I had to chase it myself."),
    ("agent", "I can see why that is annoying."),
    ("customer", "One of your colleagues promised it would be sorted."),
    ("agent", "Give me one moment while the page loads."),
    ("customer", "I have been waiting for three weeks now."),
)
_ASK_CARD = (
    "Can I take the long card number please?",
    "What's the number on the front of the card?",
    "Could you read me the sixteen digits on your card?",
    "To refund you I need your debit card number.",
    "Which card was it on, and what is its number?",
)
_LEAD = (
    "",
    "",
    "Sure, it's ",
    "yes so ",
    "okay it's ",
    "my card number is ",
    "the number is ",
    "erm, ",
    "Visa, ",
)
_NEXT = ("", "", "", "and then ", "then ", "uh ", "next is ", "and ")
_INTERJECT = (
    "mm-hm",
    "okay",
    "go on",
    "yes",
    "Got it, and the rest?",
    "uh-huh",
    "right",
    "And the next four?",
)
_STALL = ("hang on", "sorry, let me find it", "one second", "it's a bit worn", "the print is tiny")
_ASK_CODE = (
    "What's the security code on the back?",
    "And the three digits on the back?",
    "And the CVV please?",
    "I also need the CVC.",
)
_NUMBERS: tuple[tuple[str, str], ...] = (
    ("What's your order number?", "{}"),
    ("What's your order number?", "it's {}"),
    ("", "My order is {} and it never came."),
    ("", "The tracking number says {}"),
    ("Can I have your date of birth?", "{date}"),
    ("", "It was delivered on {date} they say."),
    ("", "My card was charged for order {}"),
    ("Which reference do you have?", "the reference is {}"),
    ("", "{} is what it says on the parcel label."),
)


class _Script:
    """Writes one conversation down, fragment by fragment."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.fragments: list[Planted] = []
        self.code = ""

    def say(self, speaker: Speaker, text: str, carries: str = "talk", part: tuple[int, int] = (0, 0)) -> None:
        name = f"u{len(self.fragments)}"
        self.fragments.append(Planted(name, speaker, text, carries, part))  # type: ignore[arg-type]

    def talk(self, most: int) -> None:
        for _ in range(self.rng.randrange(most + 1)):
            self.say(*self.rng.choice(_TALK))

    def card(self, style: str, number: str) -> None:
        rng = self.rng
        if rng.random() < 0.9:
            self.say("agent", rng.choice(_ASK_CARD))
        else:
            self.say(*_TALK[0])
        said, joint = tokens(rng, style, number)
        sizes = [len(digits_of(token)) for token in said]
        pieces = min(rng.choice((1, 1, 2, 3, 4, 5, 6)), len(said))
        cuts = [0, *sorted(rng.sample(range(1, len(said)), pieces - 1)), len(said)]
        for nth, (start, end) in enumerate(itertools.pairwise(cuts)):
            lead = rng.choice(_NEXT) if nth else rng.choice(_LEAD)
            part = (sum(sizes[:start]), sum(sizes[:end]))
            text = lead + joint.join(said[start:end])
            if rng.random() < 0.15 and end - start > 1:  # a final that is replaced by a longer one
                self.say("customer", lead + joint.join(said[start : end - 1]), "card", (part[0], part[1] - 1))
                last = self.fragments[-1]
                self.fragments.append(last._replace(text=text, part=part))
            else:
                self.say("customer", text, "card", part)
            if end < len(said) and rng.random() < 0.6:
                self._between(number, part)
        if rng.random() < 0.4:
            self._read_back(style, number)

    def _between(self, number: str, part: tuple[int, int]) -> None:
        rng = self.rng
        kind = rng.random()
        if kind < 0.6:
            self.say("agent", rng.choice(_INTERJECT))
        elif kind < 0.8:
            self.say("customer", rng.choice(_STALL))
        else:
            echo = number[part[0] : part[1]]
            self.say("agent", f"{' '.join(_singly(rng, echo))}, yes?", "card", part)

    def _read_back(self, style: str, number: str) -> None:
        rng = self.rng
        start = rng.choice((0, 0, 4))
        end = rng.choice((len(number), len(number), 12))
        said, joint = tokens(rng, style if end - start > 8 else "singly", number[start:end])
        self.say("agent", f"So that's {joint.join(said)}, is that right?", "card", (start, end))

    def codes(self) -> None:
        rng = self.rng
        self.code = "".join(rng.choice("0123456789") for _ in range(rng.choice((3, 3, 3, 4))))
        said = rng.choice((self.code, " ".join(self.code), " ".join(_singly(rng, self.code))))
        kind = rng.random()
        if kind < 0.4:
            self.say("agent", rng.choice(_ASK_CODE))
            self.say("customer", rng.choice(("", "it's ", "yeah it's ", "erm, ")) + said, "code")
        elif kind < 0.6:
            self.say("agent", rng.choice(_ASK_CODE))
            for digit in self.code:
                self.say("customer", _digit(rng, digit), "code")
        elif kind < 0.8:
            self.say("customer", f"and the {rng.choice(('cvv', 'security code', 'CVC'))} is {said}", "code")
        else:
            self.say("customer", f"{said} is the security code", "code")
        if rng.random() < 0.3:
            self.say("agent", f"{said}, thank you", "code")
        month, year = rng.randrange(1, 13), rng.randrange(26, 33)
        if rng.random() < 0.7:
            words = " ".join(_singly(rng, f"{month:02}") + _pairs(rng, str(year)))
            self.say("customer", "expires " + rng.choice((f"{month:02}/{year}", words)), "expiry")

    def number(self) -> None:
        rng = self.rng
        ask, answer = rng.choice(_NUMBERS)
        digits = rng.choice("0123456789") + "".join(
            rng.choice("0123456789") for _ in range(rng.randrange(5, 12))
        )
        said = rng.choice((digits, digits[:5] + " " + digits[5:], " ".join(_singly(rng, digits))))
        date = f"{rng.randrange(1, 29):02}/{rng.randrange(1, 13):02}/{rng.randrange(1950, 2027)}"
        if ask:
            self.say("agent", ask)
        self.say("customer", answer.format(said, date=date), "number")
        if rng.random() < 0.5:
            self.say("agent", "Thank you, I will look into that.")


def conversation(rng: random.Random) -> Call:
    """One conversation: talk, numbers that are no card's, and mostly a card with its code."""
    script = _Script(rng)
    script.talk(3)
    for _ in range(rng.randrange(3)):
        script.number()
        script.talk(2)
    if rng.random() < 0.3:
        return Call(None, "", "", "", script.fragments)
    style = rng.choice(STYLES)
    number = luhn(rng, rng.choice((13, 14, 15, 16, 16, 16, 16, 18, 19)))
    family: Family = "digits" if style in _TYPED else "spoken"
    if rng.random() < 0.35:
        family, at = "misheard", rng.randrange(len(number))
        number = number[:at] + str((int(number[at]) + rng.randrange(1, 9)) % 10) + number[at + 1 :]
    script.card(style, number)
    if rng.random() < 0.7:
        script.codes()
    script.talk(2)
    if rng.random() < 0.5:
        script.number()
    script.talk(2)
    return Call(family, style, number, script.code, script.fragments)
