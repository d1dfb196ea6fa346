"""Two runs beside each other: better, worse or not to be told apart, paired by conversation."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Sequence
from typing import Literal, NamedTuple

from copilot.errors import Invalid
from evals.metrics.metric import Metric, value_of
from evals.metrics.tally import Tally, together
from evals.runs.results import Head, Run

SAMPLES = 1000
# A normal error lies within so many of its standard deviations in 95 of 100 cases.
_NORMAL = 1.96
# More conversations than this nobody writes to tell two versions apart.
_WORTH_IT = 10_000

Verdict = Literal["better", "worse", "cannot tell", "same", "not measured"]


class Compared(NamedTuple):
    """One metric of both runs. `difference` is candidate minus against; `low` and `high` are between what
    values it lies in 95 of 100 samples of the conversations. `more` is how many further conversations like
    these it would take to tell, None where that is no question or there is no difference at all.
    `worse_in` and `better_in` name the conversations that moved, furthest first."""

    metric: Metric
    verdict: Verdict
    candidate: float | None = None
    against: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    more: int | None = None
    worse_in: tuple[str, ...] = ()
    better_in: tuple[str, ...] = ()

    @property
    def figure_worse(self) -> bool:
        """Whether the figure itself moved the wrong way, however little."""
        return _direction(self.metric) * (self.difference or 0.0) < 0


class _Pair(NamedTuple):
    name: str
    candidate: Tally
    against: Tally


def comparable(candidate: Head, against: Head) -> None:
    """Raises Invalid, with what differs, unless both ran on the same conversations under the same noise."""
    apart = [
        f"{name} is {getattr(candidate, name)}, there {getattr(against, name)}"
        for name in ("noise", "disorder", "seed")
        if getattr(candidate, name) != getattr(against, name)
    ]
    one, other = candidate.transcripts, against.transcripts
    differing = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    if differing:
        shown = ", ".join(differing[:3]) + (" …" if len(differing) > 3 else "")
        apart.append(f"{len(differing)} conversations are not the same in both ({shown})")
    if apart:
        raise Invalid("these runs cannot be compared: " + "; ".join(apart))


def compare(
    candidate: Run, against: Run, metrics: Sequence[Metric], samples: int = SAMPLES
) -> list[Compared]:
    """Each metric's verdict, in the order of the list. Raises Invalid if the runs are not comparable."""
    comparable(candidate.head, against.head)
    theirs = {conversation.id: conversation for conversation in against.conversations}
    both = [(mine, theirs[mine.id]) for mine in candidate.conversations if mine.id in theirs]
    both = [(mine, other) for mine, other in both if mine.error is None and other.error is None]
    found = []
    for metric in metrics:
        pairs = [_Pair(mine.id, metric.tally(mine), metric.tally(other)) for mine, other in both]
        found.append(_compared(metric, pairs, samples))
    return found


def _compared(metric: Metric, pairs: Sequence[_Pair], samples: int) -> Compared:
    candidate = value_of(metric, together(pair.candidate for pair in pairs))
    against = value_of(metric, together(pair.against for pair in pairs))
    if candidate is None or against is None:
        return Compared(metric, "not measured", candidate, against)
    difference = candidate - against
    if all(pair.candidate == pair.against for pair in pairs):
        return Compared(metric, "same", candidate, against, 0.0, 0.0, 0.0)
    drawn = _drawn(metric, pairs, samples)
    low, high = drawn[int(0.025 * len(drawn))], drawn[max(int(0.975 * len(drawn)) - 1, 0)]
    worse_in, better_in = _moved(metric, pairs)
    verdict = _verdict(metric, low, high)
    telling = verdict == "cannot tell" and metric.better != "neither"
    more = _more(len(pairs), difference, drawn) if telling else None
    return Compared(metric, verdict, candidate, against, difference, low, high, more, worse_in, better_in)


def _drawn(metric: Metric, pairs: Sequence[_Pair], samples: int) -> list[float]:
    """The difference in samples of the conversations, in order. Both runs are drawn at the same ones, so that
    what is hard for both cancels out."""
    chance = random.Random(7)
    found = []
    for _ in range(samples):
        drawn = chance.choices(pairs, k=len(pairs))
        one = value_of(metric, together(pair.candidate for pair in drawn))
        other = value_of(metric, together(pair.against for pair in drawn))
        if one is not None and other is not None:
            found.append(one - other)
    return sorted(found)


def _direction(metric: Metric) -> int:
    return {"higher": 1, "lower": -1, "neither": 0}[metric.better]


def _verdict(metric: Metric, low: float, high: float) -> Verdict:
    """A metric that is neither better high nor low is never judged, only shown."""
    direction = _direction(metric)
    if direction == 0 or low <= 0 <= high:
        return "cannot tell"
    return "better" if low * direction > 0 else "worse"


def _more(conversations: int, difference: float, drawn: Sequence[float]) -> int | None:
    """An error shrinks with the root of the number: so many more until 1.96 of them leave zero out. None
    where nobody would ever write so many: the difference is too small to matter."""
    if difference == 0 or len(drawn) < 2:
        return None
    error = statistics.stdev(drawn)
    needed = math.ceil(conversations * (_NORMAL * error / difference) ** 2)
    return max(needed - conversations, 1) if needed - conversations <= _WORTH_IT else None


def _moved(metric: Metric, pairs: Sequence[_Pair]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The conversations in which the metric moved against or for the candidate, furthest first."""
    direction = _direction(metric)
    moved = []
    for pair in pairs:
        one, other = value_of(metric, pair.candidate), value_of(metric, pair.against)
        if one is not None and other is not None and one != other:
            moved.append(((one - other) * direction, pair.name))
    worse = sorted((by, name) for by, name in moved if by < 0)
    better = sorted((-by, name) for by, name in moved if by > 0)
    return tuple(name for _, name in worse), tuple(name for _, name in better)
