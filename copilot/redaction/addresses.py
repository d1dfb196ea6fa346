"""Postal addresses, British and American, typed or said, for tenants that want them taken out.

A first line is known by its number and its kind of street; a postcode by its form, also spelled; a zip by the
state or the first line before it. What has none of these ('4 The Maltings') is known only as an answer.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from itertools import islice
from typing import NamedTuple

from copilot.core.function_words import ENGLISH
from copilot.redaction.numbers import NAMES, Run

_WAYS = frozenset(
    """
    street st road rd avenue ave lane ln drive dr close court ct way place pl square sq crescent terrace
    gardens grove boulevard blvd hill mews row walk parkway pkwy circle trail rise park green highway hwy
    """.split()
)
_INNER = ("flat", "apartment", "apt", "unit", "suite", "room", "floor")
_FLAT = re.compile(rf"(?<![^\W_])(?:{'|'.join(_INNER)})[ .#]{{1,2}}$")
_LONGEST_FLAT = 12
# What may follow an address in an answer; another such word makes a sentence of it: '2 close friends who …'.
_AFTERWARDS = frozenset(("and", "at", "in", "please", "thank", "thanks"))
# Words of which no street is called, though one may be 'the avenue'.
_NO_NAME = (ENGLISH - {"the", "old", "upper", "lower", "over", "down", "under", "st"}) | frozenset(
    """
    week weeks day days hour hours minute minutes month months year years time times people pounds dollars
    euros quid pence cents percent miles kilometres metres meters feet yards calls emails orders parcels am pm
    order orders number reference account invoice ticket tracking o'clock other another different more less
    left either neither whichever whatever minutes' hours' days'
    """.split()
)
_STATES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|"
    "illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|"
    "missouri|montana|nebraska|nevada|hampshire|jersey|mexico|york|carolina|dakota|ohio|oklahoma|oregon|"
    "pennsylvania|island|tennessee|texas|utah|vermont|virginia|washington|wisconsin|wyoming|"
    "a[kzl]|ar|c[aot]|de|fl|ga|i[adl]|k[sy]|ma|m[dinost]|n[cdehjmvy]|pa|ri|s[cd]|t[nx]|ut|v[at]|w[aivy]"
)
_DIGIT = r"(?:\d|(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)(?![^\W_]))"
_ZIP = rf"(?:\d{{5}}(?:-\d{{4}})?(?!\d)|{_DIGIT}(?: ?{_DIGIT}){{4}}(?![^\W_]))"
_LETTER = r"[a-z](?![^\W_])"
_CODES = re.compile(
    r"(?<![\w'’])(?:"
    r"[a-z]{1,2}\d[a-z\d]? ?\d[abd-hjlnp-uw-z]{2}(?![^\W_])"
    # Spelled: 's w one a one double a', 'l s eleven three p q'.
    rf"|{_LETTER} (?:{_LETTER} )?(?:{_DIGIT}|1\d|(?:ten|eleven|twelve|\w{{3,5}}teen)(?![^\W_]))"
    rf" (?:(?:{_DIGIT}|{_LETTER}) )?{_DIGIT} (?:double {_LETTER}|{_LETTER} ?{_LETTER}|[a-z]{{2}}(?![^\W_]))"
    rf"|(?:{_STATES}),? {_ZIP}"
    r"|(?<=, )(?:al|hi|in|la|me|oh|ok|or) \d{5}(?!\d)"  # words, where no comma is before them
    rf"|p\.? ?o\.? box (?:\d{{1,6}}|{_DIGIT}(?: ?{_DIGIT}){{0,5}})(?![^\W_])"
    r")"
)
_ZIPPED = re.compile(_ZIP)
_TOWN = re.compile(r"(?:[ ,.]{1,3}[a-z'’]{1,20}+){0,4}[ ,.]{1,3}")
_WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?")
# 'a hundred and six'
_JOINTS, _JOINED = frozenset(("a", "and")), NAMES
_HOUSE = re.compile(r"\d{1,5}[a-z]?")
_BESIDE = frozenset((" ", "-", ", ", ". "))
_JOINED_BY = frozenset((" ", "-", ". "))  # the words of a name
_LONGEST_NAME, _LONGEST_NUMBER, _LONGEST_ANSWER, _LONGEST_LINE = 3, 8, 6, 10


class _Word(NamedTuple):
    text: str
    start: int
    end: int


def find(low: str) -> list[tuple[int, int, str]]:
    """Start, end, and the address without what varies in writing. A first line and its code are one."""
    words = [_Word(match[0], *match.span()) for match in _WORD.finditer(low)]
    found = _with_codes(low, words, _streets(low, words))
    return [(start, end, "".join(c for c in low[start:end] if c.isalnum())) for start, end in found]


def answer(low: str, run: Run) -> tuple[int, int] | None:
    """The stretch of an answer that begins with this number: with the few words of a name after it, or with
    nothing after it at all. None where it counts something."""
    end, in_sentence = run.end, False
    for match in islice(_WORD.finditer(low, run.end), _LONGEST_ANSWER):
        word, gap = match[0], low[end : match.start()]
        if len(word) == 1 and end == run.end and gap in ("", " "):
            end = match.end()  # '38a', 'sixty four a'
            continue
        if gap not in _BESIDE:
            break
        if word in _NO_NAME and not _is_number(word):
            in_sentence = word not in _AFTERWARDS and "," not in gap
            break
        end = match.end()
    if in_sentence or (end == run.end and _WORD.search(low, end)):
        return None
    inner = _FLAT.search(low, max(0, run.start - _LONGEST_FLAT), run.start)
    return (inner.start() if inner else run.start), end


def _streets(low: str, words: list[_Word]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for at, word in enumerate(words):
        if word.text not in _WAYS:
            continue
        start = _begin(low, words, at)
        if start is not None and not (found and start < found[-1][1]):
            found.append((start, word.end))
    return found


def _begin(low: str, words: list[_Word], way: int) -> int | None:
    """Where the first line begins whose kind of street stands at `way`; None where no number is before it."""
    for first in range(way - 1, max(-1, way - 1 - _LONGEST_NAME), -1):
        name = words[first]
        if (
            name.text in _NO_NAME
            or _HOUSE.fullmatch(name.text)
            or not _meet(low, name, words[first + 1], _JOINED_BY)
        ):
            return None
        before = first - 1
        if before > 0 and len(words[before].text) == 1 and _is_number(words[before - 1].text):
            before -= 1  # 'forty two a maple avenue'
        if before >= 0 and _is_number(words[before].text):
            return words[_first_of_number(low, words, before)].start
    return None


def _first_of_number(low: str, words: list[_Word], last: int) -> int:
    """The first word of a house number, with the flat that stands before it."""
    first = last
    for before in range(last - 1, max(-1, last - 1 - _LONGEST_NUMBER), -1):
        joint = words[before].text in _JOINTS and words[before + 1].text in _JOINED
        if not (_is_number(words[before].text) or joint) or not _meet(low, words[before], words[before + 1]):
            break
        if not joint or words[before].text == "a":
            first = before
    return first - 1 if first > 0 and words[first - 1].text in _INNER else first


def _is_number(word: str) -> bool:
    return word in NAMES or _HOUSE.fullmatch(word) is not None


def _meet(low: str, before: _Word, after: _Word, gaps: frozenset[str] = _BESIDE) -> bool:
    return low[before.end : after.start] in gaps


def _with_codes(low: str, words: list[_Word], streets: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """First lines with the code that follows, and other codes with the line before, in order of place."""
    codes = deque(match.span() for match in _CODES.finditer(low))
    starts = [word.start for word in words]
    found = []
    for start, end in streets:
        while codes and codes[0][1] <= start:
            found.append(_with_line(low, words, starts, codes.popleft()))
        while codes and codes[0][0] < end:
            codes.popleft()
        town = _TOWN.match(low, end)
        if codes and _is_town(low[end : codes[0][0]]):
            end = codes.popleft()[1]
        elif town and _is_town(town[0]) and (zipped := _ZIPPED.match(low, town.end())):
            end = zipped.end()
        found.append((start, end))
    return [*found, *(_with_line(low, words, starts, code) for code in codes)]


def _with_line(low: str, words: list[_Word], starts: list[int], code: tuple[int, int]) -> tuple[int, int]:
    """A code with the first line before it that has no kind of street: '4 The Maltings, Kendal'."""
    at = bisect_left(starts, code[0])
    first = None
    for before in range(at - 1, max(-1, at - 1 - _LONGEST_LINE), -1):
        word = words[before]
        named = word.text not in _NO_NAME or len(word.text) == 1  # '81 a the old rectory'
        if not (named or _is_number(word.text)) or not _meet(low, word, words[before + 1]):
            break
        first = before if _is_number(word.text) else first
    return code if first is None else (words[_first_of_number(low, words, first)].start, code[1])


def _is_town(between: str) -> bool:
    """Whether no more than a town's name stands between a first line and a code."""
    return _TOWN.fullmatch(between) is not None and not _NO_NAME & set(between.replace(",", " ").split())
