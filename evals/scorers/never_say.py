"""Must not be said: does a phrase say what the transcript's author wrote down as wrong at this point?"""

from __future__ import annotations

import re

from evals.runs.results import Score
from evals.runs.samples import PointSample

_WORD = re.compile(r"[a-z0-9']+")
_SMALL = frozenset(
    ["a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "have", "i", "i'll", "if", "in",
     "is", "it", "it's", "its", "just", "my", "no", "not", "of", "on", "or", "our", "so", "that", "that's",
     "the", "this", "to", "us", "was", "we", "we'll", "will", "with", "you", "your", "you're"]
)  # fmt: skip
_ENOUGH = 0.8
# What is only asked back is not said: 'you want to know whether they will come'.
_ASKED_BACK = re.compile(r"\b(?:whether|if)\b[^,.;!?]*", re.I)


def never_say(sample: PointSample) -> Score | None:
    if not sample.turn.never_say or not sample.texts:
        return None
    hits = [wrong for wrong in sample.turn.never_say for text in sample.texts if says(text, wrong)]
    return Score(
        scorer="never_say",
        value=float(not hits),
        passed=not hits,
        reason=f"says what must not be said here: '{hits[0]}'" if hits else "",
    )


def says(text: str, wrong: str) -> bool:
    """Does one sentence of the text hold the words, or nearly all that carry its meaning?"""
    text = _ASKED_BACK.sub(" ", text)
    words = _words(wrong)
    meant = words - _SMALL or words
    low = " ".join(_WORD.findall(text.lower().replace("’", "'")))
    if " ".join(_WORD.findall(wrong.lower().replace("’", "'"))) in low:
        return True
    if len(meant) < 2:
        return False
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return any(len(meant & _words(sentence)) / len(meant) >= _ENOUGH for sentence in sentences)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower().replace("’", "'")))
