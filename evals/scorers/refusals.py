"""Guard violations: which rules stopped what the model proposed here?"""

from __future__ import annotations

from evals.runs.results import Score
from evals.runs.samples import PointSample


def refusals(sample: PointSample) -> Score:
    refused = sample.point.refused
    return Score(
        scorer="refusals",
        value=float(len(refused)),
        passed=not refused,
        reason="; ".join(f"{one.rule}: {one.reason}" for one in refused),
        got=refused[0].rule if refused else None,
    )
