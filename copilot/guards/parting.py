"""A phrase parts with the customer only where the policy parts: nobody is hung up on by mistake."""

from __future__ import annotations

import re

from copilot.core.types import Act, Draft, Moment, Refusal

_PARTS = re.compile(
    r"\b(?:i(?:'m| am|'ll| will| have to| must)|we(?:'re| are|'ll| will)|let me) (?:now |going to |just )*"
    r"(?:end(?:ing)?|hang(?:ing)? up|clos(?:e|ing)|terminat(?:e|ing)|disconnect(?:ing)?)\b"
    r"(?! (?:the |a )?(?:window|tab|app|gap|loop))|\b(?:goodbye|good bye)\b"
)
# Whoever says what would have to happen first is not parting yet.
_UNLESS = re.compile(r"\b(?:if|unless|or|before|otherwise|not|never|won't)\b[^.!?]*$")
_MAY: frozenset[Act] = frozenset({"close", "disengage", "boundary", "follow_up"})
# A model cannot choose these by itself: where they stand, the policy put them there.
_SETTLED: frozenset[Act] = frozenset({"disengage", "boundary"})


def parting(draft: Draft, moment: Moment) -> Refusal | None:
    due = moment.decision.act in _MAY or not _MAY.isdisjoint(moment.decision.good)
    if due or draft.act in _SETTLED:
        return None
    low = draft.text.lower().replace("’", "'")
    found = _PARTS.search(low)
    if found is None or _UNLESS.search(low[: found.start()]):
        return None
    return Refusal("parting", f"parts with them where nothing has ended: {found[0]!r}")
