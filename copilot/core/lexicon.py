"""Finds the phrases of a word list in a turn's words: one walk over a tree of words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from copilot.core.words import Words

_ANY = "_"
_NUMBER = "NUM"
_NTH = "NTH"
_CHOICE = re.compile(r"\(([^()]*)\)")


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


class Lexicon:
    """Cues and their phrases. `numbers` are the words that count as a number, besides digits;
    `nth` the ordinals that NTH stands for."""

    def __init__(self, cues: Mapping[str, str], numbers: frozenset[str] = frozenset(), nth: Collection[str] = ()) -> None:
        self._root = _Node()
        self._numbers = numbers
        ordinals = "|".join(sorted(nth))
        for cue, phrases in cues.items():
            for phrase in re.split(r"[,\n]", phrases):
                for words in expand(phrase.strip().replace(_NTH, f"({ordinals})")):
                    self._add(cue, words)

    def _add(self, cue: str, words: list[str]) -> None:
        node = self._root
        for word in words:
            if word == _ANY:
                node.plain = False
                node.any = node.any or _Node()
                node = node.any
            elif word == _NUMBER:
                node.plain = False
                node.number = node.number or _Node()
                node = node.number
            else:
                node = node.next.setdefault(word, _Node())
        if words and cue not in node.cues:
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
        waiting = [(node, first)]
        size = len(norms)
        while waiting:
            here, last = waiting.pop()
            for cue in here.cues:
                if longest.get(cue, -1) < last:
                    longest[cue] = last
            at = last + 1
            if at == size:
                continue
            word = norms[at]
            following = here.next.get(word)
            if following is not None:
                waiting.append((following, at))
            if here.plain:
                continue
            if here.any is not None:
                waiting.append((here.any, at))
            if here.number is not None and (word[0].isdigit() or word in self._numbers):
                waiting.append((here.number, at))
        for cue, last in longest.items():
            hits.append(Hit(cue, first, last))


def expand(phrase: str) -> Iterator[list[str]]:
    """`(a|b|) c` as the word lists it stands for."""
    choice = _CHOICE.search(phrase)
    if choice is None:
        words = phrase.split()
        if words:
            yield words
        return
    for option in choice.group(1).split("|"):
        yield from expand(phrase[: choice.start()] + option + phrase[choice.end() :])
