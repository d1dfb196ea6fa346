"""How a change of the label is noticed: how many turns late, or never while it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evals.metrics.tally import Tally

IN_TIME, LATE, NEVER = "in time", "late", "never"


def turns_late(phases: Sequence[tuple[str, str]], start: str) -> list[tuple[int, bool]]:
    """For each change in one conversation, from its (labelled, said) phases in order: by how many turns it
    was noticed late, and whether at all. One that never was is late by all the turns for which it held."""
    found: list[tuple[int, bool]] = []
    before = start
    for at, (gold, _) in enumerate(phases):
        if gold == before:
            continue
        before = gold
        delay = 0
        while at + delay < len(phases) and phases[at + delay][0] == gold != phases[at + delay][1]:
            delay += 1
        found.append((delay, at + delay < len(phases) and phases[at + delay] == (gold, gold)))
    return found


def noticed(phases: Sequence[tuple[str, str]], start: str) -> Tally:
    """The changes of one conversation: at once or by the next turn in time, later, never."""
    return Counter(
        ("change", NEVER if not seen else IN_TIME if delay <= 1 else LATE)
        for delay, seen in turns_late(phases, start)
    )


def share(tally: Tally, outcome: str) -> float:
    total = tally.total()
    return tally["change", outcome] / total if total else 0.0
