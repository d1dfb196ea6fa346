"""A phrase does not say again what a card of this conversation already said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.core.types import Draft, Moment, Refusal

_WORDS = re.compile(r"[a-z0-9']+")
# The share of words in common from which two phrases are the same thing said twice.
_SAME = 0.8
# A few words about the matter in front of an old phrase make no new one. What ends alike is the same where
# the end is all of the old phrase and this much of the new, or so many words and this much of both.
_ALL_OF_IT, _OF_THE_NEW = 3, 0.35
_LONG, _OF_BOTH = 5, 0.6


def repetition(draft: Draft, moment: Moment) -> Refusal | None:
    if not moment.recent:
        return None
    mine = _WORDS.findall(draft.text.lower())
    bag = frozenset(mine)
    for text, _ in moment.recent:
        low = text.lower()
        as_long = 0.7 <= (len(text) + 1) / (len(draft.text) + 1) <= 1.43
        if not (as_long or (mine and mine[-1] in low)):
            continue  # it is neither the same nor ends alike
        theirs = _WORDS.findall(low)
        if (as_long and _same_words(bag, frozenset(theirs))) or _same_end(mine, theirs):
            return Refusal("repetition", "was on a card before")
    return None


def _same_words(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(mine & theirs) >= _SAME * len(mine | theirs)


def _same_end(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    alike = 0
    for one, other in zip(reversed(mine), reversed(theirs), strict=False):
        if one != other:
            break
        alike += 1
    if alike == len(theirs) and alike >= _ALL_OF_IT:
        return alike >= _OF_THE_NEW * len(mine)
    return alike >= _LONG and alike >= _OF_BOTH * max(len(mine), len(theirs))
