"""No phrase runs down people: not for where they are from, not a colleague, not the company, not oneself."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_DOWN = re.compile(
    # Whole groups.
    r"\b(?:people|names?|customers|callers|folks?|families|accents?|someone|somebody"
    r"|anyone) (?:like (?:yours?|you|him"
    r"|her|them)\b|(?:from|of) (?:your|that|those|over|there|these|certain)\b)"
    r"|\b(?:your|their|his|her) (?:kind|sort|type|lot|people|race|religion)\b(?! (?:of|words?|\w+)\b)"
    r"|\b(?:those|that|these) (?:people|lot|types|foreigners|immigrants)\b"
    r"|\bwhere you(?:'re| are) from\b|\b(?:most|all|some) (?:people|customers|callers|women|men|old people)"
    r" (?:who|that) [^.!?]{0,80}\b(?:aren't|don't|can't|never|won't|just)\b"
    r"|\b(?:your|their) (?:age|gender|colou?r|nationality|country)\b[^.!?]{0,80}\b(?:why|because|longer|slow"
    r"|wait)\b"
    # One's own house.
    r"|\b(?:it's|that's|they're|is|are) (?:always|typical|just like|so typical of"
    r"|the usual from) (?:\w+ ){0,2}"
    r"(?:billing|sales|support|upstairs|management|the \w+ team|the other \w+|them|that lot)\b"
    r"|\b(?:billing|sales|management|upstairs|head office|that team|they) (?:always|never|keeps?|can't)"
    r" (?:\w+ ){0,2}(?:mess|get|bother|care|do|screw|lose|listen)\w*\b"
    r"|\b(?:everyone|everybody|we all) (?:here |upstairs |in here )?knows? (?:it|that|this)\b"
    r"|\bbetween (?:you and me|ourselves|us)\b|\boff the record\b"
    r"|\b(?:you'd|you would|you're|you are|you'll) (?:be )?(?:far |much )?better off (?:elsewhere|with"
    r"|somewhere|going)\b"
    r"|\b(?:our|this) (?:company|firm|team|service|product|place) (?:is|are) (?:rubbish|useless|terrible"
    r"|awful|a joke"
    r"|hopeless|the worst)\b"
    # Oneself.
    r"|\bi(?:'m| am) (?:(?:a )?(?:bit|little) |so |really |too |just )?(?:slow|useless|hopeless"
    r"|incompetent|clueless"
    r"|new at this|no good|rubbish|bored|tired)\b"
    r"|\bi (?:never|don't) (?:really )?know what i(?:'m| am) doing\b|\bi (?:hate|can't stand) (?:this"
    r"|my) job\b"
)
_STEMS = (
    "people", "name", "customers", "callers", "folk", "families", "accent", "some", "anyone", "kind",
    "sort", "type",
    "lot", "race", "religion", "foreign", "immigrant", "from", "women", "men ", "age", "gender", "colo",
    "nation",
    "country", "always", "typical", "just like", "usual", "billing", "sales", "management", "upstairs",
    "office", "team",
    "they", "knows", "know", "between", "record", "better off", "company", "firm", "service", "product",
    "place",
    "i'm", "i am", "hate", "stand",
)  # fmt: skip


def disparaging(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    if not has_any(low, _STEMS):
        return None
    found = _DOWN.search(low)
    return Refusal("disparaging", f"runs somebody down: {found[0]!r}") if found else None
