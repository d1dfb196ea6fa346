"""The ablation compares ways of reading the phase that are true trackers."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.transcripts import load
from copilot.weights import released

pytest.importorskip("scipy")

ROOT = Path(__file__).parents[2]


def test_the_rules_alone_are_a_tracker() -> None:
    """The rules by hand can stand where the weights stand, and read a conversation from end to end."""
    from copilot.core.tracker import PhaseTracker
    from evals.ablation import by_hand
    from evals.tracking import measure, scores
    from evals.train_tracker import hand_rules

    tracker = PhaseTracker(released(ROOT / "prompts")._replace(weights=by_hand(hand_rules())))
    reached = scores(measure(load(ROOT / "evals/training/a-1.turns"), tracker))
    assert 0.4 < reached["phase, macro-F1"] < 1.0


def test_every_signal_that_is_weighed_is_of_a_known_kind() -> None:
    """Each learned weight belongs to a kind that the ablation takes away, or stands in every turn."""
    from evals.ablation import GROUPS

    known = (
        *(prefix for group in GROUPS.values() for prefix in group),
        "bias",
        "s:no_cue",
        "s:voice",
        "s:chat",
    )
    weights = released(ROOT / "prompts").weights
    assert [
        name for speaker in weights.values() for name in speaker["weights"] if not name.startswith(known)
    ] == []
