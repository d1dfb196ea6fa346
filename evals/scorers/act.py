"""Act: is the act of what is offered among the good ones, the best one, or one that would be wrong there?"""

from __future__ import annotations

from evals.runs.results import Score
from evals.runs.samples import PointSample


def act_good(sample: PointSample) -> Score | None:
    labels, got = sample.labels, sample.offered.act
    good = labels.good or ((labels.best,) if labels.best else ())
    if not good:
        return None
    right = got in good
    return Score(
        scorer="act_good",
        value=float(right),
        passed=right,
        reason="" if right else f"{got} is offered; good would be {', '.join(good)}",
        wanted=labels.best,
        got=got,
    )


def act_best(sample: PointSample) -> Score | None:
    if sample.labels.best is None:
        return None
    right = sample.offered.act == sample.labels.best
    return Score(scorer="act_best", value=float(right), wanted=sample.labels.best, got=sample.offered.act)


def act_never(sample: PointSample) -> Score | None:
    if not sample.labels.never:
        return None
    wrong = sample.offered.act in sample.labels.never and bool(sample.offered.text)
    return Score(
        scorer="act_never",
        value=float(not wrong),
        passed=not wrong,
        reason=f"{sample.offered.act} would be wrong here" if wrong else "",
        got=sample.offered.act,
    )
