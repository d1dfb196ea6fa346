"""Time to notice: how long after the turn that carries a change of phase is the new phase told?"""

from __future__ import annotations

from collections.abc import Iterator

from copilot.core.types import Phase
from evals.runs.results import ReplayResult, Score
from evals.runs.samples import ReplaySample


def time_to_notice(sample: ReplaySample) -> Iterator[Score]:
    """One score a change, ms of simulated time; a phase that passed untold takes as long as it held."""
    changes = _changes(sample)
    for place, (turn, phase, end_ms) in enumerate(changes):
        over_ms = changes[place + 1][2] if place + 1 < len(changes) else sample.replay.length_ms
        over_ms = max(over_ms, end_ms)  # of turns that cross, the first may end last
        told_ms = _told(sample.replay, phase, end_ms, over_ms)
        yield Score(
            scorer="time_to_notice",
            value=float((over_ms if told_ms is None else told_ms) - end_ms),
            passed=False if told_ms is None else None,
            reason=f"nobody was told of {phase} while it held" if told_ms is None else "",
            turn=turn,
        )


def _changes(sample: ReplaySample) -> list[tuple[int, Phase, int]]:
    """The labelled changes in order: the turn that carries it, the phase from then on, the turn's end."""
    found: list[tuple[int, Phase, int]] = []
    before: Phase = "venting"
    for span in sample.spans:
        labels = sample.labels(span.turn)
        if labels is not None and labels.phase != before:
            before = labels.phase
            found.append((span.turn, before, span.end_ms))
    return found


def _told(replay: ReplayResult, phase: Phase, end_ms: int, over_ms: int) -> int | None:
    """When the reader knew of the phase, not before the turn's end; None if not before it was over."""
    before = [change.phase for change in replay.phases if change.at_ms <= end_ms]
    if (before[-1] if before else "venting") == phase:
        return end_ms
    within = (
        change.at_ms for change in replay.phases if end_ms < change.at_ms < over_ms and change.phase == phase
    )
    return min(within, default=None)
