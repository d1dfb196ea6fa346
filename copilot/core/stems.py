"""Whether a text can hold what a longer search would look for: cheap to know, for most texts do not."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from copilot.core.lazy import lazy
from copilot.core.words import folded

# What a pattern is made of: escapes, sets, brackets that open, how often, and single characters.
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?::|<?[=!])|[?*+]\??|\{\d*,?\d*\}\??|[^\\]", re.S)
_NO_LETTERS = frozenset(".^$")
_IN_WORD = re.compile(r"\w")


def has_any(text: str, stems: Iterable[str]) -> bool:
    """Whether one of the stems stands in the text, wherever. Both are compared as they are."""
    # A loop: `any` over a generator costs twice as much, and this is asked some ten times of each phrase.
    for stem in stems:  # noqa: SIM110
        if stem in text:
            return True
    return False


class _Pattern:
    """One of the patterns, as cheap to miss as can be: it is searched for where a stem of it stands, and what
    stands before it is looked at where it was found, and not at every letter."""

    __slots__ = ("_pattern", "_stems")

    def __init__(self, pattern: str) -> None:
        self._stems = stems_of(pattern)
        self._pattern = re.compile(rf"(?:{pattern})(?!\w)")

    def stands_in(self, low: str) -> bool:
        found = self._pattern.search(low) if has_any(low, self._stems) else None
        while found is not None and found.start() and _IN_WORD.match(low, found.start() - 1):
            found = self._pattern.search(low, found.start() + 1)
        return found is not None


class AnyOf:
    """Patterns, written in lower case, of which one may stand in a text, whatever its case, from one word's
    edge to another's. Most turns hold none of them."""

    def __init__(self, *patterns: str) -> None:
        self.patterns = patterns
        self._each = tuple(map(_Pattern, patterns))

    def search(self, text: str) -> bool:
        low = folded(text)
        for pattern in self._each:  # noqa: SIM110 - as above
            if pattern.stands_in(low):
                return True
        return False

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where they stand, one after the other."""
        if not self.search(text):
            return []
        return [found.span() for found in self._together.finditer(folded(text))]

    @lazy
    def _together(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{'|'.join(self.patterns)})(?!\w)")


def stems_of(pattern: str) -> tuple[str, ...]:
    """Stems of which one stands in every text that holds the pattern: of the places in it where one of a few
    must stand, the one with the longest. The empty stem, which every text holds, where none can be told."""
    return tuple(sorted(_read(deque(_PIECE.findall(pattern))))) or ("",)


def _read(pieces: deque[str]) -> frozenset[str]:
    """The stems of the alternatives up to the bracket that closes; empty where one of them has none."""
    each: list[frozenset[str]] = []
    best, run = frozenset[str](), ""
    while pieces and (piece := pieces.popleft()) != ")":
        if piece == "|":
            each.append(_better(best, run))
            best, run = frozenset(), ""
            continue
        inner = _read(pieces) if piece[0] == "(" else frozenset[str]()
        if piece.startswith("(?") and piece != "(?:":
            inner = frozenset()  # what stands before or after
        often = pieces.popleft() if pieces and pieces[0][0] in "?*+{" else ""
        letter = _letter(piece)
        if letter and not often:
            run += letter
            continue
        best, run = _better(best, run), ""
        if often[:1] not in ("?", "*") and not often.startswith(("{0", "{,")):
            best = max(best, inner, key=_worth)
    each.append(_better(best, run))
    return frozenset().union(*each) if all(each) else frozenset()


def _letter(piece: str) -> str:
    """The character that a piece stands for; none where it stands for several, or for a place."""
    if len(piece) == 1:
        return "" if piece in _NO_LETTERS or piece == "(" else piece
    return piece[1] if piece[0] == "\\" and not piece[1].isalnum() else ""


def _better(best: frozenset[str], run: str) -> frozenset[str]:
    return max(best, frozenset([run] if run else []), key=_worth)


def _worth(stems: frozenset[str]) -> tuple[int, int]:
    """The longer the shortest of them, and the fewer they are, the seldomer they stand in a text."""
    return min(map(len, stems), default=0), -len(stems)
