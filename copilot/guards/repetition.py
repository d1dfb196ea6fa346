"""A phrase does not say again what a card of this conversation already said."""

from __future__ import annotations

import re

from copilot.core.types import Draft, Moment, Refusal

_WORDS = re.compile(r"[a-z0-9']+")
# The share of words in common from which two phrases are the same thing said twice.
_SAME = 0.8


def repetition(draft: Draft, moment: Moment) -> Refusal | None:
    if not moment.recent:
        return None
    words = _WORDS.findall(draft.text.lower())
    mine = frozenset(words)
    for text, _ in moment.recent:
        if not 0.7 <= (len(text) + 1) / (len(draft.text) + 1) <= 1.43:
            continue
        theirs = frozenset(_WORDS.findall(text.lower()))
        if len(mine & theirs) >= _SAME * len(mine | theirs):
            return Refusal("repetition", "was on a card before")
    return None
