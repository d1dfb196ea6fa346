"""Repetition: how much of the phrase stood on the agent's screen before, in this conversation?"""

from __future__ import annotations

import re
from itertools import pairwise

from evals.results import Score
from evals.samples import PointSample

_SAME = 0.5


def repetition(sample: PointSample) -> Score | None:
    text = sample.offered.text
    if not text or not sample.earlier:
        return None
    pairs = _pairs(text)
    closest, share = max(((e, _overlap(pairs, _pairs(e))) for e in sample.earlier), key=lambda pair: pair[1])
    same = share >= _SAME
    return Score(
        scorer="repetition",
        value=round(share, 3),
        passed=not same,
        reason=f"nearly the same as before: '{closest}'" if same else "",
    )


def _pairs(text: str) -> set[tuple[str, str]]:
    words = ["", *re.findall(r"\w+", text.lower())]
    return set(pairwise(words))


def _overlap(one: set[tuple[str, str]], other: set[tuple[str, str]]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
