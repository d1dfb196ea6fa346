"""What scorers judge: a turn, a decision point, a card of the replay, or the whole replay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copilot.core.types import Act, Moment, Phase
from copilot.transcripts import Labels, Script, ScriptTurn
from evals.runs.results import CardResult, Offered, PointResult, ReplayResult, Tracked
from evals.replays.spans import Span

HEARING: frozenset[Act] = frozenset({"acknowledge", "empathise", "apologise"})


class TurnSample(NamedTuple):
    """A labelled turn and what was read right after it; `before` is the phase labelled before it."""

    script: Script
    turn: ScriptTurn
    labels: Labels
    tracked: Tracked
    before: Phase


class PointSample(NamedTuple):
    """A labelled decision point. `earlier` are the phrases shown before it, oldest first; `moment` is what
    the suggester knew, None where it was not asked."""

    script: Script
    turn: ScriptTurn
    labels: Labels
    point: PointResult
    moment: Moment | None
    earlier: tuple[str, ...]

    @property
    def offered(self) -> Offered:
        return self.point.offered

    @property
    def texts(self) -> tuple[str, ...]:
        """All that the agent may say by it."""
        return (self.offered.text, *self.offered.alternatives) if self.offered.text else ()

    @property
    def said(self) -> Sequence[ScriptTurn]:
        """The conversation so far, this turn included."""
        return self.script.turns[: self.turn.i + 1]


class ReplaySample(NamedTuple):
    """A whole replay without scores, with the times at which the turns were spoken."""

    script: Script
    replay: ReplayResult
    spans: Sequence[Span]

    def labels(self, turn: int) -> Labels | None:
        return self.script.turns[turn].labels

    def next_start(self, span: Span) -> int | None:
        """When somebody spoke next, after a turn had ended; None after the last."""
        later = [other.start_ms for other in self.spans if other.start_ms >= span.end_ms]
        return min(later, default=None)


class CardSample(NamedTuple):
    """A card that had words, in its replay."""

    card: CardResult
    sample: ReplaySample
