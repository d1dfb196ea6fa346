"""Tests of what is read after a turn: phase, heat, emotion, flare-ups, the agent's act."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.transcripts import Labels, ScriptTurn
from evals.runs.results import Score, Tracked
from evals.runs.samples import TurnSample
from evals.scorers.agent_act import agent_act
from evals.scorers.emotion import emotion
from evals.scorers.flare import flare
from evals.scorers.heat import heat
from evals.scorers.phase import phase
from tests.fakes.evals import script


def sample(speaker: str = "customer", before: Any = "solving", text: str = "Hm.", **parts: Any) -> TurnSample:
    labels = {"phase": "venting", "heat": 2, "emotion": "anger", "act": "probe"} | parts.pop("labels", {})
    read: dict[str, Any] = {
        "phase": "venting",
        "confidence": 0.9,
        "heard": False,
        "heat": 2,
        "emotion": "anger",
        "cause": "other",
    }
    turn = ScriptTurn(i=0, speaker=speaker, messages=(text,))  # type: ignore[arg-type]
    return TurnSample(script(), turn, Labels(**labels), Tracked(**(read | parts)), before)


def wanted_got(score: Score | None) -> tuple[str | None, str | None, float]:
    assert score is not None
    return score.wanted, score.got, score.value


def test_a_phase_is_right_or_says_what_was_read() -> None:
    """The score holds both phases; a wrong one has a reason."""
    assert wanted_got(phase(sample())) == ("venting", "venting", 1)
    wrong = phase(sample(phase="closing"))
    assert (wrong.passed, wrong.reason) == (False, "read as closing, labelled venting")


@pytest.mark.parametrize(("read", "value", "passed"), [(2, 1, True), (1, 0, True), (0, 0, False)])
def test_one_off_in_heat_is_no_failure(read: int, value: float, passed: bool) -> None:
    """Heat counts as right only if it is the same; only two off is a case to look at."""
    score = heat(sample(heat=read))
    assert score is not None
    assert (score.value, score.passed) == (value, passed)


def test_thanks_without_more_are_relief_or_neutral() -> None:
    """By the codebook both count for bare thanks, and for nothing else."""
    labels = {"emotion": "relief"}
    assert wanted_got(emotion(sample(text="Thank you.", labels=labels, emotion="neutral")))[2] == 1
    assert wanted_got(emotion(sample(text="It is late.", labels=labels, emotion="neutral")))[2] == 0


@pytest.mark.parametrize(
    ("before", "labelled", "read", "words"),
    [
        ("solving", "venting", True, ("flare", "flare")),
        ("solving", "venting", False, ("flare", "none")),
        ("venting", "venting", False, ("none", "none")),
        ("solving", "solving", True, ("none", "flare")),
    ],
)
def test_a_flare_up_is_venting_that_comes_back(
    before: str, labelled: str, read: bool, words: tuple[str, str]
) -> None:
    """Venting that goes on is no flare-up; one that was missed says so."""
    score = flare(sample(before=before, labels={"phase": labelled}, flare=read))
    assert score is not None
    assert (score.wanted, score.got) == words
    assert score.passed == (words[0] == words[1])


def test_acts_are_the_agent_s_and_moods_the_customer_s() -> None:
    """An act is judged on agent turns alone, heat, emotion and flare-ups on the customer's."""
    theirs, ours = sample("agent", act="inform"), sample("customer")
    assert wanted_got(agent_act(theirs)) == ("probe", "inform", 0)
    assert agent_act(ours) is None
    assert heat(theirs) is emotion(theirs) is flare(theirs) is None
