"""Promises outside the context: a remedy that nobody allowed, more of it than allowed, or a sure outcome."""

from __future__ import annotations

import re

from copilot.core.remedies import MODIFIERS, kinds_in, offered
from evals.runs.results import Score
from evals.runs.samples import PointSample

_AMOUNT = re.compile(
    r"(?:[$€£]\s?)?(\d[\d,]*(?:\.\d+)?)\s?(?:%|percent|euros?|eur|dollars?|usd|pounds?|gbp)?"
)
_MONEY = re.compile(r"[$€£%]|euro|eur\b|dollar|usd|pound|gbp|percent", re.IGNORECASE)
_SURE = re.compile(
    r"\b(?:i (?:promise|guarantee|swear)|you have my word|guaranteed|will definitely|definitely will"
    r"|never happen again|100 ?%)",
    re.IGNORECASE,
)


def promises(sample: PointSample) -> Score | None:
    if not sample.texts:
        return None
    wrong = [reason for text in sample.texts for reason in _outside(text, sample)]
    return Score(
        scorer="promises", value=float(len(wrong)), passed=not wrong, reason="; ".join(dict.fromkeys(wrong))
    )


def _outside(text: str, sample: PointSample) -> list[str]:
    found = [f"nobody can be sure of that: '{hit.group()}'" for hit in _SURE.finditer(text)]
    remedies = sample.script.context.allowed_remedies
    allowed = kinds_in(" / ".join(f"{r.kind} {r.wording or ''} {r.conditions or ''}" for r in remedies))
    agreed = {kind for turn in sample.said if turn.speaker == "agent" for kind in kinds_in(turn.text)}
    limits = [r.limit for r in remedies if r.limit is not None]
    for offer in offered(text):
        if offer.kind not in allowed | agreed and offer.kind not in MODIFIERS:
            found.append(f"{offer.kind} is not allowed: '{offer.words}'")
        amounts = [float(hit[1].replace(",", "")) for hit in _AMOUNT.finditer(offer.clause) if _money(hit)]
        if limits and amounts and max(amounts) > max(limits):
            found.append(f"more than allowed: '{offer.clause}'")
    return found


def _money(hit: re.Match[str]) -> bool:
    return _MONEY.search(hit.group()) is not None
