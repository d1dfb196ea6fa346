"""A contact centre gives no advice on health, law or investments, and calls no danger harmless."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_NUMBER = r"(?:\d+|an?|one|two|three|four|five|six|some|another|extra|more|half)"
_DRUG = (
    r"(?:aspirins?|ibuprofen|paracetamol|tylenol|acetaminophen|antibiotics?|tablets?|pills?|painkillers?"
    r"|insulin"
    r"|medicines?|medication|doses?|milligrams?|mg|sleeping \w+|sedatives?)"
)
_ADVISES = re.compile(
    rf"\b(?:take|swallow|try|use|have|double|halve|stop|skip) (?:{_NUMBER} |your |the |of |more "
    rf"|taking )*{_DRUG}\b"
    r"|\b(?:pain|symptoms?|fever|rash|dizziness|bleeding|chest)\b[^.!?]{0,80} (?:should|will|'ll"
    r"|would) (?:settle|pass|go"
    r"|ease|clear|be (?:fine|gone|better))\b"
    r"|\byou (?:don't|do not|won't) need (?:a doctor|an ambulance|to see a doctor|a hospital)\b"
    r"|\byou(?:'d| would|'ve got| have|'ll have| would have)(?: likely| probably"
    r"| surely)? (?:\w+ )?(?:strong|good|clear|solid|winning)"
    r" (?:case|claim)\b|\byou(?:'d| would|'ll| will) (?:likely |probably |easily |surely )?(?:win|sue)\b"
    r"|\b(?:sue us|sue them|sue the \w+|take us to court|take (?:legal )?action|go to court|small claims)\b"
    r"|\b(?:court|judge|ombudsman|regulator|tribunal)\b[^.!?]{0,80} (?:in your favou?r|find for|side with"
    r"|rule"
    r"|agree)\b"
    r"|\b(?:invest in|put (?:your|the|that) (?:money|savings) in(?:to)?)\b|\b(?:buy|sell) (?:the |your "
    r"|some )?(?:shares|stocks?|bonds|gold)\b"
    r"|\b(?:smell|smoke|sparks?|gas|fumes|burning|leak)\b[^.!?]{0,80}\b(?:nothing|harmless|normal|fine"
    r"|safe)\b"
    r"|\b(?:quite|perfectly|completely|totally|absolutely|entirely) (?:safe|harmless)\b"
    r"|\bcan't be held against you\b|\bno (?:legal )?consequences\b"
)
_STEMS = (
    "take", "swallow", "try", "use", "have", "double", "halve", "stop", "skip", "pain", "symptom", "fever",
    "rash",
    "dizz", "bleed", "chest", "doctor", "ambulance", "hospital", "case", "claim", "win", "sue", "court",
    "ombudsman",
    "regulator", "judge", "tribunal", "invest", "money", "buy", "sell", "smell", "smoke", "spark", "gas",
    "fumes",
    "burning", "leak", "safe", "harmless", "held against", "consequences",
)  # fmt: skip
_DENIED = re.compile(r"\b(?:not|never|can't|cannot|don't|isn't|no|whether|if|you said|you told)\b[^.!?]*$")


def advice(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    if not has_any(low, _STEMS):
        return None
    for found in _ADVISES.finditer(low):
        if not low[: found.end()].rstrip().endswith("?") and not _DENIED.search(low[: found.start()]):
            return Refusal("advice", f"not for a contact centre to say: {found[0]!r}")
    return None
