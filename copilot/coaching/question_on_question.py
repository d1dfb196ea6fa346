"""Asking several things before the first is answered."""

from __future__ import annotations

import re

from copilot.coaching.spoken import Spoken

_WH = r"(?:what|which|when|where|who|whose|how|why)(?:'s)?"
_AUX = r"(?:do|did|does|is|are|was|were|have|has|can|could|may|would|will)"
_PERSON = r"(?:you|it|that|this|there|your|the|they|i|we|a|any\w*)"
_OPENS = re.compile(
    rf"^\W*(?:(?:and|or|so|okay|ok|then|also|sorry|oh|great|thanks?|please|yes|well|no)\b\W*)*"
    rf"(?:{_WH}\b|{_AUX} {_PERSON}\b)",
    re.I,
)
_PARTS = re.compile(r"(?<=[.!?])\s+|,\s*(?:and\s+)?|\s+and\s+(?=(?:" + _WH + r"|did|do|have|is|are)\b)", re.I)
# 'Would that suit you?' belongs to an offer, 'is that right?' to a paraphrase, 'how are you?' to a greeting.
_NO_QUESTION = re.compile(
    r"^(?:and |so |but )?(?:would|does|will|is|shall|could|can) (?:that|this|it|i|we)\b"
    r"(?! (?:new|be for|the))"
    r"|\b(?:how (?:are|may|can|is)|(?:is|was) there|anything"
    r"|would you like|do you want|right|okay|correct)\b",
    re.I,
)
_SHORT = re.compile(r"^(?:and|or) (?:the|your|which|what|when|where|who|how|an?) [\w' ]{2,30}\?$", re.I)
_MOST = 1


def question_on_question(spoken: Spoken) -> str | None:
    if _questions(spoken.turn.text) <= _MOST:
        return None
    return "Several questions at once: they can only answer one. Ask the one that matters most, then wait."


def _questions(text: str) -> int:
    """How many things the turn asks for, tails and courtesies aside."""
    found = 0
    for sentence in re.findall(r"[^.!?]+[.!?]*", text):
        if not sentence.rstrip().endswith("?"):
            continue
        parts = [part.strip() for part in _PARTS.split(sentence.strip()) if part and part.strip()]
        asking = [part for part in parts if _OPENS.match(part) or _SHORT.match(part)]
        found += sum(1 for part in asking if not _NO_QUESTION.search(part))
    return found
