"""Finds the phrases of a word list in a turn's words: one walk over all of them at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from copilot.core.words import Words

_ANY = "_"
_NUMBER = "NUM"
_NTH = "NTH"
# What stands for any word or number that is in no phrase.
_A_WORD = ""
_A_NUMBER = "0"
_MOST = 50_000
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


class _Begun:
    """Where the phrases that began at one word stand together: how they go on, the cues that end here, the
    words that lead on (None: any word may), and where each leads, as far as it was met."""

    __slots__ = ("after", "cues", "leading", "moves")

    def __init__(self, states: Iterable[_State]) -> None:
        self.moves: dict[str, list[_State]] = {}
        cues: dict[str, None] = {}
        for state in states:
            if state.cue is not None:
                cues[state.cue] = None
            for word, led in state.moves.items():
                self.moves.setdefault(word, []).extend(led)
        self.cues = tuple(cues)
        self.leading = None if _ANY in self.moves or _NUMBER in self.moves else frozenset(self.moves)
        self.after: dict[str, _Begun | None] = {}


class _Place:
    """Where the walk stands in all phrases at once: those that began at one word or another and may go on,
    with how many words were said since; the cues that end here, each with how many words before this one it
    begins; where each word leads, as far as it was met; and the words that lead on (None: any word may).
    After any other it is as if nothing had been said before."""

    __slots__ = ("after", "ends", "going", "leading")

    def __init__(self, going: Sequence[tuple[_Begun, int]]) -> None:
        self.going = tuple((begun, said) for begun, said in going if begun.moves)
        self.ends = tuple((cue, said - 1) for begun, said in going for cue in begun.cues)
        self.after: dict[str, _Place] = {}
        leading = [begun.leading for begun, _ in self.going]
        self.leading = None if None in leading else frozenset[str]().union(*filter(None, leading))


class Lexicon:
    """Cues and their phrases. `numbers` are the words that count as a number, besides digits;
    `nth` the ordinals that NTH stands for.

    Written out, the phrases in all their wordings make a million places: a place is made when the words that
    lead to it are first met, and kept until there are `most`.
    """

    def __init__(
        self,
        cues: Mapping[str, str],
        numbers: frozenset[str] = frozenset(),
        nth: Collection[str] = (),
        most: int = _MOST,
    ) -> None:
        self._numbers = numbers
        self._most = most
        ordinals = "|".join(sorted(nth))
        starts = _State()
        for cue, phrases in cues.items():
            for phrase in re.split(r"[,\n]", phrases):
                start = _compiled(cue, phrase.strip().replace(_NTH, f"({ordinals})"))
                for word, led in start.moves.items():
                    starts.moves.setdefault(word, []).extend(led)
        self._known = numbers | _words_in(starts.moves)
        self._starts = starts
        self._forget()

    def _forget(self) -> None:
        self._places: dict[tuple[tuple[_Begun, int], ...], _Place] = {}
        self._nothing = _Begun([self._starts])
        self._start = _Place(())

    def find(self, words: Words) -> list[Hit]:
        """Every cue in order of its first word; of one cue's phrases from one word on, the longest."""
        found: dict[tuple[int, str], int] = {}
        known = self._known
        place = start = self._start
        for at, word in enumerate(words.norms):
            key = word if word in known else (_A_NUMBER if word[0].isdigit() else _A_WORD)
            if place.leading is not None and key not in place.leading:
                place = start
            after = place.after
            place = after[key] if key in after else self._lead(place, key)
            for cue, back in place.ends:
                found[at - back, cue] = at
        ordered = sorted(found.items(), key=_first)
        return [Hit(cue, first, last) for (first, cue), last in ordered]

    def _lead(self, place: _Place, word: str) -> _Place:
        """Where a word leads from a place: each phrase goes on, breaks off, or begins."""
        if len(self._places) >= self._most:
            self._forget()
        going = [
            (led, said + 1)
            for begun, said in (*place.going, (self._nothing, 0))
            if (led := self._led(begun, word)) is not None
        ]
        name = tuple(going)
        led_to = self._places.get(name)
        if led_to is None:
            led_to = self._places[name] = _Place(going)
        place.after[word] = led_to
        return led_to

    def _led(self, begun: _Begun, word: str) -> _Begun | None:
        """Where the phrases that began at one word are after one more; None where all break off."""
        if word in begun.after:
            return begun.after[word]
        kinds = [word, _ANY]
        if word in self._numbers or word[:1].isdigit():
            kinds.append(_NUMBER)
        states = dict.fromkeys(led for kind in kinds for led in begun.moves.get(kind, ()))
        after = begun.after[word] = _Begun(states) if states else None
        return after


def _first(found: tuple[tuple[int, str], int]) -> int:
    return found[0][0]


def _words_in(moves: Mapping[str, Sequence[_State]]) -> frozenset[str]:
    """Every word that stands in a phrase."""
    words: set[str] = set()
    waiting = [moves]
    seen: set[int] = set()
    while waiting:
        here = waiting.pop()
        words.update(here)
        for led in here.values():
            for state in led:
                if id(state) not in seen:
                    seen.add(id(state))
                    waiting.append(state.moves)
    return frozenset(words)


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
