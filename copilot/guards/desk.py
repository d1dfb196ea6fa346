"""A phrase is for the customer: it says nothing of the agent's own desk, and gives the agent no order."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_DESK = re.compile(
    r"\b(?:wrap-?ups?|wrap up (?:code|screen|form)|dispositions?|(?:second|other|left|right) screen"
    r"|override\b(?! th)"
    r"|master (?:login|password|key|account)|admin (?:login|password|account)|retention (?:pot|budget"
    r"|desk|fund)"
    r"|floor (?:duty|walker|manager)|back ?office login|supervisor (?:code|login|password|override))\b"
    r"|^(?:please |just |now )?(?:wave|push|let|nod) (?:it|this|them|him|her|that) (?:through|by|past)\b"
    r"|\b(?:pop|put|place|leave|keep) (?:the |this )?(?:caller|customer|client|him|her|them) (?:on hold"
    r"|through|off)\b"
    r"|\b(?:mark|set|pick|choose|select|log|code|close) (?:it |this |the (?:case|ticket|call) )?(?:as )?"
    r"['\"‘“]?(?:resolved|solved|closed|done)\b"
    r"|\bmy (?:supervisor|manager|boss|team lead|colleague)(?:'s| is|'s name is)(?: called"
    r"| named)? [a-z]+ [a-z]+[,.]"
    r"|\b(?:reach|ring|call|find|get|catch) (?:her|him|them|me) (?:at home|on (?:her|his|their"
    r"|my) (?:mobile|cell|own))\b"
    r"|\b(?:works?|sits?|lives?|is|are) (?:at|on|in) (?:desk|floor|room) \w+\b"
    r"|\bon (?:duty|shift) (?:tonight|today|now|tomorrow|until)\b"
    r"|\b(?:i was|i've been|i am|i'm) (?:told|asked|instructed|supposed|meant|not allowed|only allowed"
    r"|allowed"
    r"|forbidden)(?: not)? (?:not )?to (?:promise|offer|say|give|keep|tell|write|stay|mention|reveal|use"
    r"|go)\b"
    r"|\b(?:what i was|here's what i(?:'ve| was)?|i was|i've been) given\b"
)
_STEMS = (
    "wrap", "disposition", "screen", "override", "master", "admin", "retention", "floor", "login",
    "supervisor", "wave",
    "push", "let ", "nod ", "caller", "customer", "client", "him", "her", "them", "solved", "closed",
    "done", "manager",
    "boss", "lead", "colleague", "home", "mobile", "cell", "desk", "room", "duty", "shift", "i was",
    "i've been", "i am",
    "i'm",
)  # fmt: skip


def desk(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    if not has_any(low, _STEMS):
        return None
    found = _DESK.search(low)
    return Refusal("desk", f"of the agent's own desk: {found[0]!r}") if found else None
