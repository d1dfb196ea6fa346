"""Ungrounded facts: amounts, days, dates and links that neither the context nor anybody so far has named.

On purpose it shares no code with the guard of grounding: it is here to find what that one lets pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from evals.runs.results import Score
from evals.runs.samples import PointSample

_FACT = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+\.\w+|\d[\d.,:/]*\d|\d"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
# It is theirs to say, if the phrase gives it back as theirs.
_THEIRS = re.compile(r"\byou(?:r|'\w+|rs)?\b", re.IGNORECASE)


def ungrounded(sample: PointSample) -> Score | None:
    if not sample.texts:
        return None
    wrong = [fact for text in sample.texts for fact in _loose(text, sample)]
    return Score(
        scorer="ungrounded",
        value=float(len(wrong)),
        passed=not wrong,
        reason=f"nobody vouches for {', '.join(sorted(set(wrong)))}" if wrong else "",
    )


def _loose(text: str, sample: PointSample) -> list[str]:
    context = sample.script.context
    vouched = _facts(
        [f"{fact.name} {fact.value}" for fact in context.facts]
        + [f"{r.wording} {r.limit} {r.conditions}" for r in context.allowed_remedies]
        + [turn.text for turn in sample.said if turn.speaker != "customer"]
    )
    claimed = _facts(turn.text for turn in sample.said if turn.speaker == "customer")
    found = []
    for sentence in _SENTENCE.split(text):
        theirs = _THEIRS.search(sentence) is not None
        for fact in _facts([sentence]):
            if fact not in vouched and not (theirs and fact in claimed):
                found.append(fact)
    return found


def _facts(texts: Iterable[str]) -> set[str]:
    return {_plain(match.group()) for text in texts for match in _FACT.finditer(text)}


def _plain(fact: str) -> str:
    """'1,140.00' and '1140' are the same; so are 'Friday' and 'friday'."""
    low = fact.lower().rstrip(".,:/")
    if re.fullmatch(r"[\d.,]+", low):
        low = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", low)
        low = re.sub(r"[.,]0+$", "", low).lstrip("0") or "0"
    return low
