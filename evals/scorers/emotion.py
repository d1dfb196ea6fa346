"""Emotion: is it the labelled one? Thanks without more are relief or neutral: both count."""

from __future__ import annotations

from evals.runs.results import Score
from evals.runs.samples import TurnSample

_THANKS = 6


def emotion(sample: TurnSample) -> Score | None:
    wanted, got = sample.labels.emotion, sample.tracked.emotion
    if sample.turn.speaker != "customer" or wanted is None:
        return None
    text = sample.turn.text.lower()
    bare_thanks = "thank" in text and len(text.split()) <= _THANKS
    if bare_thanks and {wanted, got} == {"relief", "neutral"}:
        got = wanted
    return Score(scorer="emotion", value=float(wanted == got), wanted=wanted, got=got)
