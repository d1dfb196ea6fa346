"""What a complaint is about, in one noun of theirs: said where the matter itself could not be made out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.core.customer_words import FEELING, KEPT_WAITING, TROUBLE, UNHEARD
from copilot.core.types import Turn

_WRONG = (TROUBLE, KEPT_WAITING, FEELING, UNHEARD)
# Things that customers come about. Said of the company's side as 'the', of theirs as 'your'.
_NOUNS = (
    "account|aircraft|airline|app|application|appointment|baggage|bank|bill|bills|boiler|book|booking|"
    "broadband|bus|cable|camera|captcha|car|card|cards|charge|charger|charges|claim|coins|computer|"
    "connection|console|contract|courier|credit|credits|decision|delivery|deposit|device|discount|"
    "dresser|driver|ebook|e-book|engine|engineer|fee|fees|flight|food|fridge|furniture|game|games|"
    "headset|heating|hotel|insurance|internet|invoice|kettle|laptop|licence|license|login|loan|luggage|"
    "machine|meal|membership|meter|mobile|modem|mouse|network|oven|order|orders|outage|package|parcel|"
    "parcels|password|payment|payments|phone|policy|portal|premium|prescription|printer|promotion|quote|"
    "reader|receipt|refund|registration|rent|repair|replacement|reservation|router|screen|seat|seats|"
    "server|servers|service|shipment|shoes|shop|signal|sofa|couch|software|speaker|statement|"
    "subscription|suitcase|system|tablet|tariff|technician|terminal|ticket|tickets|tracking|train|"
    "trains|transaction|transactions|transfer|trip|update|upgrade|version|visit|voucher|warranty|"
    "washing machine|washer|water|website|wifi|wi-fi"
)
_NAMED = re.compile(
    rf"(?:\b(?P<of>my|our|your|the|this|that|these|those|an?|no|any)\s)?(?P<noun>\b(?:{_NOUNS})\b)", re.I
)
_SENTENCE = re.compile(r"[^.!?\n]+")
_THEIRS = frozenset(("my", "our"))
# Named this near to what went wrong, in characters, a thing is what it is about.
_NEAR = 30
_ENOUGH = 3
# So many turns at either end are read: where it is first told, and where it stands.
_READ = 8


def topic(turns: Sequence[Turn]) -> str | None:
    """'your order', 'the server': the thing named most beside what went wrong, the first told if equal."""
    scores: dict[str, int] = {}
    theirs: set[str] = set()
    told = turns if len(turns) <= 2 * _READ else (*turns[:_READ], *turns[-_READ:])
    for turn in told:
        if turn.speaker != "customer":
            continue
        for sentence in _SENTENCE.findall(turn.text):
            named = list(_NAMED.finditer(sentence))
            wrongs = [hit.span() for words in _WRONG for hit in words.finditer(sentence)] if named else []
            for hit in named:
                noun, of = hit["noun"].lower(), (hit["of"] or "").lower()
                if of in ("any", "no"):
                    continue
                near = any(hit.start() - end < _NEAR and start - hit.end() < _NEAR for start, end in wrongs)
                scores[noun] = scores.get(noun, 0) + (_ENOUGH if near else 1)
                if of in _THEIRS:
                    theirs.add(noun)
    best = max(scores.items(), key=lambda item: item[1], default=("", 0))
    if best[1] < _ENOUGH:
        return None
    return f"{'your' if best[0] in theirs else 'the'} {best[0]}"
