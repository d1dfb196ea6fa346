"""F1 of one label, and its mean over labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

from evals.metrics.tally import Tally


def recall(tally: Tally, label: Hashable) -> float:
    gold = sum(count for (labelled, _), count in tally.items() if labelled == label)
    return tally[label, label] / gold if gold else 0.0


def precision(tally: Tally, label: Hashable) -> float:
    said = sum(count for (_, answer), count in tally.items() if answer == label)
    return tally[label, label] / said if said else 0.0


def f1(tally: Tally, label: Hashable) -> float:
    both = recall(tally, label) + precision(tally, label)
    return 2 * recall(tally, label) * precision(tally, label) / both if both else 0.0


def macro_f1(tally: Tally, labels: Iterable[Hashable]) -> float:
    scores = [f1(tally, label) for label in labels]
    return sum(scores) / len(scores) if scores else 0.0


def occurring(tally: Tally, least: int = 1) -> list[Hashable]:
    """The labels that occur at least so often, in a fixed order."""
    counts: Counter[Hashable] = Counter()
    for (gold, _), count in tally.items():
        counts[gold] += count
    return sorted((label for label, count in counts.items() if count >= least), key=str)
