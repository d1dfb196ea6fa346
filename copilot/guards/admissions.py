"""Fault may be owned ('that's on us'), but no phrase admits what only a court or a contract decides."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_ADMITS = re.compile(
    r"\b(?:our|my|their|own|the company's) (?:own )?(?:\w+ )?(?:negligence|carelessness|recklessness"
    r"|misconduct"
    r"|wrongdoing|liability|breach)\b"
    r"|\b(?:negligent|careless|reckless|unlawful(?:ly)?|illegal(?:ly)?|in breach|fraudulent(?:ly)?)\b"
    r"|\bbreach of (?:the |our |your )?(?:contract|duty|agreement|law|terms|warranty)\b"
    r"|\b(?:broke|violated|breached|fell short of|against|failed) (?:\w+ ){0,3}(?:law|duty|contract"
    r"|regulations?"
    r"|statute|obligations?)\b"
    r"|\bwe (?:knew|(?:were|are) (?:well |fully |already )?aware|had known|have known"
    r"|covered)\b(?! that you| you)"
    r"|\b(?:were|was) (?:well |fully )?aware of (?:it|this|that)\b"
    r"|\bshould never have (?:left|gone out|been sold|been released|been allowed)\b"
    r"|\b(?:we|i) (?:accept|admit|concede|acknowledge|take)(?: \w+){0,2} (?:liability"
    r"|responsibility in law|blame in law"
    r"|fault|that we|guilt)\b"
    r"|\bwithout prejudice\b|\bour (?:legal )?(?:liability|guilt)\b"
)
_STEMS = (
    "neglig", "careless", "reckless", "misconduct", "wrongdoing", "liab", "breach", "lawful", "illegal",
    "fraud",
    "broke", "violat", "short of", "against", "failed", "knew", "aware", "known", "covered",
    "should never", "accept",
    "admit", "concede", "acknowledge", "prejudice", "guilt", "take",
)  # fmt: skip
_NOT_OURS = re.compile(
    r"\b(?:you(?:'ve| have|'re| are)? (?:said|say|feel|think|told|saying)|whether|if|wish)\b[^.!?]*$"
)


def admissions(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    if not has_any(low, _STEMS):
        return None
    found = _ADMITS.search(low)
    if found is None or _NOT_OURS.search(low[: found.start()]):
        return None
    return Refusal("admissions", f"admits what others decide: {found[0]!r}")
