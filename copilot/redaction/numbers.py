"""Finds the numbers of a text, typed or spoken, and reads their digits, in linear time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

_UNITS = {
    "zero": 0,
    "oh": 0,
    "o": 0,
    "nought": 0,
    "naught": 0,
    "nil": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "niner": 9,
}
_TEENS = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_SCALES = {"hundred": 100, "thousand": 1000}
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
# What a recogniser writes for a digit: only read as one between two spoken numbers.
_ALIKE = {"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8"}
# What people say between the digits of one number.
_FILLERS = re.findall(
    r"\S+",
    """
    uh uhh uhm um umm er err erm hm hmm mm mmm mhm ah eh and then dash hyphen minus space dot point
    slash stop comma pause next the first second third last middle final other is are it's its that's
    thats so ok okay yeah yes yep right sorry wait no now again followed by after that of with like well
    you know let me see hang hold on i think a s were ends ending in it
    """,
)

_START, _STOP = r"(?<![^\W\d_])", r"(?!['’]?[^\W\d_])"


def branches(words: Iterable[str]) -> str:
    """A pattern for any of the words that looks at each letter once: plain alternatives try one by one."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words):
        by_letter.setdefault(word[:1], []).append(word[1:])
    ends = "" in by_letter
    parts = [re.escape(c) + branches(rest) for c, rest in by_letter.items() if c]
    return f"(?:{'|'.join(parts)}){'?' * ends}" if parts else ""


# Every word that is a number by itself.
NAMES = frozenset([*_UNITS, *_TEENS, *_TENS, *_SCALES])
_NAMED = branches(NAMES) + _STOP
_TIMED = rf"{branches(_TIMES)}[\W_]{{1,4}}+(?:\d++|{_NAMED})"
# Money and addresses end a number, and so does a sign that starts the next one ('+44', '#12').
_GAP = r"(?:[ .,-]|(?!(?<=\s)[+#]\d)[^\w$£€¥@]|_)"
_DIGITS = rf"\d++(?:{_GAP}{{0,8}}+\d++)*+"
_WORD = rf"{_START}(?:{_NAMED}|{_TIMED})"
_FILLER = rf"(?:{_GAP}{{1,8}}+{branches({*_FILLERS, *_ALIKE})}{_STOP})"
# The number of a placeholder ('[phone 1]') is none of the text's.
_OWN = "".join(rf"(?<!\[{kind} \d)" for kind in ("email", "phone", "bank", "id", "address"))
_RUN = re.compile(rf"(?:\d{_OWN}|{_WORD})(?:{_FILLER}{{0,6}}+{_GAP}{{0,8}}+(?:{_DIGITS}|{_WORD}))*+")
# Every byte that is no letter from a to z becomes a space.
_PARTED = bytes(code if chr(code).islower() else 32 for code in range(128)).ljust(256)
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(r"\d+|[a-z']+")
_LETTER = re.compile(r"[^\W\d_]")
# A longer number is a card's all the same, whatever follows.
_READ = 4000
_FLOOD = 1000
_SAID = {word: str(value) for word, value in _UNITS.items()}
_MOMENT = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}[\s,]{1,3}(?:and |at )?\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
)
_DATE = re.compile(r"\d{1,2}([-/.])\d{1,2}\1(?:19|20)\d{2}|(?:19|20)\d{2}([-/.])\d{1,2}\2\d{1,2}")
_ACCOUNT = re.compile(r"(?<![^\W_])([a-z]{2})(?:(\d{2})[ -]?([a-z]{4})[ -]?)?$")
_COUNTED = re.compile(r"[\s-]{1,3}(?:digits?|figures?|numbers?)\b")
_LIST = re.compile(r"\s*(?:[,;&\n]|\band\b|\bor\b)\s*")


class Run(NamedTuple):
    """A number as it stands in a text: its place, its digits, and how many words or groups say it."""

    start: int
    end: int
    digits: str
    words: int


def folded(text: str) -> str:
    """The same text, character for character, in small letters and plain digits."""
    if not text.isascii():
        text = text.translate({ord(c): _plain(c) for c in set(text) if c > "\x7f"})
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(_small(c) for c in text)


def _plain(char: str) -> str:
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    compatible = unicodedata.normalize("NFKC", char)
    return compatible if len(compatible) == 1 else char


