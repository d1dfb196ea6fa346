"""What the tracker learns from is the project's own, apart from what it is measured on."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from copilot.transcripts import load

pytest.importorskip("scipy")

ROOT = Path(__file__).parents[2]
TRAINING = ROOT / "evals/training"
TRANSCRIPTS = ROOT / "evals/transcripts"
LONG = 5


def texts(folder: Path) -> set[str]:
    """Turns long enough to be somebody's own words."""
    found = (" ".join(turn.text.lower().split()) for script in load(folder) for turn in script.turns)
    return {text for text in found if len(text.split()) > LONG}


def test_no_text_stands_in_both_sets() -> None:
    """A turn of the training set is in no eval transcript."""
    assert texts(TRAINING).isdisjoint(texts(TRANSCRIPTS))


def test_conversations_have_names_of_their_own() -> None:
    """The held-out slice is chosen by name, so no two conversations share one."""
    names = [script.id for script in load(TRAINING)]
    assert len(names) == len(set(names))


def test_the_tracker_holds_on_conversations_it_did_not_learn_from() -> None:
    """On the held-out slice the phase, the heat and the flare-ups stay above a floor."""
    from copilot.shipped import shipped
    from copilot.weights import load_tracker
    from evals.tracking import measure, scores
    from evals.train_tracker import held_out

    scripts = [script for script in load(TRAINING) if held_out(script)]
    assert len(scripts) >= 20
    reached = scores(measure(scripts, load_tracker(shipped())))
    assert reached["phase, macro-F1"] > 0.75
    assert reached["heat, within one"] > 0.95
    assert reached["flare-ups, recall"] > 0.7
    assert reached["calibration error"] < 0.1


def test_a_row_remembers_what_came_before() -> None:
    """Rows of a conversation carry the phase as labelled before each turn, in every variant."""
    from copilot.core.tracker import PhaseTracker
    from copilot.shipped import shipped
    from copilot.weights import released
    from evals.learning.rows import rows

    script = load(TRAINING)[0]
    found = list(rows(script, PhaseTracker(released(shipped())).language))
    assert {row.variant for row in found} == {"sent", "plain", "misheard", "misheard again"}
    assert found[0].before == "venting"
    assert all(after.before == row.labels.phase for row, after in pairwise(found) if after.place)
