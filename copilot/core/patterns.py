"""The patterns of one language, compiled once: what else than the phase is read from a folded turn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple

_APOSTROPHE = "['’`]?"
_JOINT = re.compile(r" \|(?=[\\(^])")
_WORD_EDGE = r"\b"
# What a pattern is made of, as far as one has to know to find its alternatives.
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\]", re.S)


class MatterPattern(NamedTuple):
    """How a problem is said, the phrase made of its groups, and the groups of words of which a text must hold
    one each for the pattern to match at all."""

    says: re.Pattern[str]
    phrase: str
    needs: tuple[frozenset[str], ...]


class Patterns:
    """Compiled from plain data (`patterns.yaml` of a language)."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.amount = _compiled(data["amount"])
        self.ordinals: Mapping[str, int] = data["ordinals"]
        self.counts: Mapping[str, int] = data["counts"]
        self.by = _compiled(data["by"])
        self.promise = _compiled(data["promise"])
        self.promise_parts = words_of(data["promise_parts"])
        self.promised_doing = _compiled(data["promised_doing"])
        self.fulfilled = _compiled(data["fulfilled"])
        self.done_forms: Mapping[str, str] = data["done_forms"]
        self.offer = _compiled(data["offer"])
        self.not_an_offer = _compiled(data["not_an_offer"])
        self.taken = _compiled(data["taken"])
        self.declined = _compiled(data["declined"])
        self.question_words = words_of(data["question_words"])
        self.empty_questions = _compiled(data["empty_questions"])
        self.matter_words = words_of(data["matter_words"])
        self.matter_cues = words_of(data["matter_cues"])
        self.matter_ends = _compiled(data["matter_ends"])
        self.matter_not = words_of(data["matter_not"])
        self.matter_pronouns = words_of(data["matter_pronouns"])
        self.asks = _compiled(data["asks"])
        self.embedding = words_of(data["embedding"])
        self.matter_loose = words_of(data["matter_loose"])
        self.matter = tuple(
            MatterPattern(
                _compiled(row["says"]), row["phrase"], tuple(words_of(group) for group in row["needs"])
            )
            for row in data["matter"]
        )
        self.swap: Mapping[str, str] = data["swap"]


def words_of(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _compiled(pattern: str) -> re.Pattern[str]:
    """Alternatives may stand on lines of their own: folded, they are joined by a space before the bar."""
    alternatives = _alternatives(_JOINT.sub("|", pattern).replace("'", _APOSTROPHE))
    parts: list[str] = []
    for at_a_word, run in groupby(alternatives, lambda each: each.startswith(_WORD_EDGE)):
        # One look whether a word begins or ends here, for all that ask for it one after the other.
        together = "|".join(each.removeprefix(_WORD_EDGE) for each in run)
        parts.append(f"{_WORD_EDGE}(?:{together})" if at_a_word else together)
    return re.compile("|".join(parts))


def _alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern as a whole, in their order."""
    found, depth = [""], 0
    for piece in _PIECE.findall(pattern):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and not depth:
            found.append("")
        else:
            found[-1] += piece
    return found
