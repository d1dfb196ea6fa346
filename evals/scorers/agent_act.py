"""The agent's act: is what the agent's turn did read as it is labelled?"""

from __future__ import annotations

from evals.runs.results import Score
from evals.runs.samples import TurnSample


def agent_act(sample: TurnSample) -> Score | None:
    wanted, got = sample.labels.act, sample.tracked.act
    if sample.turn.speaker != "agent" or wanted is None:
        return None
    return Score(scorer="agent_act", value=float(wanted == got), wanted=wanted, got=got or "none")
