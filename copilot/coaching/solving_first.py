"""Starting the work while an upset customer has not been heard."""

from __future__ import annotations

import re

from copilot.coaching.spoken import Spoken
from copilot.core.types import Act

_UPSET = 2
_WORK: frozenset[Act] = frozenset({"probe", "inform", "act", "offer", "alternative", "expect", "teach"})
_KIND = re.compile(
    r"\b(?:sorry|apolog\w+|hear|understand|frustrat\w+|awful|terrible|horrible|hard|frighten\w+"
    r"|must (?:be|have)|sounds"
    r"|no wonder|thank\w*|annoying|upsetting|you've (?:been|had)|you were|i'd be|i would be"
    r"|oh no|i get|i follow|i'm here|you're right|you feel|shouldn't have"
    r"|i see|that's (?:not|a|really|so)|goodness|of course)\b"
)


# Who takes up their words has heard them; words of three letters and more tell it.
_WORD = re.compile(r"[a-z]{3,}")
_COMMON = frozenset(
    """the and you for not are was but had has can how why who all out our get got now see did its too one
    any yes okay his her him she let may say said have your this that with from will what when where
    which been were they them then than there here just like want need know would could should please
    about because some more into only over back still even does""".split()
)


def solving_first(spoken: Spoken) -> str | None:
    before = spoken.before
    if before.heard or before.phase != "venting" or before.heat < _UPSET:
        return None
    act = spoken.after.agent_act
    if act not in _WORK or _KIND.search(spoken.low):
        return None
    told = spoken.customer.text.lower() if spoken.customer else ""
    if "?" in told and act != "probe":
        return None  # they asked, and are answered
    if (set(_WORD.findall(told)) - _COMMON) & set(_WORD.findall(spoken.low)):
        return None
    return "They have not been heard yet. One sentence that names what happened to them, then the work."
