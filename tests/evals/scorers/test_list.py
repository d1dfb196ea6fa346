"""Tests of the list of scorers: every scorer stands in it, and every score has a figure."""

from __future__ import annotations

import ast
from pathlib import Path

import evals.scorers
from evals.metrics.catalogue import METRICS
from evals.metrics.metric import all_scores
from evals.replays.playing import Weather
from evals.runs.judging import judge
from evals.runs.subject import Subject
from tests.fakes.evals import script

FOLDER = Path(evals.scorers.__file__).parent
LISTED = {
    scorer.__name__
    for scorers in (evals.scorers.TURN, evals.scorers.POINT, evals.scorers.CARD, evals.scorers.REPLAY)
    for scorer in scorers  # type: ignore[attr-defined]
}


def test_every_scorer_is_in_the_list() -> None:
    """A function of a scorer's file that takes a sample is in one of the lists."""
    for file in FOLDER.glob("[a-z]*.py"):
        functions = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)]
        takes = {
            function.name
            for function in functions
            if function.args.args and function.args.args[0].arg == "sample" and function.name[0] != "_"
        }
        assert takes <= LISTED, file.name
        assert takes, file.name


async def test_a_score_bears_the_name_of_its_scorer(subject: Subject) -> None:
    """Figures find scores by name: each scorer signs with its own."""
    judged = await judge(subject, script(), Weather())
    found = {score.scorer for scores in all_scores(judged.result) for score in scores}
    assert found <= LISTED
    assert {"phase", "act_good", "silence", "time_to_phrase", "ungrounded"} <= found


def test_figures_have_names_of_their_own() -> None:
    """No two figures are called the same, and what guards safety has a direction."""
    names = [metric.name for metric in METRICS]
    assert len(names) == len(set(names))
    assert all(metric.better != "neither" for metric in METRICS if metric.safety or metric.main)
