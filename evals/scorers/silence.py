"""Silence: is the agent left alone while the customer speaks and where listening is best, and only there?"""

from __future__ import annotations

from collections.abc import Iterator

from copilot.assembly import Knobs
from evals.replays.spans import Span
from evals.runs.results import Score
from evals.runs.samples import ReplaySample

_KNOBS = Knobs()
_GLANCE_MS = 300


def silence(sample: ReplaySample) -> Iterator[Score]:
    """Two moments a customer's turn: while they speak, and after it, where there was time for a card."""
    for span in sample.spans:
        if span.speaker != "customer":
            continue
        mine = [card for card in sample.replay.cards if card.offered.text]
        during = any(span.start_ms < card.appeared_ms < span.end_ms for card in mine)
        yield _judged(span.turn, "silence", "phrase" if during else "silence", "while they spoke")
        labels = sample.labels(span.turn)
        if labels is None or labels.best is None or not _time_for_card(sample, span):
            continue
        answered = any(card.turn == span.turn and card.ended_ms > span.end_ms for card in mine)
        got = "phrase" if answered else "silence"
        wanted = "silence" if labels.best == "listen" else "phrase"
        if labels.best != "listen" and "listen" in labels.good and got == "silence":
            wanted = "silence"
        yield _judged(span.turn, wanted, got, "after they had spoken")


def _time_for_card(sample: ReplaySample, span: Span) -> bool:
    """An agent who speaks at once has no use for a card."""
    following = sample.next_start(span)
    pause = _KNOBS.pause_ms if sample.script.channel == "voice" else 0
    return following is None or following - span.end_ms >= pause + _GLANCE_MS


def _judged(turn: int, wanted: str, got: str, when: str) -> Score:
    reason = "" if wanted == got else f"{got} {when}, {wanted} was due"
    return Score(
        scorer="silence",
        value=float(wanted == got),
        passed=wanted == got,
        reason=reason,
        wanted=wanted,
        got=got,
        turn=turn,
    )
