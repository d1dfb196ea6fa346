"""Scorers: each judges one sample and says why. This is the one list of them.

To add one: a function in a file of its own, a name in a list here, and a line in `evals/metrics/catalogue.py`
for its figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from evals.runs.results import Score
from evals.runs.samples import CardSample, PointSample, ReplaySample, TurnSample
from evals.scorers.acknowledgement import time_to_acknowledgement
from evals.scorers.act import act_best, act_good, act_never
from evals.scorers.agent_act import agent_act
from evals.scorers.emotion import emotion
from evals.scorers.flare import flare
from evals.scorers.heat import heat
from evals.scorers.never_say import never_say
from evals.scorers.notice import time_to_notice
from evals.scorers.phase import phase
from evals.scorers.premature import premature, premature_card
from evals.scorers.promises import promises
from evals.scorers.punctuality import early, time_to_phrase
from evals.scorers.readability import length, reading_ease
from evals.scorers.refusals import refusals
from evals.scorers.repetition import repetition
from evals.scorers.silence import silence
from evals.scorers.specificity import specificity
from evals.scorers.staleness import flicker, stale
from evals.scorers.ungrounded import ungrounded

# After each labelled turn.
TURN: tuple[Callable[[TurnSample], Score | None], ...] = (phase, heat, emotion, flare, agent_act)

# What is offered at each labelled decision point.
POINT: tuple[Callable[[PointSample], Score | None], ...] = (
    act_good,
    act_best,
    act_never,
    premature,
    never_say,
    ungrounded,
    promises,
    refusals,
    repetition,
    specificity,
    length,
    reading_ease,
)

# Each card of the timed replay that has words.
CARD: tuple[Callable[[CardSample], Score | None], ...] = (
    time_to_phrase,
    early,
    stale,
    flicker,
    premature_card,
)

# The whole timed replay.
REPLAY: tuple[Callable[[ReplaySample], Iterator[Score]], ...] = (
    silence,
    time_to_acknowledgement,
    time_to_notice,
)
