"""One conversation judged both ways: walked point by point, played in time, and scored."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from copilot.core.types import Phase
from copilot.transcripts import Labels, Script
from evals.runs.points import Point, walk
from evals.replays.playing import Played, Weather, play
from evals.runs.results import (
    CardResult,
    ConversationResult,
    Labelled,
    PointResult,
    ReplayResult,
    Timing,
    Tracked,
    TurnResult,
)
from evals.runs.samples import CardSample, PointSample, ReplaySample, TurnSample
from evals.scorers import CARD, POINT, REPLAY, TURN
from evals.replays.spans import Span
from evals.runs.subject import Subject


class Judged(NamedTuple):
    """What came of a conversation, and how long that took on this machine."""

    result: ConversationResult
    timing: Timing


async def judge(subject: Subject, script: Script, weather: Weather) -> Judged:
    """Raises NotRecorded, LiveCallFailed."""
    started = time.perf_counter()
    walked = await walk(subject, script)
    points = _points(script, walked.points)
    walked_ms = (time.perf_counter() - started) * 1000
    played = await play(subject, script, weather)
    result = replace(
        described(script),
        turns=_turns(script, walked.tracked, played.spans),
        points=points,
        replay=_replay(script, played),
    )
    timing = Timing(
        conversation=script.id,
        total_ms=round((time.perf_counter() - started) * 1000, 1),
        point_ms=round(walked_ms / max(1, len(points)), 2),
    )
    return Judged(result, timing)


def described(script: Script) -> ConversationResult:
    """What is known of a conversation before anything ran."""
    return ConversationResult(
        id=script.id,
        title=script.title,
        channel=script.channel,
        trade=script.trade,
        kind=script.kind,
        cause=script.cause,
        outcome=script.outcome,
        tags=script.tags,
        transcript_hash=transcript_hash(script),
    )


def transcript_hash(script: Script) -> str:
    """The hash of all that a file says of a conversation, whatever its layout."""
    return hashlib.sha256(script.model_dump_json().encode()).hexdigest()


def _turns(script: Script, tracked: Mapping[int, Tracked], spans: Sequence[Span]) -> tuple[TurnResult, ...]:
    times = {span.turn: span for span in spans}
    found = []
    before: Phase = "venting"
    for turn in script.turns:
        span = times[turn.i]
        result = TurnResult(
            index=turn.i,
            speaker=turn.speaker,
            text=turn.text,
            start_ms=span.start_ms,
            end_ms=span.end_ms,
            labels=None if turn.labels is None else _labelled(turn.labels),
            never_say=turn.never_say,
            tracked=tracked.get(turn.i),
        )
        if turn.labels is not None and result.tracked is not None:
            sample = TurnSample(script, turn, turn.labels, result.tracked, before)
            scores = tuple(score for scorer in TURN if (score := scorer(sample)) is not None)
            result = replace(result, scores=scores)
            before = turn.labels.phase
        found.append(result)
    return tuple(found)


def _labelled(labels: Labels) -> Labelled:
    return Labelled(
        phase=labels.phase,
        heat=labels.heat,
        emotion=labels.emotion,
        act=labels.act,
        best=labels.best,
        good=labels.good,
        never=labels.never,
    )


def _points(script: Script, points: Sequence[Point]) -> tuple[PointResult, ...]:
    found: list[PointResult] = []
    earlier: list[str] = []
    for result, moment in points:
        turn = script.turns[result.turn]
        if turn.labels is not None and turn.labels.best is not None:
            sample = PointSample(script, turn, turn.labels, result, moment, tuple(earlier))
            scores = tuple(score for scorer in POINT if (score := scorer(sample)) is not None)
            result = replace(result, scores=scores)
        if result.offered.text:
            earlier.append(result.offered.text)
        found.append(result)
    return tuple(found)


def _replay(script: Script, played: Played) -> ReplayResult:
    sample = ReplaySample(script, played.result, played.spans)
    return replace(
        played.result,
        cards=tuple(_card(card, sample) for card in played.result.cards),
        scores=tuple(score for scorer in REPLAY for score in scorer(sample)),
    )


def _card(card: CardResult, sample: ReplaySample) -> CardResult:
    if not card.offered.text:
        return card
    scores = (scorer(CardSample(card, sample)) for scorer in CARD)
    return replace(card, scores=tuple(score for score in scores if score is not None))
