"""The eval of personal data in its short form."""

from __future__ import annotations

from evals.redaction_personal import KINDS, report, run


def test_the_targets_hold_on_a_hundred_conversations() -> None:
    """Nothing typed and hardly anything spoken is seen, and what only looks like it is left alone."""
    scores = run(150, 5)
    for kind in KINDS:
        assert scores.planted[f"{kind} typed"] > 5
        assert scores.recall(kind, "typed") >= 0.98
        assert scores.recall(kind, "spoken") >= 0.95
    assert scores.precision >= 0.9
    assert "recall" in report(scores)


def test_the_same_seed_makes_the_same_conversations() -> None:
    """A figure can be measured again."""
    first, second = run(20, 3), run(20, 3)
    assert (first.planted, first.others) == (second.planted, second.others)
