"""The slots of a phrase: what is known at a moment, each worked out when a phrase first asks for it."""

from __future__ import annotations

from collections.abc import Callable

from copilot.core.lazy import lazy
from copilot.core.named_matter import matters
from copilot.core.said_back import asked_back
from copilot.core.situation import Situation
from copilot.core.types import Moment, Remedy
from copilot.core.wording import (
    capitalised_day,
    first_name,
    is_time,
    mentioned,
    next_remedy,
    ordinal,
    promise_time,
    promised_day,
    relevant_fact,
    remedy_deed,
    remedy_line,
    remedy_noun,
    remedy_terms,
    suffered,
    times,
    wishes,
)


class Slots(dict[str, str | None]):
    """The words of each slot by its name, None where nothing is known. KeyError for what is no slot."""

    def __init__(self, moment: Moment, situation: Situation) -> None:
        super().__init__()
        self.moment = moment
        self.situation = situation

    def __missing__(self, name: str) -> str | None:
        found = self[name] = _READERS[name](self) or None
        return found

    @lazy
    def matters(self) -> dict[str, str | None]:
        return matters(self.moment, self.situation)

    @lazy
    def wishes(self) -> dict[str, str | None]:
        return wishes(self.situation.wish)

    @lazy
    def remedy(self) -> Remedy | None:
        return next_remedy(self.moment)


def _of_remedy(worded: Callable[[Remedy], str | None]) -> Callable[[Slots], str | None]:
    return lambda slots: None if slots.remedy is None else worded(slots.remedy)


def _promised_by(slots: Slots) -> str | None:
    promises = reversed(slots.moment.reading.promises)
    return next((promise.by for promise in promises if is_time(promise.by) and not promise.kept), None)


def _duration(slots: Slots) -> str | None:
    said = mentioned("duration", slots.moment)
    if said is None or not suffered(said, slots.moment):
        return None
    about = slots["matter"] or slots["thing"] or slots["plight"] or ""
    return None if said in about else said  # it is said already


def _day(slots: Slots) -> str | None:
    said = mentioned("day", slots.moment)
    return capitalised_day(said) if said is not None and promised_day(said, slots.moment) else None


def _now(kind: str, slots: Slots) -> str | None:
    """What they say of a kind in their last turn: what was said long before has been spoken of."""
    said = mentioned(kind, slots.moment)
    return said if said is not None and said.lower() in slots.situation.text.lower() else None


def _count(slots: Slots) -> str | None:
    said = _now("count", slots)
    return None if said is None or said.lower().startswith(("once", "one ")) else said


_READERS: dict[str, Callable[[Slots], str | None]] = {
    "name": lambda s: first_name(s.moment.opening.customer.name),
    "agent": lambda s: first_name(s.moment.opening.agent.name),
    "matter": lambda s: s.matters.get("matter"),
    "thing": lambda s: s.matters.get("thing"),
    "object": lambda s: s.matters.get("object"),
    "plight": lambda s: s.matters.get("plight"),
    "clause": lambda s: s.matters.get("clause"),
    "contacts": lambda s: times(s.moment.reading.contacts),
    "nth": lambda s: ordinal(s.moment.reading.contacts),
    "promise_by": _promised_by,
    "when": lambda s: promise_time(s.moment.opening.context.facts),
    "fact": lambda s: relevant_fact(s.moment.opening.context.facts, s.moment),
    "duration": _duration,
    "count": _count,
    "amount": lambda s: _now("amount", s),
    "day": _day,
    "remedy": _of_remedy(remedy_noun),
    "remedy_do": _of_remedy(remedy_deed),
    "remedy_line": _of_remedy(remedy_line),
    "terms": _of_remedy(remedy_terms),
    "question": lambda s: s.situation.question,
    "asked_back": lambda s: asked_back(s.situation.answered),
    "wish": lambda s: s.wishes.get("wish"),
    "interest": lambda s: s.wishes.get("interest"),
    "want": lambda s: s.situation.want,
}
SLOTS = frozenset(_READERS)


def slots(moment: Moment) -> dict[str, str]:
    """Every slot that is known at this moment; one that is not known is absent."""
    found = Slots(moment, Situation(moment.reading, moment.turns, moment.opening))
    return {name: words for name in _READERS if (words := found[name]) is not None}
