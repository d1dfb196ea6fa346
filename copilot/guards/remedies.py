"""A phrase offers only what the context allows, up to its limit and in its currency."""

from __future__ import annotations

import re

from copilot.core.remedies import MODIFIERS, Offered, kinds_in, kinds_of, names_remedy, offered
from copilot.core.types import Draft, Moment, Refusal, Remedy
from copilot.core.values import values

# As far back as the agent's own offer allows another word of it.
_LATE = 200
_AGENT_OFFERS = re.compile(r"\b(?:can't|cannot|unable|won't|not)\b", re.I)


def remedies(draft: Draft, moment: Moment) -> Refusal | None:
    offers = offered(draft.text)
    if not offers:
        return None
    allowed = moment.opening.context.allowed_remedies
    said = _said_by_agent(moment) | _stated(moment)
    main = {offer.kind for offer in offers if offer.kind not in MODIFIERS}
    for offer in offers:
        if offer.kind in said:
            continue
        fitting = [remedy for remedy in allowed if offer.kind in kinds_of(remedy)]
        if not fitting and offer.kind in MODIFIERS and main and main <= _covered(allowed):
            continue
        if not fitting:
            return Refusal("remedies", f"the context allows no {offer.words}")
        if (refusal := _over_limit(offer, fitting)) is not None:
            return refusal
    return None


def _covered(allowed: tuple[Remedy, ...]) -> frozenset[str]:
    return frozenset(kind for remedy in allowed for kind in kinds_of(remedy))


def _said_by_agent(moment: Moment) -> frozenset[str]:
    """The kinds that the agent already brought up: a phrase may speak of them further."""
    return frozenset(
        kind
        for turn in moment.turns[-_LATE:]
        if turn.speaker == "agent" and names_remedy(turn.text.lower()) and not _AGENT_OFFERS.search(turn.text)
        for kind in kinds_in(turn.text)
    )


def _stated(moment: Moment) -> frozenset[str]:
    """The kinds that a fact speaks of ('refund_sent'): what has happened may be said."""
    return frozenset(
        kind
        for fact in moment.opening.context.facts
        for kind in kinds_in(f"{fact.name.replace('_', ' ')} {fact.value}")
    )


def _over_limit(offer: Offered, fitting: list[Remedy]) -> Refusal | None:
    """None when one of the allowed remedies covers every amount that the clause names."""
    stated = [value.key for value in values(offer.clause) if value.kind in ("amount", "percent")]
    if not stated:
        return None
    for remedy in fitting:
        if all(within(key, remedy) for key in stated):
            return None
    return Refusal("remedies", f"more than the context allows: {stated[0]}")


def within(key: str, remedy: Remedy) -> bool:
    """Is an amount ('40 USD', '20%') what the remedy's wording says, or not above its limit?"""
    worded = f"{remedy.wording or ''} {remedy.conditions or ''}"
    if any(value.key == key for value in values(worded)):
        return True
    if remedy.limit is None:
        return False
    if key.endswith("%"):
        return (remedy.unit or "").lower() in ("%", "percent", "pct") and float(key[:-1]) <= remedy.limit
    number, _, currency = key.partition(" ")
    same = (
        remedy.currency is None
        or not currency
        or currency == remedy.currency.upper()
        or (currency == "USD" and remedy.currency.upper() in ("CAD", "AUD"))
    )
    return same and float(number) <= remedy.limit
