"""A phrase is spoken: it does not shout in capitals, and spells nothing out that nobody spelled before."""

from __future__ import annotations

import re

from copilot.core.types import Draft, Moment, Refusal

_SHOUT = re.compile(r"\b[A-Z]{5,}\b")
_SPELT = re.compile(r"\b(?:[A-Za-z0-9][ .-]{1,2}){4,}[A-Za-z0-9]\b")


def shouting(draft: Draft, moment: Moment) -> Refusal | None:
    for found in (*_SHOUT.finditer(draft.text), *_SPELT.finditer(draft.text)):
        if not _known(found[0], moment):
            return Refusal("shouting", f"not how somebody speaks: {found[0]!r}")
    return None


def _known(word: str, moment: Moment) -> bool:
    """The company writes it so, or the agent did."""
    stated = (str(fact.value) for fact in moment.opening.context.facts)
    said = (turn.text for turn in moment.turns if turn.speaker == "agent")
    return any(word in text for texts in (stated, said) for text in texts)