def _small(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else char


def words(low: str) -> frozenset[str]:
    """Whatever stands in a folded text from a to z in one piece: what most questions about it come down to,
    at a tenth of the price of a search for each."""
    return frozenset(low.encode("utf-8", "surrogatepass").translate(_PARTED).decode("ascii").split())


def present(low: str, said: frozenset[str]) -> bool:
    """Whether a folded text, whose words are `said`, holds a digit or a number word at all."""
    return not NAMES.isdisjoint(said) or _DIGIT.search(low) is not None


def find(low: str) -> list[Run]:
    """The numbers of a folded text in order, each as long as what stands between its digits allows."""
    runs = []
    for match in _RUN.finditer(low):
        start, end = match.span()
        said = match[0]
        if said.isdigit():
            runs.append(Run(start, end, said[:_READ], 1))
            continue
        digits, words = read(said)
        if words == 1 and _COUNTED.match(low, end):
            continue  # 'the three digits on the back': how many, not which
        runs.append(Run(start, end, digits, words))
    return runs


def read(said: str) -> tuple[str, int]:
    """The digits of a number as typed or spoken, and how many groups or words say them."""
    tokens = _TOKEN.findall(said[:_READ])
    try:
        return "".join([t if t[0] <= "9" else _SAID[t] for t in tokens]), len(tokens)
    except KeyError:
        pass  # more than single digits
    reader = _Reader()
    last = len(tokens) - 1
    for place, token in enumerate(tokens):
        if token in _ALIKE:
            near = tokens[place - 1] in _UNITS and place < last and tokens[place + 1] in _UNITS
            reader.other(_ALIKE[token] if near else "")
        else:
            reader.hear(token)
    return reader.end()


class _Reader:
    """Turns number words into digits: 'forty one eleven' is 4111, 'four thousand one hundred' is 4100."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.words = 0
        self.group = -1
        self.typed = ""
        self.addend = 0
        self.room = 0
        self.times = 1

    def hear(self, token: str) -> None:
        if token.isdigit():
            self._typed(token)
        elif token in _UNITS:
            self._small(_UNITS[token], 0)
        elif token in _TEENS:
            self._small(_TEENS[token], 0)
        elif token in _TENS:
            self._small(_TENS[token], 10)
        elif token in _SCALES:
            self._scale(_SCALES[token])
        elif token in _TIMES:
            self._flush()
            self.times = _TIMES[token]
        elif token != "and":
            self._flush()

    def other(self, digits: str) -> None:
        self._flush()
        if digits:
            self.out.append(digits)
            self.words += 1

    def end(self) -> tuple[str, int]:
        self._flush()
        return "".join(self.out), self.words

    def _typed(self, token: str) -> None:
        self._flush()
        self.words += 1
        if self.times > 1:
            token, self.times = token[0] * (self.times - 1) + token, 1
        if len(token) > 3:
            self.out.append(token)
        else:
            self.group = self.addend = int(token)
            self.typed = token
            self.room = 0

    def _small(self, value: int, room: int) -> None:
        self.words += 1
        if self.times > 1:
            self.out.append(str(value) * self.times)
            self.times = 1
        elif self.group >= 0 and 0 < value < self.room:
            self.group += value
            self.addend = self.addend + value if self.room == 10 else value
            self.room = room
        else:
            self._flush()
            self.group = self.addend = value
            self.room = room

    def _scale(self, scale: int) -> None:
        self.words += 1
        self.typed = ""
        if scale == 100 and self.group >= 0 and 0 < self.addend < 100:
            self.group += self.addend * 99
            self.addend, self.room = self.addend * 100, 100
        elif scale == 1000 and 0 < self.group < 1000:
            self.group *= 1000
            self.addend, self.room = 0, 1000
        else:
            self._flush()
            self.group, self.addend, self.room = scale, 0, scale

    def _flush(self) -> None:
        if self.group >= 0:
            self.out.append(self.typed or str(self.group))
        self.group, self.typed, self.addend, self.room = -1, "", 0, 0


def is_account(low: str, run: Run) -> bool:
    """Whether a run is the tail of an IBAN whose check digits are right: no card."""
    head = _ACCOUNT.search(low[max(0, run.start - 12) : run.start])
    if head is None or len(run.digits) > 34:
        return False
    country, check, bank = head.groups()
    check, body = (check, bank + run.digits) if check else (run.digits[:2], run.digits[2:])
    return int("".join(str(int(c, 36)) for c in body + country + check)) % 97 == 1


def is_moment(low: str, run: Run) -> bool:
    """Whether a run is a date with its time of day."""
    return run.end - run.start < 40 and _MOMENT.fullmatch(low, run.start, run.end) is not None


def is_date(low: str, run: Run) -> bool:
    """Whether a run is written as a full date."""
    return run.end - run.start <= 10 and _DATE.fullmatch(low, run.start, run.end) is not None


def is_list(low: str, run: Run) -> bool:
    """Whether a run is several typed numbers of 6 to 12 digits, set apart by a comma or a word."""
    parts = _LIST.split(low[run.start : run.end]) if run.end - run.start < 120 else []
    return len(parts) > 1 and all(
        6 <= sum(map(str.isdigit, p)) <= 12 and not _LETTER.search(p) for p in parts
    )


def replaced(text: str, masks: Iterable[tuple[int, int, str]]) -> str:
    """The text with each span, in order, replaced by its placeholder."""
    parts: list[str] = []
    at = 0
    for start, end, label in masks:
        parts += (text[at:start], label)
        at = end
    return "".join(parts) + text[at:] if parts else text


def unflooded(text: str) -> str:
    """The text itself, unless it holds so many numbers that it is no speech: then without any of them.

    Judging each number by what stands around it takes its time; a bound keeps any input cheap.
    """
    if len(text) < _FLOOD:
        return text
    low = folded(text)
    if sum(1 for _ in islice(_RUN.finditer(low), _FLOOD)) < _FLOOD:
        return text
    return _RUN.sub("#", low)


def masked(text: str) -> str:
    """A folded text with every number in it, and how long it is, replaced by one sign."""
    low = folded(text)
    return _RUN.sub("#", low) if present(low, words(low)) else low
