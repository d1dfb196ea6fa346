"""Parting with something undone that was promised for this very contact."""

from __future__ import annotations

import re

from copilot.coaching.spoken import Spoken

# How many turns back a promise is looked for.
_LATE = 24
_SOON = re.compile(
    r"\b(?:i|we)(?:'ll| will|'m going to| am going to) (?P<what>[^.!?]{3,80}?)"
    r"\b(?:in (?:a|one) (?:minute|moment|sec(?:ond)?)|in (?:this|the) (?:chat|call)"
    r"|while (?:we|you)(?:'re| are)"
    r"|before (?:we|you|i) (?:hang up|finish|end|go|close|part)|(?:at|by|before) the end of (?:the|this|our)"
    r"|right after (?:this|that)|after this)\b"
)
_PARTS = re.compile(
    r"\b(?:good ?bye|bye|anything else|have a (?:\w+ ){0,2}(?:day|evening|weekend|night|one)|take care"
    r"|thanks? (?:you )?for (?:calling|contacting|chatting)|enjoy your)\b"
)
# What shows that it was done, or is being done.
_DONE = re.compile(
    r"\b(?:it's (?:in|on) (?:your|its)|i(?:'ve| have) (?:just |now |already )?\w+(?:ed|ent|ut)\b"
    r"|before you go|here(?:'s| is| are| it is)|just now|there you go|should (?:have|see) (?:it|that)|now to"
    r"|you(?:'ve| have) got it)\b"
)
_WORD = re.compile(r"[a-z]{4,}")
_EMPTY = frozenset(
    "will that this with your have give send check come back again tell from here they them also just"
    " what about some first make sure need".split()
)


def promise_forgotten(spoken: Spoken) -> str | None:
    if not _PARTS.search(spoken.low):
        return None
    said = [turn.text.lower().replace("’", "'") for turn in spoken.turns[-_LATE:] if turn.speaker == "agent"]
    later = spoken.low
    for text in reversed(said):
        for soon in _SOON.finditer(text):
            rest = text[soon.end() :] + " " + later
            if not _done(soon["what"], rest):
                return f"Before you part: you said you would {_to_them(soon['what'])}."
        later = text + " " + later
    return None


def _done(what: str, later: str) -> bool:
    if _DONE.search(later):
        return True
    words = set(_WORD.findall(what)) - _EMPTY
    return bool(words & set(_WORD.findall(later)))


def _to_them(what: str) -> str:
    """What was promised, with the customer as 'them'."""
    swapped = {"you": "them", "your": "their", "yours": "theirs"}
    return " ".join(swapped.get(word, word) for word in what.split())
