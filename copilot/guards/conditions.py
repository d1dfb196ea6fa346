"""A remedy that is allowed under a condition is offered with it, or when a fact says that it holds."""

from __future__ import annotations

from copilot.core.remedies import kinds_of, offered
from copilot.core.said import ideas_of
from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal, Remedy

# Words of a condition that say nothing of what it is about.
_BARE = frozenset("only once after before until unless provided case long soon per under subject".split())
_PUTS = ("i can", "we can", "i'll", "we'll", "you can", "would you like", "you get")
# How many turns back the agent may have named it.
_LATE = 24


def conditions(draft: Draft, moment: Moment) -> Refusal | None:
    allowed = moment.opening.context.allowed_remedies
    if not any(remedy.conditions for remedy in allowed):
        return None
    for offer in _offered_kinds(draft.text, allowed):
        fitting = [remedy for remedy in allowed if offer in kinds_of(remedy)]
        if fitting and all(_left_out(remedy, draft, moment) for remedy in fitting):
            return Refusal("conditions", f"leaves out the condition: {fitting[0].conditions}")
    return None


def _offered_kinds(text: str, allowed: tuple[Remedy, ...]) -> set[str]:
    """The kinds that are offered, and the remedies whose own name stands in the text as an offer."""
    found = {offer.kind for offer in offered(text)}
    low = text.lower().replace("’", "'")
    if has_any(low, _PUTS):
        found |= {remedy.kind.lower() for remedy in allowed if remedy.kind.lower().replace("_", " ") in low}
    return found


def _left_out(remedy: Remedy, draft: Draft, moment: Moment) -> bool:
    if not remedy.conditions:
        return False
    wanted = set(ideas_of(remedy.conditions)) - _BARE
    said = (
        draft.text,
        *(f"{fact.name.replace('_', ' ')} {fact.value}" for fact in moment.opening.context.facts),
        *(turn.text for turn in moment.turns[-_LATE:] if turn.speaker == "agent"),
    )
    return bool(wanted) and not any(wanted & set(ideas_of(text)) for text in said)
