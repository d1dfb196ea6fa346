"""Repetition: how much of the phrase stood on the agent's screen before, in this conversation?"""

from __future__ import annotations

import re
from itertools import pairwise

from evals.runs.results import Score
from evals.runs.samples import PointSample

_SAME = 0.5
# A phrase of so many words that stands so nearly whole within another was said before: words put in front of
# it, or cut off it, make no new one. Shorter ones ('I hear you') come back within many that are new.
_WHOLE = 0.8
_LONG_WORDS = 6


def repetition(sample: PointSample) -> Score | None:
    text = sample.offered.text
    if not text or not sample.earlier:
        return None
    closest, share = max(((e, _share(text, e)) for e in sample.earlier), key=lambda pair: pair[1])
    same = share >= _SAME
    return Score(
        scorer="repetition",
        value=round(share, 3),
        passed=not same,
        reason=f"nearly the same as before: '{closest}'" if same else "",
    )


def _share(text: str, other: str) -> float:
    """The share of pairs of words that two phrases have in common; where the shorter stands nearly whole
    within the longer, the shorter's share."""
    one, another = _words(text), _words(other)
    whole = _overlap(_pairs(["", *one]), _pairs(["", *another]))
    shorter, longer = sorted((one, another), key=len)
    if len(shorter) < _LONG_WORDS:
        return whole
    pairs = _pairs(shorter)
    within = len(pairs & _pairs(longer)) / len(pairs)
    return max(whole, within) if within >= _WHOLE else whole


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _pairs(words: list[str]) -> set[tuple[str, str]]:
    return set(pairwise(words))


def _overlap(one: set[tuple[str, str]], other: set[tuple[str, str]]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
