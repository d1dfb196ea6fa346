"""Stale and flickering cards: one that stays when the talk has gone on, one that goes before it is read."""

from __future__ import annotations

from itertools import pairwise

from evals.runs.results import Score
from evals.runs.samples import CardSample

# As long as a card may stay after the customer is heard anew: the engine's answer and the way to the screen.
_GRACE_MS = 1_000
# Less than this nobody reads a phrase in.
_GLANCE_MS = 1_500


def stale(sample: CardSample) -> Score:
    card = sample.card
    answered = next((span for span in sample.sample.spans if span.turn == card.turn), None)
    after = answered.end_ms if answered is not None else card.turn_ended_ms
    again = [
        span.heard_ms
        for span in sample.sample.spans
        if span.speaker == "customer" and span.turn > card.turn and span.heard_ms >= after
    ]
    over = card.ended_ms - min(again, default=card.ended_ms) - _GRACE_MS
    is_stale = over > 0 and card.appeared_ms < card.ended_ms
    return Score(
        scorer="stale",
        value=float(max(0, over)),
        passed=not is_stale,
        reason=f"still shown {over + _GRACE_MS} ms after they spoke again" if is_stale else "",
        turn=card.turn,
    )


def flicker(sample: CardSample) -> Score:
    """Gone within a glance though nobody spoke, or rewritten while it stood."""
    card = sample.card
    shown_ms = card.ended_ms - card.appeared_ms
    spoke = any(
        card.appeared_ms <= time <= card.ended_ms
        for span in sample.sample.spans
        for time in (span.start_ms, span.heard_ms, span.end_ms)
    )
    gone = shown_ms < _GLANCE_MS and card.ending in ("superseded", "withdrawn") and not spoke
    texts = [appearance.text for appearance in card.appearances]
    rewritten = any(not new.startswith(old) for old, new in pairwise(texts))
    reason = f"gone after {shown_ms} ms though nobody spoke" if gone else ""
    return Score(
        scorer="flicker",
        value=float(shown_ms),
        passed=not (gone or rewritten),
        reason=reason or ("rewritten while it stood" if rewritten else ""),
        turn=card.turn,
    )
