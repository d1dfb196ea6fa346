"""The measure of the coach's notes."""

from __future__ import annotations

from evals.coach_turns import Judged, precision, recall


def test_precision_and_recall() -> None:
    """Precision counts what is said, recall what was wanted; another rule than the wanted one is wrong."""
    rows = [
        Judged("blame", "blame", ""),
        Judged("blame", "policy", ""),
        Judged("policy", None, ""),
        Judged(None, None, ""),
    ]
    assert precision(rows) == 0.5
    assert recall(rows) == 1 / 3
