"""Whether a change of the label is noticed: at once, by the next turn, later, or never while it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evals.metrics.tally import Tally

IN_TIME, LATE, NEVER = "in time", "late", "never"


def noticed(phases: Sequence[tuple[str, str]], start: str) -> Tally:
    """The changes of one conversation, from its (labelled, said) phases in order."""
    found: Tally = Counter()
    before = start
    for at, (gold, _) in enumerate(phases):
        if gold == before:
            continue
        before = gold
        delay = 0
        while at + delay < len(phases) and phases[at + delay][0] == gold:
            if phases[at + delay][1] == gold:
                break
            delay += 1
        else:
            found["change", NEVER] += 1
            continue
        found["change", IN_TIME if delay <= 1 else LATE] += 1
    return found


def share(tally: Tally, outcome: str) -> float:
    total = tally.total()
    return tally["change", outcome] / total if total else 0.0
