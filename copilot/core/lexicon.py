"""Finds the phrases of a word list in a turn's words: one walk over a tree of words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from copilot.core.words import Words

_ANY = "_"
_NUMBER = "NUM"
_NTH = "NTH"
_PART = re.compile(r"\([^()]*\)|[^\s()]+")


class Hit(NamedTuple):
    """A cue that was found, from word `first` to word `last`, both in it."""

    cue: str
    first: int
    last: int


class _Node:
    __slots__ = ("any", "cues", "next", "number", "plain")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.number: _Node | None = None
        self.cues: tuple[str, ...] = ()
        self.plain = True

    def step(self, word: str) -> _Node:
        """The node that a word of a phrase leads to, made where there is none."""
        if word == _ANY:
            self.plain = False
            self.any = self.any or _Node()
            return self.any
        if word == _NUMBER:
            self.plain = False
            self.number = self.number or _Node()
            return self.number
        return self.next.setdefault(word, _Node())


class Lexicon:
    """Cues and their phrases. `numbers` are the words that count as a number, besides digits;
    `nth` the ordinals that NTH stands for."""

    def __init__(
        self, cues: Mapping[str, str], numbers: frozenset[str] = frozenset(), nth: Collection[str] = ()
    ) -> None:
        self._root = _Node()
        self._numbers = numbers
        ordinals = "|".join(sorted(nth))
        for cue, phrases in cues.items():
            for phrase in re.split(r"[,\n]", phrases):
                self._add(cue, phrase.strip().replace(_NTH, f"({ordinals})"))

    def _add(self, cue: str, phrase: str) -> None:
        ends = {id(self._root): self._root}
        for options in _elements(phrase):
            reached: dict[int, _Node] = {}
            for node in ends.values():
                for option in options:
                    end = node
                    for word in option:
                        end = end.step(word)
                    reached[id(end)] = end
            ends = reached
        for node in ends.values():
            if node is not self._root and cue not in node.cues:
                node.cues = (*node.cues, cue)

    def find(self, words: Words) -> list[Hit]:
        """Every cue in order of its first word; of one cue's phrases from one word on, the longest."""
        norms = words.norms
        hits: list[Hit] = []
        starts = self._root.next
        number = self._root.number
        last = len(norms) - 1
        for first, word in enumerate(norms):
            node = starts.get(word)
            if node is not None:
                # Most phrases end or break off at once: no need to walk.
                if node.plain and (first == last or norms[first + 1] not in node.next):
                    for cue in node.cues:
                        hits.append(Hit(cue, first, first))
                else:
                    self._walk(node, norms, first, hits)
            if number is not None and (word[0].isdigit() or word in self._numbers):
                self._walk(number, norms, first, hits)
        return hits

    def _walk(self, node: _Node, norms: list[str], first: int, hits: list[Hit]) -> None:
        longest: dict[str, int] = {}
        size = len(norms)
        last = first
        following: _Node | None = node
        while following is not None and following.plain:
            node = following
            for cue in node.cues:
                longest[cue] = last
            if last + 1 == size:
                break
            following = node.next.get(norms[last + 1])
            last += 1
        else:
            if following is not None:
                self._spread(following, norms, last, longest)
        for cue, end in longest.items():
            hits.append(Hit(cue, first, end))

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
            following = here.next.get(word)
            if following is not None:
                waiting.append((following, last + 1))
            if here.any is not None:
                waiting.append((here.any, last + 1))
            if here.number is not None and (word[0].isdigit() or word in self._numbers):
                waiting.append((here.number, last + 1))


def _elements(phrase: str) -> list[list[list[str]]]:
    """`(a|b c|) d` as what may stand at each place: [[[a], [b, c], []], [[d]]]."""
    return [
        [option.split() for option in part[1:-1].split("|")] if part.startswith("(") else [[part]]
        for part in _PART.findall(phrase)
    ]
