"""One remedy at a time: two in one phrase make a menu of what should be an answer."""

from __future__ import annotations

from copilot.core.remedies import MODIFIERS, kinds_of, offered
from copilot.core.types import Draft, Moment, Refusal


def one_remedy(draft: Draft, moment: Moment) -> Refusal | None:
    offers = offered(draft.text)
    if len(offers) < 2:
        return None
    kinds = {offer.kind for offer in offers if offer.kind not in MODIFIERS}
    if len(kinds) < 2:
        return None
    low = draft.text.lower()
    for remedy in moment.opening.context.allowed_remedies:
        if remedy.wording and remedy.wording.lower().strip(" .") in low and kinds <= kinds_of(remedy):
            return None  # one remedy whose wording names two things ('a refund as store credit')
    return Refusal("one_remedy", "offers " + " and ".join(sorted(kinds)))
