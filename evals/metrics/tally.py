"""Counts that add up over conversations, so that a score of any sample of them is quick to take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

# Pairs of (labelled, said), and how often they met.
Tally = Counter[tuple[Hashable, Hashable]]


def together(tallies: Iterable[Tally]) -> Tally:
    total: Tally = Counter()
    for tally in tallies:
        for pair, count in tally.items():
            total[pair] += count
    return total
