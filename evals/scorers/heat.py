"""Heat: is the customer's heat the labelled one? One off is told apart from far off."""

from __future__ import annotations

from evals.runs.results import Score
from evals.runs.samples import TurnSample


def heat(sample: TurnSample) -> Score | None:
    wanted, got = sample.labels.heat, sample.tracked.heat
    if sample.turn.speaker != "customer" or wanted is None:
        return None
    return Score(
        scorer="heat",
        value=float(wanted == got),
        passed=abs(wanted - got) <= 1,
        reason="" if wanted == got else f"read as {got}, labelled {wanted}",
        wanted=str(wanted),
        got=str(got),
    )
