"""Finds the phrases of a word list in a turn's words: one walk over a tree of words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from copilot.core.words import Words

_ANY = "_"
_NUMBER = "NUM"
_NTH = "NTH"
_PART = re.compile(r"\([^()]*\)|[^\s()]+")


class Hit(Struct, frozen=True, gc=False):
    """A cue that was found, from word `first` to word `last`, both in it."""

    cue: str
    first: int
    last: int


class _State:
    """A place inside one phrase: where each word leads from here, and the cue if the phrase may end here."""

    __slots__ = ("cue", "moves")

    def __init__(self) -> None:
        self.moves: dict[str, list[_State]] = {}
        self.cue: str | None = None


class _Node:
    """The places, in all phrases at once, that some words lead to.

    Written out for every wording of every phrase the tree has a million of these: so a node is made when
    the words that lead to it are first met, and kept.
    """

    __slots__ = ("_any", "_number", "cues", "next", "plain")

    def __init__(self, states: Sequence[_State]) -> None:
        merged: dict[str, list[_State]] = {}
        for state in states:
            for word, led in state.moves.items():
                merged.setdefault(word, []).extend(led)
        self._any: _Node | list[_State] | None = merged.pop(_ANY, None)
        self._number: _Node | list[_State] | None = merged.pop(_NUMBER, None)
        self.next: dict[str, _Node | list[_State]] = dict(merged)
        self.cues = tuple(dict.fromkeys(state.cue for state in states if state.cue is not None))
        self.plain = self._any is None and self._number is None

    def after(self, word: str) -> _Node:
        """Where this very word leads: one of `next`."""
        led = self.next[word]
        if isinstance(led, list):
            led = self.next[word] = _Node(led)
        return led

    @property
    def any(self) -> _Node | None:
        if isinstance(self._any, list):
            self._any = _Node(self._any)
        return self._any

    @property
    def number(self) -> _Node | None:
        if isinstance(self._number, list):
            self._number = _Node(self._number)
        return self._number


class Lexicon:
    """Cues and their phrases. `numbers` are the words that count as a number, besides digits;
    `nth` the ordinals that NTH stands for."""

    def __init__(
        self, cues: Mapping[str, str], numbers: frozenset[str] = frozenset(), nth: Collection[str] = ()
    ) -> None:
        self._numbers = numbers
        ordinals = "|".join(sorted(nth))
        starts: list[_State] = []
        for cue, phrases in cues.items():
            for phrase in re.split(r"[,\n]", phrases):
                starts.append(_compiled(cue, phrase.strip().replace(_NTH, f"({ordinals})")))
        for start in starts:
            start.cue = None  # a phrase of nothing but what may be left out says nothing
        self._root = _Node(starts)

    def find(self, words: Words) -> list[Hit]:
        """Every cue in order of its first word; of one cue's phrases from one word on, the longest."""
        norms = words.norms
        hits: list[Hit] = []
        root, number, numbers = self._root, self._root.number, self._numbers
        starts = root.next
        last = len(norms) - 1
        for first, word in enumerate(norms):
            if word in starts:
                led = starts[word]
                node = led if isinstance(led, _Node) else root.after(word)
                # Most phrases end or break off at once: no need to walk.
                if not node.plain or (first < last and norms[first + 1] in node.next):
                    self._walk(node, norms, first, hits)
                elif node.cues:
                    hits.extend([Hit(cue, first, first) for cue in node.cues])
            if number is not None and (word in numbers or word[0].isdigit()):
                self._walk(number, norms, first, hits)
        return hits

    def _walk(self, node: _Node, norms: list[str], first: int, hits: list[Hit]) -> None:
        longest: dict[str, int] = {}
        size = len(norms)
        last = first
        while node.plain:
            if node.cues:
                for cue in node.cues:
                    longest[cue] = last
            last += 1
            if last == size:
                break
            word, following = norms[last], node.next
            if word not in following:
                break
            led = following[word]
            node = led if isinstance(led, _Node) else node.after(word)
        else:
            self._spread(node, norms, last, longest)
        if longest:
            hits.extend([Hit(cue, first, end) for cue, end in longest.items()])

    def _spread(self, node: _Node, norms: list[str], last: int, longest: dict[str, int]) -> None:
        """The walk on from where a word may be any word, or any number."""
        waiting = [(node, last)]
        while waiting:
            here, last = waiting.pop()
            for cue in here.cues:
                if longest.get(cue, -1) < last:
                    longest[cue] = last
            if last + 1 == len(norms):
                continue
            word = norms[last + 1]
            if word in here.next:
                waiting.append((here.after(word), last + 1))
            if here.any is not None:
                waiting.append((here.any, last + 1))
            if here.number is not None and (word[0].isdigit() or word in self._numbers):
                waiting.append((here.number, last + 1))


def _compiled(cue: str, phrase: str) -> _State:
    """The phrase from its end to its beginning: what may be left out leads on as what follows it does."""
    here = _State()
    here.cue = cue
    for options in reversed(_elements(phrase)):
        before = _State()
        for option in options:
            if not option:
                before.cue = here.cue
                for word, led in here.moves.items():
                    before.moves.setdefault(word, []).extend(led)
                continue
            end = here
            for word in reversed(option[1:]):
                middle = _State()
                middle.moves[word] = [end]
                end = middle
            before.moves.setdefault(option[0], []).append(end)
        here = before
    return here


def _elements(phrase: str) -> list[list[list[str]]]:
    """`(a|b c|) d` as what may stand at each place: [[[a], [b, c], []], [[d]]]."""
    return [
        [option.split() for option in part[1:-1].split("|")] if part.startswith("(") else [[part]]
        for part in _PART.findall(phrase)
    ]
