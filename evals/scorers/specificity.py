"""Specificity: does the phrase name the customer's own matter, in words that they used?"""

from __future__ import annotations

import re

from evals.runs.results import Score
from evals.runs.samples import PointSample

_SHORTEST = 4
# Words of any conversation of this kind: to say them back names nothing.
_COMMON = frozenset(
    """about after again agent already also always another anything anyone back because been before being
    both call called came cannot come could customer day days didn different does doing don done down each
    either else even ever every everything fine first from gave getting give given goes going gone good got
    had happen happened happens have haven hear heard hello help here hope hour hours into just keep know
    last later least leave like long look looking made make making many maybe mean might minute minutes more
    most much must need needs never next nobody nothing number okay once only other over please point problem
    put question really right said same saying says seen service should since some someone something soon
    sorry still such sure take taken talk tell than thank thanks that their them then there these they thing
    things think this those though through time times today told tomorrow tried trying understand until very
    wait waiting want wanted wants was wasn week weeks well went were what when where which while will with
    without won word work working would wouldn wrong year years yesterday your yours yourself""".split()
)


def specificity(sample: PointSample) -> Score | None:
    if not sample.offered.text:
        return None
    theirs = {word for turn in sample.said if turn.speaker == "customer" for word in content_words(turn.text)}
    shared = content_words(sample.offered.text) & theirs
    return Score(scorer="specificity", value=float(bool(shared)), got=", ".join(sorted(shared)[:3]) or None)


def content_words(text: str) -> set[str]:
    """Words that carry a matter, without their plural or -ing; numbers of two digits and more count too."""
    words = re.findall(r"[a-z]{4,}|\d{2,}", text.lower())
    return {_stem(word) for word in words if word not in _COMMON}


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST - 1:
            return word[: -len(ending)]
    return word
