"""Scores add up what signals and words say."""

from __future__ import annotations

from copilot.core.scoring import Scores

SCORES = Scores(
    ["to:a", "to:b", "heat:0"],
    {"bias": {"to:a": 1.0}, "c:x": {"to:b": 2.0}, "w:not": {"to:a": 0.5}, "w:not good": {"to:b": 3.0}},
)


def test_a_signal_counts_once() -> None:
    """The same signal twice says no more than once."""
    assert SCORES.score(["c:x", "c:x"]) == [1.0, 2.0, 0.0]


def test_words_and_pairs_of_words_count() -> None:
    """A pair counts beside its words, in their order only."""
    assert SCORES.score([], ["not", "good"]) == [1.5, 3.0, 0.0]
    assert SCORES.score([], ["good", "not"]) == [1.5, 0.0, 0.0]


def test_answers_come_by_kind() -> None:
    """The best answer is the best of its kind, without the kind's name."""
    sums = SCORES.score(["c:x"])
    assert SCORES.best(sums, "to:") == "b"
    assert SCORES.best(sums, "heat:") == "0"
    assert SCORES.named("to:") == ("a", "b")
    assert SCORES.bias("to:") == [1.0, 0.0]


def test_how_much_a_signal_speaks() -> None:
    """What a signal never says counts nothing."""
    assert SCORES.says("c:x").get("to:b") == 2.0
    assert "to:none" not in SCORES.says("c:x")
