"""Decision points: the conversation goes in turn by turn, and at each the suggestion comes out.

The turns go through the whole engine of the product, each ended as a softphone would say it, with so much
time for the model that only its answer counts. How the engine does in time is the replay's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from copilot.assembly import Knobs
from copilot.core.attention import Attention
from copilot.core.events import StoredEvent, Suggested
from copilot.core.suggestions import Suggestion
from copilot.core.types import Draft, Fragment, Moment, Reading
from copilot.engine.delivery import Budget
from copilot.transcripts import Script
from evals.runs.pricing import call_of
from evals.runs.results import Offered, PointResult, Tracked
from evals.replays.spans import finals_by_turn
from evals.replays.stage import Stage, staged
from evals.runs.subject import Subject

_AMPLE_MS = 60_000
_DAY_MS = 86_400_000
KNOBS = Knobs(
    budget=Budget(total_ms=_AMPLE_MS, hold_share=1.0),
    idle_close_ms=_DAY_MS,
    attention=Attention(cards_a_minute=0),
    version="agent-copilot@evals",
)


class Point(NamedTuple):
    """A decision point without its scores, and what the suggester knew there; None where it was not asked."""

    result: PointResult
    moment: Moment | None


class Walk(NamedTuple):
    """What the tracker read after each turn, by the turn's number, and the decision points."""

    tracked: dict[int, Tracked]
    points: list[Point]


async def walk(subject: Subject, script: Script) -> Walk:
    """Raises NotRecorded, LiveCallFailed."""
    tracked: dict[int, Tracked] = {}
    points: list[Point] = []
    async with staged(subject, script, KNOBS) as stage:
        for turn, fragments in finals_by_turn(script).items():
            before = await stage.store.tail(stage.key)
            asked, refused, answered = (len(seen) for seen in _seen(stage))
            await stage.assembled.engine.ingest(stage.key, _ended(fragments))
            await stage.clock.advance(2 * _AMPLE_MS if subject.model else 0)
            speaker = script.turns[turn].speaker
            if speaker != "system":
                tracked[turn] = tracked_of(stage.notes.reading)
            if speaker == "customer":
                offered = _offered(await stage.store.read(stage.key, before))
                notes = stage.notes
                first = notes.asked[asked] if len(notes.asked) > asked else None
                result = PointResult(
                    turn=turn,
                    offered=offered,
                    first=None if first is None or first.draft is None else _proposed(first.draft),
                    refused=tuple(notes.refused[refused:]),
                    calls=tuple(call_of(one) for one in notes.answered[answered:]),
                )
                points.append(Point(result, None if first is None else first.moment))
    return Walk(tracked, points)


def _seen(stage: Stage) -> tuple[Sequence[object], ...]:
    return stage.notes.asked, stage.notes.refused, stage.notes.answered


def _ended(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The turn ends with its last fragment, whatever the channel."""
    last = len(fragments) - 1
    return [replace(fragment, turn_end=number == last) for number, fragment in enumerate(fragments)]


def _offered(events: Sequence[StoredEvent]) -> Offered:
    """The last thing shown among these events."""
    shown = [stored.event.suggestion for stored in events if isinstance(stored.event, Suggested)]
    shown = [one for one in shown if one.status == "final" and one.silence != "customer_speaking"]
    if not shown:
        return Offered(
            act="listen", text="", why="nothing was asked for", silence="no_trigger", origin="phrasebook"
        )
    return offered_of(shown[-1])


def offered_of(suggestion: Suggestion) -> Offered:
    return Offered(
        act=suggestion.act,
        text=suggestion.text,
        why=suggestion.why,
        silence=suggestion.silence,
        alternatives=suggestion.alternatives,
        origin=suggestion.origin,
        phrase_id=suggestion.phrase_id,
        policy_row=suggestion.policy_row,
        prompt=suggestion.prompt,
    )


def _proposed(draft: Draft) -> Offered:
    return Offered(
        act=draft.act,
        text=draft.text,
        why=draft.why,
        alternatives=draft.alternatives,
        origin=draft.origin,
        phrase_id=draft.phrase_id,
        prompt=draft.prompt,
    )


def tracked_of(reading: Reading) -> Tracked:
    return Tracked(
        phase=reading.phase,
        confidence=round(reading.confidence, 3),
        heard=reading.heard,
        heat=reading.heat,
        emotion=reading.emotion,
        cause=reading.cause,
        act=reading.agent_act,
        flare=reading.flare,
        quotes=tuple(evidence.quote for evidence in reading.evidence),
    )
