"""Premature solutions: nobody has shown that they heard it, and a solution is put before the agent."""

from __future__ import annotations

from copilot.core.types import Act
from copilot.transcripts import Labels
from evals.runs.results import Score
from evals.runs.samples import CardSample, PointSample

SOLVES: frozenset[Act] = frozenset({"offer", "alternative", "act", "teach", "confirm", "follow_up", "close"})


def premature(sample: PointSample) -> Score | None:
    return _judged("premature", sample.labels, sample.offered.act)


def premature_card(sample: CardSample) -> Score | None:
    labels = sample.sample.labels(sample.card.turn)
    return None if labels is None else _judged("premature_card", labels, sample.card.offered.act)


def _judged(scorer: str, labels: Labels, act: Act) -> Score | None:
    """What the labels call good at that moment is not premature."""
    if labels.phase != "venting" or labels.best is None:
        return None
    wrong = act in SOLVES and act not in labels.good
    reason = f"{act}, though they are still telling it and nobody has acknowledged it" if wrong else ""
    return Score(scorer=scorer, value=float(not wrong), passed=not wrong, reason=reason, got=act)
