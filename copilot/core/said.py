"""Did the agent say what stood on the card? Also in other words, and also only a part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from copilot.core.lazy import lazy
from copilot.core.same_ideas import JOINED, as_figures, idea_of_words

Kind = Literal["ask", "offer", "deed", "tell"]

# So much of the card must have been said, and so much of what was said must be the card.
_LEAST_OF_CARD = 0.6
_LEAST_OF_TURN = 0.5
# A part of a card that is longer was said, when it was said nearly word for word.
_LEAST_OF_PART = 0.85
_LEAST_WEIGHT = 1.5
# So many characters at the end of a turn are read.
_READ = 600

_SILENT = frozenset(
    """a an the and or but so to of in on at for with from by as if than then that this these those it its
    is are was were be been being am i me my we us our you your he she him his her they them their there here
    will would can could shall should may might must do does did done have has had having just um uh er hmm
    okay ok yes yeah right well oh really very too please actually also about into out up over not no sir
    madam maam let lets going gonna got get gets because while who which what when where how why whose any
    some one's s t re ve ll d m quite much so yet still already don won didn doesn
    isn wasn aren couldn wouldn haven hasn can't mm hm mhm hmm go on""".split()
)
_LIGHT = frozenset(
    """want know thing time way make made go went put tell check start now still more else back see hear
    thank help anything come happen today kind bit work need take""".split()
)
_LIGHT_WEIGHT = 0.5
_ENDINGS = tuple("ations ation ingly ings ing ied ies edly ed es s ly e y".split())
_ENDS = frozenset(ending[-1] for ending in _ENDINGS)
_WORD = re.compile(r"[a-z]+|\d+")
_SHORT = re.compile(r"(?<=n)'t\b|'(?:s|ll|re|ve|d|m)\b")
_SENTENCE = re.compile(r"[^.!?;]+[.!?;]*")
_DENIES = frozenset(
    "not no never nobody nothing none without cannot hardly neither nor cant wont dont".split()
)
_TAIL = re.compile(
    r"(?:would|does|is|will|could|do|shall|should|can|how) (?:that|this|it|you|i|we)\b(?: \w+){0,7}\??"
)
_PUTS = re.compile(
    r"\b(?:shall i|should i|would you like|do you want (?:me|us)|would it help if|how about|if you like"
    r"|(?:i|we) (?:can|could)|i'd like to|want me to)\b"
)
_ASKS = re.compile(
    r"^(?:(?:and|so|but|okay|ok|well|right|um|uh|yes|great|thanks|sorry|oh)\b[ ,]*)*"
    r"(?:what|which|when|where|who|whose|how|why|since when|any(?:thing)? (?:else|more)|did|do|does|is|are"
    r"|was|were|have|has|can|could|would|will)\b"
    r"|\b(?:could|can|would|will) you (?:please |just )*\w+|^(?:please )?tell me\b|\?$"
)
_DOES = re.compile(
    r"\bi(?:'ll| will|'m| am| have|'ve| just)\b|\blet me\b|\bwe(?:'ll| will|'re| are|'ve| have)\b|\bfrom me\b"
)


class Saying(NamedTuple):
    """How much of the card was said (0 to 1), and how much of the turn is the card (0 to 1)."""

    of_card: float
    of_turn: float


class Meaning:
    """What a text means: its ideas in order. What only matters where the ideas fit is worked out when it is
    asked for, so that a text is read once for all that it is held against, and mostly in part."""

    def __init__(self, sentences: Sequence[tuple[str, list[str]]]) -> None:
        """`sentences` each with their ideas."""
        self._sentences = sentences
        self.ideas = [idea for _, ideas in sentences for idea in ideas]
        self.distinct = frozenset(self.ideas)
        self.weight = _weight(self.distinct)

    @lazy
    def parts(self) -> list[Meaning]:
        """The sentences one by one."""
        return [Meaning((sentence,)) for sentence in self._sentences]

    @lazy
    def kind(self) -> Kind:
        """That of the weightiest sentence."""
        said, _ = max(self._sentences, key=lambda each: _weight(frozenset(each[1])), default=("", []))
        return _kind(said)

    @lazy
    def denies(self) -> bool:
        return any(_denies(said) for said, _ in self._sentences)

    @lazy
    def figures(self) -> frozenset[str]:
        return frozenset(idea for idea in self.ideas if idea.isdigit() or idea in _DAYS)


