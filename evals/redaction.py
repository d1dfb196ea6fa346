"""Plants card numbers and look-alikes in made-up conversations, redacts them, and lets an adversary search.

Run as `python -m evals.redaction --conversations 1000 --seed 1`.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
import time
import unicodedata
from collections import Counter
from typing import Literal, NamedTuple

from copilot.core.types import Speaker
from copilot.redaction import ConversationRedactor

Family = Literal["digits", "spoken", "misheard"]
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TIMES = {2: "double", 3: "triple"}
_FIRST_KNOWN, _LAST_KNOWN = 6, 4


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


class Scores(NamedTuple):
    """What the adversary found, and what was masked for nothing."""

    cards: Counter[str]
    leaked: Counter[str]
    codes: int
    code_leaks: int
    expiries: int
    expiry_leaks: int
    numbers: int
    false_masks: int
    cost_us: list[float]
    misses: list[str]

    def recall(self, family: str) -> float:
        return 1 - self.leaked[family] / max(1, self.cards[family])


# --- how numbers are said -------------------------------------------------------------------------


def luhn(rng: random.Random, size: int) -> str:
    """A number of so many digits with a right check digit."""
    body = rng.choice("23456") + "".join(rng.choice("0123456789") for _ in range(size - 2))
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def _digit(rng: random.Random, digit: str) -> str:
    return rng.choice(("oh", "zero", "oh")) if digit == "0" else _ONES[int(digit)]


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
            words.append(_TEENS[int(pair[1])])
        else:
            words.append(_TENS[int(pair[0])] + (" " + _ONES[int(pair[1])] if pair[1] != "0" else ""))
    return words


def _thousands(rng: random.Random, digits: str) -> list[str]:
    words = []
    for at in range(0, len(digits), 4):
        four = digits[at : at + 4]
        if len(four) == 4 and four[0] != "0" and four[1] != "0" and four[2:] == "00":
            words.append(f"{_ONES[int(four[0])]} thousand {_ONES[int(four[1])]} hundred")
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
    ("And the best phone number for you?", "{}"),
    ("", "My order is {} and it never came."),
    ("", "The tracking number says {}"),
    ("", "You can call me on {} after work."),
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
        sizes = [len(read(token)) for token in said]
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


# --- the adversary --------------------------------------------------------------------------------


def read(text: str) -> str:
    """The digits of a text with its number words turned into digits; its own code, not the product's."""
    out: list[str] = []
    times = 1
    previous = ""
    for word in re.findall(r"\d|[a-z]+", text.lower()):
        digits = str(unicodedata.digit(word)) if word.isdigit() else _VALUE.get(word, "")
        if word in ("double", "triple"):
            times = 2 if word == "double" else 3
        elif word in ("thousand", "hundred"):
            out.append("" if previous == "thousand" else "00" if word == "hundred" else "")
        elif digits:
            if previous in _TENS and len(digits) == 1 and digits != "0" and not word.isdigit():
                out[-1] = out[-1][:-1]
            out.append(digits * times)
            times = 1
        previous = word
    return "".join(out)


_VALUE = {
    "oh": "0",
    **{word: str(i) for i, word in enumerate(_ONES)},
    **{word: str(10 + i) for i, word in enumerate(_TEENS)},
    **{word: str(10 * i) for i, word in enumerate(_TENS)},
}


def recovered(number: str, stored: str) -> bool:
    """Whether a stretch of the number that is longer than what may be known stands in the stored digits."""
    digits = read(stored)
    return any(number[i : i + 7] in digits for i in range(len(number) - 6))


def _leaks(fragment: Planted, stored: str, number: str) -> bool:
    """Whether a fragment shows digits of the card between the first six and the last four."""
    start, end = fragment.part
    if not read(stored):
        return False
    return end > _FIRST_KNOWN and start < len(number) - _LAST_KNOWN


def run(conversations: int, seed: int) -> Scores:
    """Redacts so many conversations and counts what the adversary finds."""
    scores = Scores(Counter(), Counter(), 0, 0, 0, 0, 0, 0, [], [])
    totals: Counter[str] = Counter()
    rng = random.Random(seed)
    for _ in range(conversations):
        _judge(conversation(rng), scores, totals)
    return scores._replace(
        codes=totals["codes"],
        code_leaks=totals["code_leaks"],
        expiries=totals["expiries"],
        expiry_leaks=totals["expiry_leaks"],
        numbers=totals["numbers"],
        false_masks=totals["false_masks"],
    )


def _judge(call: Call, scores: Scores, totals: Counter[str]) -> None:
    redactor = ConversationRedactor()
    stored: list[tuple[str, str]] = []
    for fragment in call.fragments:
        began = time.thread_time()
        result = redactor.take(fragment.utterance_id, fragment.speaker, fragment.text)
        scores.cost_us.append((time.thread_time() - began) * 1e6)
        stored.append((fragment.utterance_id, result.text))
        stored += [(each.utterance_id, each.text) for each in result.unmasked]
    stored += [(each.utterance_id, each.text) for each in redactor.finish()]
    final = dict(stored)
    everything = " ".join(text for _, text in stored)
    leaked = call.family is not None and recovered(call.number, everything)
    for fragment in call.fragments:
        versions = " ".join(text for name, text in stored if name == fragment.utterance_id)
        if fragment.carries == "card":
            leaked = leaked or _leaks(fragment, versions, call.number)
        elif fragment.carries in ("code", "expiry"):
            shown = bool(read(versions))
            totals["codes" if fragment.carries == "code" else "expiries"] += 1
            totals["code_leaks" if fragment.carries == "code" else "expiry_leaks"] += shown
            if shown:
                scores.misses.append(f"{fragment.carries} {call.code}: {_trace(call, final)}")
        elif fragment.carries == "number":
            totals["numbers"] += 1
            if final[fragment.utterance_id] != fragment.text:
                totals["false_masks"] += 1
                scores.misses.append(f"false mask of {fragment.text}: {_trace(call, final)}")
    if call.family is not None:
        scores.cards[call.family] += 1
        scores.cards[call.style] += 1
        if leaked:
            scores.leaked[call.family] += 1
            scores.leaked[call.style] += 1
            scores.misses.append(f"card {call.style}: {_trace(call, final)}")


def _trace(call: Call, final: dict[str, str]) -> str:
    return "".join(f"\n    {f.speaker[:1]} {f.text}  =>  {final[f.utterance_id]}" for f in call.fragments)


def report(scores: Scores) -> str:
    """The table of a run."""
    lines = [f"{'planted as':<14}{'cards':>8}{'leaked':>8}{'recall':>10}"]
    for name in ("digits", "spoken", "misheard", *STYLES):
        lines.append(
            f"{name:<14}{scores.cards[name]:>8}{scores.leaked[name]:>8}{100 * scores.recall(name):>9.2f}%"
        )
    cost = sorted(scores.cost_us)
    share = 100 * scores.false_masks / max(1, scores.numbers)
    lines += [
        f"codes           {scores.code_leaks} of {scores.codes} fragments show a digit",
        f"expiries        {scores.expiry_leaks} of {scores.expiries} fragments show a digit",
        f"false masks     {scores.false_masks} of {scores.numbers} other numbers ({share:.2f} %)",
        f"cost a fragment p50 {cost[len(cost) // 2]:.0f} us, p99 {cost[len(cost) * 99 // 100]:.0f} us ",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", type=int, default=0, help="show so many of the misses")
    given = parser.parse_args()
    scores = run(given.conversations, given.seed)
    print(report(scores))
    for miss in scores.misses[: given.misses]:
        print("\n" + miss)


if __name__ == "__main__":
    main()
