"""How often the answer is the labelled one, or near it."""

from __future__ import annotations

from evals.metrics.tally import Tally


def accuracy(tally: Tally) -> float:
    total = tally.total()
    return sum(count for (gold, said), count in tally.items() if gold == said) / total if total else 0.0


def within(tally: Tally, distance: int) -> float:
    """The share of answers at most so far from the label, of answers that are numbers."""
    total = tally.total()
    near = sum(
        count
        for (gold, said), count in tally.items()
        if isinstance(gold, int) and isinstance(said, int) and abs(gold - said) <= distance
    )
    return near / total if total else 0.0
