"""Flare-ups: does the reading notice that venting came back?"""

from __future__ import annotations

from evals.runs.results import Score
from evals.runs.samples import TurnSample


def flare(sample: TurnSample) -> Score | None:
    if sample.turn.speaker != "customer":
        return None
    wanted = sample.labels.phase == "venting" and sample.before != "venting"
    got = sample.tracked.flare
    reason = "" if wanted == got else "a flare-up was missed" if wanted else "a flare-up that was none"
    return Score(
        scorer="flare",
        value=float(wanted == got),
        passed=wanted == got,
        reason=reason,
        wanted=_word(wanted),
        got=_word(got),
    )


def _word(flared: bool) -> str:
    return "flare" if flared else "none"
