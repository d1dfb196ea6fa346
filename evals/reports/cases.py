"""The conversations of a report: what failed and why, what changed, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from evals.reports.timeline import Timeline, timeline
from evals.runs.results import CardResult, ConversationResult, PointResult, Run, Score, Tracked, TurnResult

Area = Literal["suggestion", "timing", "conversation", "tracker"]
Change = Literal["worse", "better", "other", "same"]

# What the agent is shown weighs more than what the tracker misread on the way.
_WEIGHT: dict[Area, int] = {"suggestion": 4, "timing": 4, "conversation": 4, "tracker": 1}
_AREAS: tuple[Area, ...] = ("suggestion", "timing", "conversation", "tracker")
_BROKEN = 1_000


class Failure(NamedTuple):
    """One score that did not pass."""

    area: Area
    scorer: str
    reason: str
    turn: int | None


class Side(NamedTuple):
    """What one run made of one turn."""

    name: str
    tracked: Tracked | None
    point: PointResult | None
    cards: tuple[CardResult, ...]
    scores: tuple[Score, ...]

    @property
    def fails(self) -> bool:
        return any(score.passed is False for score in self.all_scores)

    @property
    def all_scores(self) -> tuple[Score, ...]:
        """Those that failed first; of the suggestion, then of its timing, then of the tracker."""
        found = (*(self.point.scores if self.point else ()), *(s for card in self.cards for s in card.scores))
        return tuple(sorted((*found, *self.scores), key=lambda score: score.passed is not False))


class Row(NamedTuple):
    """A turn with what each run made of it; one side where both made the same."""

    turn: TurnResult
    sides: tuple[Side, ...]
    changed: bool

    @property
    def fails(self) -> bool:
        return any(side.fails for side in self.sides)


class Case(NamedTuple):
    """One conversation as the report shows it. `failures` are the candidate's, the new ones first; `fixed`
    are those of the other run that are gone."""

    result: ConversationResult
    failures: tuple[Failure, ...]
    new: int
    fixed: tuple[Failure, ...]
    change: Change
    rows: tuple[Row, ...]
    timeline: Timeline | None
    weight: int


def cases(run: Run, against: Run | None) -> list[Case]:
    """Those that changed first where two are compared, the worst first among them."""
    theirs = {one.id: one for one in against.conversations} if against else {}
    found = [_case(mine, theirs.get(mine.id)) for mine in run.conversations]
    order: dict[Change, int] = {"worse": 0, "better": 1, "other": 2, "same": 3}
    found.sort(key=lambda case: (order[case.change], -case.weight, -len(case.failures), case.result.id))
    return found


def failures(result: ConversationResult) -> tuple[Failure, ...]:
    """All that did not pass, what the agent would have seen first, each area in order of the turns."""
    found = [
        Failure(area, score.scorer, score.reason, score.turn if score.turn is not None else turn)
        for area, turn, score in _scores(result)
        if score.passed is False
    ]
    return tuple(
        sorted(found, key=lambda one: (_AREAS.index(one.area), -1 if one.turn is None else one.turn))
    )


def _scores(result: ConversationResult) -> Iterator[tuple[Area, int | None, Score]]:
    for point in result.points:
        yield from (("suggestion", point.turn, score) for score in point.scores)
    if result.replay is not None:
        for card in result.replay.cards:
            yield from (("timing", card.turn, score) for score in card.scores)
        yield from (("timing", None, score) for score in result.replay.scores)
    yield from (("conversation", None, score) for score in result.scores)
    for turn in result.turns:
        yield from (("tracker", turn.index, score) for score in turn.scores)


def _case(mine: ConversationResult, theirs: ConversationResult | None) -> Case:
    now = failures(mine)
    before = failures(theirs) if theirs is not None else now
    known, left = {_where(one) for one in before}, {_where(one) for one in now}
    new = [one for one in now if _where(one) not in known]
    rows = tuple(_rows(mine, theirs))
    return Case(
        result=mine,
        failures=(*new, *(one for one in now if _where(one) in known)),
        new=len(new),
        fixed=tuple(one for one in before if _where(one) not in left),
        change=_change(mine, theirs, rows),
        rows=rows,
        timeline=timeline(mine, theirs) if mine.turns else None,
        # Of two runs the distance counts, of one all that failed.
        weight=abs(_weight(mine) - _weight(theirs)) if theirs is not None else _weight(mine),
    )


def _where(one: Failure) -> tuple[object, ...]:
    return one.area, one.scorer, one.turn


def _weight(result: ConversationResult) -> int:
    return sum(_WEIGHT[one.area] for one in failures(result)) + _BROKEN * (result.error is not None)


def _change(mine: ConversationResult, theirs: ConversationResult | None, rows: Sequence[Row]) -> Change:
    if theirs is None:
        return "same"
    difference = _weight(mine) - _weight(theirs)
    if difference:
        return "worse" if difference > 0 else "better"
    return "other" if any(row.changed for row in rows) else "same"


def _rows(mine: ConversationResult, theirs: ConversationResult | None) -> Iterator[Row]:
    for at, turn in enumerate(mine.turns):
        now = _side("now", mine, turn)
        if theirs is None or at >= len(theirs.turns):
            yield Row(turn, (now._replace(name=""),), changed=False)
            continue
        before = _side("before", theirs, theirs.turns[at])
        if _told(before) == _told(now):
            yield Row(turn, (now._replace(name=""),), changed=False)
        else:
            yield Row(turn, (before, now), changed=True)


def _told(side: Side) -> tuple[object, ...]:
    """What one can see of a side; a card's id differs without anything being different."""
    point = side.point
    offered = (point.offered.act, point.offered.text, point.offered.silence) if point else None
    cards = tuple((card.offered.act, card.offered.text, card.ending) for card in side.cards)
    verdicts = tuple((score.scorer, score.passed, score.got) for score in side.all_scores)
    return offered, cards, verdicts, side.tracked


def _side(name: str, result: ConversationResult, turn: TurnResult) -> Side:
    cards = result.replay.cards if result.replay is not None else ()
    return Side(
        name=name,
        tracked=turn.tracked,
        point=next((point for point in result.points if point.turn == turn.index), None),
        cards=tuple(card for card in cards if card.turn == turn.index),
        scores=turn.scores,
    )
