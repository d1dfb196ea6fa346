"""No phrase leaves out the check of who it is that calls, or lets one person speak for another."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_CHECK = (
    r"(?:verif\w+|identif\w+|identity|id|security|checks?|questions|passwords?|passcode|passphrase|pin"
    r"|authenticat\w+"
    r"|proof|date of birth)"
)
_SKIPS = re.compile(
    rf"\b(?:skip|leave|bypass|waive|drop|forget|do without|go without|get round|get around|dispense with)"
    rf" (?:out |about |with )?(?:the |your |any |all |that |those |our |usual )*(?:\w+ )?{_CHECK}\b"
    rf"|\b(?:no need|don't need|do not need|needn't|no reason|not necessary|won't need|without"
    rf"|no) (?:for |to |have to "
    rf"|of )?(?:\w+ ){{0,4}}?{_CHECK}\b(?= (?:today|now|this time|with|for|him|her|them|you|on)|[.,;!]|$)"
    r"|\b(?:no need|don't need|needn't|not necessary) to (?:check|ask|verify|confirm|bother|wake|speak)"
    r" (?:with |to |it with )?(?:him|her|them|your|the account)\b"
    r"|\b(?:recogni[sz]e|know) (?:you by )?(?:your|that|the) (?:voice|number)\b"
    r"|\bi(?:'ll| will| can| do)? (?:trust|believe|take) (?:you(?= (?:and|without|on this)|[,.!;]|$)"
    r"|your word)\b"
    r"|\bi can (?:go ahead|carry on|continue|talk|deal|do (?:it|this)) with you(?: instead)?\b"
    r"|\b(?:already|all|fully) (?:verified|identified|authenticated|cleared)\b"
)
_STEMS = (
    "skip", "leave", "bypass", "waive", "drop", "forget", "without", "get round", "get around", "dispense",
    "no need",
    "n't need", "not need", "needn't", "no reason", "necessary", "no ", "recogni", "know", "trust",
    "believe", "take",
    "with you", "verified", "identified", "authenticated", "cleared",
)  # fmt: skip
_NOT_OURS = re.compile(
    r"\b(?:can't|cannot|won't|not|never|afraid|sorry|forgot|if you|did you|have you|you)\b[^.!?]*$"
)


def skipped_checks(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    if not has_any(low, _STEMS):
        return None
    for found in _SKIPS.finditer(low):
        if not _NOT_OURS.search(low[: found.start()]):
            return Refusal("skipped_checks", f"leaves a check out: {found[0]!r}")
    return None
