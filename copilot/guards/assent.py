"""No phrase is a bare yes: what the customer put to the agent would then be the agent's word."""

from __future__ import annotations

import re

from copilot.core.types import Draft, Moment, Refusal

_YES = (
    r"(?:yes|yeah|yep|yup|aye|correct|right|agreed|indeed|absolutely|certainly|definitely|of course|confirmed"
    r"|true|precisely|quite so|so it is|(?:that(?:'s| is)|you(?:'re| are)) (?:all |quite |absolutely "
    r"|exactly )?"
    r"(?:right|correct|true|so|agreed|confirmed|it)|it is|we do|we did|i do|i agree|i confirm(?: that)?"
    r"|we agree|it does"
    r"|noted and (?:accepted|agreed))"
)
_BARE = re.compile(rf"^{_YES}(?:[,.!; ]+{_YES})*[,.!; ]*$")
_WITH_MORE = re.compile(rf"^{_YES}(?:[,.!; ]+{_YES})+[,.!;:]+ (?=\w)(?P<more>.+)$")
# After it comes the agent's own account or question, and not what was to be agreed to.
_OWN = re.compile(
    r"\b(?:i can|i see|i'm|i am|i'll|let me|let's|i understand|i hear|i know|that must|sorry|thank)\b|\?"
)


def assent(draft: Draft, moment: Moment) -> Refusal | None:
    if not draft.done:
        return None
    low = draft.text.lower().replace("’", "'").strip()
    if _BARE.match(low):
        return Refusal("assent", "a bare yes, to whatever was put to the agent")
    more = _WITH_MORE.match(low)
    if more is not None and not _OWN.search(more["more"]):
        return Refusal("assent", "says yes to what was put to the agent")
    return None
