"""Time to acknowledgement: from the first complaint to a card that shows it was heard."""

from __future__ import annotations

from collections.abc import Iterator

from evals.runs.results import Score
from evals.runs.samples import HEARING, ReplaySample

_SOON_MS = 5_000


def time_to_acknowledgement(sample: ReplaySample) -> Iterator[Score]:
    """One score, where the labels ask for an acknowledgement; without such a card, the rest of the replay."""
    for span in sample.spans:
        labels = sample.labels(span.turn)
        if span.speaker == "customer" and labels is not None and labels.best in HEARING:
            break
    else:
        return
    cards = [
        card.appeared_ms
        for card in sample.replay.cards
        if card.offered.act in HEARING and card.offered.text and card.turn >= span.turn
    ]
    waited = max(0, min(cards) - span.end_ms) if cards else sample.replay.length_ms - span.end_ms
    soon = bool(cards) and waited <= _SOON_MS
    yield Score(
        scorer="time_to_acknowledgement",
        value=float(waited),
        passed=soon,
        reason="" if soon else "nothing acknowledged it" if not cards else f"only after {waited} ms",
        turn=span.turn,
    )