def said(card: str, turn: str) -> Saying | None:
    """What of `card` an agent's `turn` says, or None when it says something else.

    Meaning is compared by ideas and numbers; a question is not the statement that it asks about, a denial
    not what it denies, and another day or amount is another phrase. Of a long turn the end is read.
    """
    return said_of(meaning(card), meaning_of_turn(turn))


def meaning(text: str) -> Meaning:
    return Meaning(_sentences(text))


def meaning_of_turn(turn: str) -> Meaning:
    """Of its end, where it is long."""
    return meaning(turn[-_READ:])


def said_of(card: Meaning, turn: Meaning) -> Saying | None:
    """As `said`, of texts that were read before."""
    found = _says(card, turn)
    if found is not None:
        return found
    for part in card.parts if len(card.parts) > 1 else ():
        if part.weight >= max(_LEAST_WEIGHT, card.weight / 3):
            found = _says(part, turn)
            if found is not None and found.of_card >= _LEAST_OF_PART:
                share = found.of_card * part.weight / card.weight
                return Saying(round(share, 3), found.of_turn)
    return None


def _says(card: Meaning, turn: Meaning) -> Saying | None:
    common = card.distinct & turn.distinct
    if not common:
        return None
    weight = _weight(common)
    share, of_turn = weight / card.weight, weight / turn.weight
    if share < _LEAST_OF_CARD or of_turn < _LEAST_OF_TURN / 2:
        return None
    places = [place for place, idea in enumerate(turn.ideas) if idea in common]
    stretch = frozenset(turn.ideas[places[0] : places[-1] + 1])
    if weight / _weight(stretch) < _LEAST_OF_TURN or not _agree(card, turn):
        return None
    return Saying(round(share, 3), round(of_turn, 3))


def _agree(card: Meaning, turn: Meaning) -> bool:
    """Neither of the two denies, asks or names other numbers than the other."""
    alike = card.kind == turn.kind or {card.kind, turn.kind} in ({"deed", "tell"}, {"deed", "offer"})
    mine, theirs = card.figures, turn.figures
    return alike and card.denies == turn.denies and (not mine or not theirs or bool(mine & theirs))


# --- reading a text -----------------------------------------------------------------------------------


def _sentences(text: str) -> list[tuple[str, list[str]]]:
    """The sentences that carry something, with their ideas: a bare 'Would that help?' belongs to the offer
    before it."""
    low = text.lower().replace("’", "'").strip()
    for part, words, read in _JOINED:
        if part in low:
            low = words.sub(read, low)
    found = [(sentence.strip(), ideas_of(sentence)) for sentence in _SENTENCE.findall(low)]
    kept = [
        (sentence, ideas)
        for sentence, ideas in found
        if not _TAIL.fullmatch(sentence) or _weight(frozenset(ideas)) > _LEAST_WEIGHT
    ]
    return kept or found


def _kind(sentence: str) -> Kind:
    if _PUTS.search(sentence):
        return "offer"
    if _ASKS.search(sentence.strip(" ,")):
        return "ask"
    return "deed" if _DOES.search(sentence) else "tell"


def _denies(sentence: str) -> bool:
    return "n't" in sentence or not _DENIES.isdisjoint(_WORD.findall(sentence))


def ideas_of(text: str) -> list[str]:
    """The ideas of a text in order: its words without the empty ones, synonyms under one name."""
    words = as_figures(_WORD.findall(_SHORT.sub("", text)))
    return [_KNOWN.get(word) or _idea(word) for word in words if word not in _SILENT]


def _idea(word: str) -> str:
    stem = _stem(word)
    return _KNOWN.get(stem, stem)


def _stem(word: str) -> str:
    if word[-1] in _ENDS:
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls" else word


def _weight(ideas: frozenset[str]) -> float:
    return len(ideas) - (1 - _LIGHT_WEIGHT) * len(ideas & _LIGHT)


_DAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow"))
_JOINED = [(part, re.compile(words), read) for part, words, read in JOINED]
_WORDS = idea_of_words()
# … and their stems.
_KNOWN = {**{_stem(word): idea for word, idea in reversed(_WORDS.items())}, **_WORDS}
