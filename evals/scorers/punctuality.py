"""When a card came: how long after the turn's end, or too early, while the customer was still speaking."""

from __future__ import annotations

from copilot.assembly import Knobs
from evals.runs.results import Score
from evals.runs.samples import CardSample

_KNOBS = Knobs()


def time_to_phrase(sample: CardSample) -> Score | None:
    """Simulated ms from the turn's last words. A recogniser's turn ends by a pause, which is no delay."""
    card = sample.card
    waited = card.appeared_ms - card.turn_ended_ms
    if waited < 0:
        return None
    pause = _KNOBS.pause_ms if sample.sample.script.channel == "voice" else 0
    late = waited > _KNOBS.budget.total_ms + pause
    return Score(
        scorer="time_to_phrase",
        value=float(waited),
        passed=not late,
        reason=f"came {waited} ms after they had stopped" if late else "",
        turn=card.turn,
    )


def early(sample: CardSample) -> Score:
    card = sample.card
    speaking = next(
        (
            span
            for span in sample.sample.spans
            if span.speaker == "customer" and span.start_ms < card.appeared_ms < span.end_ms
        ),
        None,
    )
    left = 0 if speaking is None else speaking.end_ms - card.appeared_ms
    return Score(
        scorer="early",
        value=float(left),
        passed=speaking is None,
        reason="" if speaking is None else f"they went on speaking for {left} ms",
        turn=card.turn,
    )
