"""The figures of a report: each metric with its interval, by tag, and beside those of another run."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from evals.gating.verdict import Compared, compare
from evals.metrics.metric import Metric, figure, value_of
from evals.metrics.tally import together
from evals.runs.results import ConversationResult, Run

SAMPLES = 400
_FEWEST = 3


class Figure(NamedTuple):
    """A metric of one run. `low` and `high` hold 95 of 100 samples of the conversations."""

    metric: Metric
    value: float | None
    low: float | None
    high: float | None
    compared: Compared | None = None


class Part(NamedTuple):
    """The conversations that have something in common, and their figures in the order of the columns."""

    group: str
    name: str
    size: int
    values: tuple[float | None, ...]


def figures(run: Run, metrics: Sequence[Metric], against: Run | None) -> list[Figure]:
    """In the order of the list. Raises Invalid if the runs are not comparable."""
    compared = compare(run, against, metrics) if against is not None else [None] * len(metrics)
    usable = [one for one in run.conversations if one.error is None]
    return [
        Figure(metric, figure(metric, usable), *_span(metric, usable), beside)
        for metric, beside in zip(metrics, compared, strict=True)
    ]


def parts(run: Run, metrics: Sequence[Metric]) -> list[Part]:
    """The whole first, then by kind, channel, cause, trade and tag; groups below three are left out."""
    usable = [one for one in run.conversations if one.error is None]
    found = [_part("", "all", usable, metrics)]
    for group, names in _GROUPS.items():
        members: dict[str, list[ConversationResult]] = {}
        for conversation in usable:
            for name in names(conversation):
                members.setdefault(name, []).append(conversation)
        found += [
            _part(group, name, members[name], metrics)
            for name in sorted(members)
            if len(members[name]) >= _FEWEST
        ]
    return found


_GROUPS: dict[str, Callable[[ConversationResult], Sequence[str]]] = {
    "kind": lambda one: [one.kind],
    "channel": lambda one: [one.channel],
    "cause": lambda one: [one.cause] if one.cause else [],
    "trade": lambda one: [one.trade] if one.trade else [],
    "tag": lambda one: one.tags,
}


def shown(value: float | None, metric: Metric, signed: bool = False) -> str:
    """A figure as people read it, in its unit."""
    if value is None:
        return "–"
    sign = "+" if signed else ""
    match metric.unit:
        case "share":
            return f"{value * 100:{sign}.1f}" + (" pts" if signed else " %")
        case "ms":
            return f"{value:{sign},.0f} ms"
        case "count" | "tokens":
            return f"{value:{sign},.0f}" if value == int(value) else f"{value:{sign},.1f}"
        case "turns":
            return f"{value:{sign}.2f}"
        case "money":
            return f"{value:{sign}.4f}"
        case _:
            return f"{value:{sign}.1f}"


def _part(group: str, name: str, members: Sequence[ConversationResult], metrics: Sequence[Metric]) -> Part:
    return Part(group, name, len(members), tuple(figure(metric, members) for metric in metrics))


def _span(metric: Metric, found: Sequence[ConversationResult]) -> tuple[float | None, float | None]:
    tallies = [metric.tally(conversation) for conversation in found]
    chance = random.Random(7)
    drawn = [
        value_of(metric, together(chance.choices(tallies, k=len(tallies))))
        for _ in range(SAMPLES if found else 0)
    ]
    values = sorted(value for value in drawn if value is not None)
    if not values:
        return None, None
    return values[int(0.025 * len(values))], values[max(int(0.975 * len(values)) - 1, 0)]
