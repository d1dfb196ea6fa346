"""Phase: is what was read after a turn the labelled phase?"""

from __future__ import annotations

from evals.runs.results import Score
from evals.runs.samples import TurnSample


def phase(sample: TurnSample) -> Score:
    wanted, got = sample.labels.phase, sample.tracked.phase
    return Score(
        scorer="phase",
        value=float(wanted == got),
        passed=wanted == got,
        reason="" if wanted == got else f"read as {got}, labelled {wanted}",
        wanted=wanted,
        got=got,
    )
