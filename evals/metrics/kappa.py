"""Cohen's kappa: how far two readers agree beyond what chance alone would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from evals.metrics.accuracy import accuracy
from evals.metrics.tally import Tally


def kappa(tally: Tally) -> float:
    """1 for full agreement, 0 for that of chance. Two readers of one same label throughout agree fully."""
    total = tally.total()
    if not total:
        return 0.0
    first: Counter[Hashable] = Counter()
    second: Counter[Hashable] = Counter()
    for (one, other), count in tally.items():
        first[one] += count
        second[other] += count
    chance = sum(first[label] * second[label] for label in first) / total**2
    return (accuracy(tally) - chance) / (1 - chance) if chance < 1 else 1.0
