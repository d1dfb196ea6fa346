"""The scores say what they should on counts that can be done by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from evals.metrics.accuracy import accuracy, within
from evals.metrics.calibration import calibration_error, confident
from evals.metrics.changes import IN_TIME, LATE, NEVER, noticed, turns_late
from evals.metrics.f1 import f1, macro_f1, occurring, precision, recall
from evals.metrics.intervals import interval
from evals.metrics.tally import Tally, together

COUNTS: Tally = Counter({("a", "a"): 3, ("a", "b"): 1, ("b", "b"): 2, ("b", "a"): 2})


def test_recall_precision_and_f1() -> None:
    """Three of four a's are found, three of five said are right."""
    assert recall(COUNTS, "a") == 0.75
    assert precision(COUNTS, "a") == 0.6
    assert f1(COUNTS, "a") == pytest.approx(2 / 3)
    assert macro_f1(COUNTS, ["a", "c"]) == pytest.approx(1 / 3)


def test_labels_that_occur_often_enough() -> None:
    """A label counts by how often it was given, not said."""
    assert occurring(Counter({("a", "z"): 3, ("b", "a"): 1}), 2) == ["a"]


def test_accuracy_and_near_misses() -> None:
    """Within one counts neighbours."""
    heats: Tally = Counter({(0, 0): 1, (1, 2): 1, (0, 3): 2})
    assert accuracy(heats) == 0.25
    assert within(heats, 1) == 0.5


def test_calibration_is_the_gap_between_sure_and_right() -> None:
    """Ninety percent sure and always right is ten percent off."""
    assert calibration_error(Counter({confident(0.9, True): 10})) == pytest.approx(0.1)


def test_changes_are_noticed_in_time_late_or_never() -> None:
    """The next turn is in time, one after that late, and a label that passed unseen is never noticed."""
    assert noticed([("s", "v"), ("s", "s")], "v") == {("change", IN_TIME): 1}
    assert noticed([("s", "v"), ("s", "v"), ("s", "s")], "v") == {("change", LATE): 1}
    assert noticed([("s", "v"), ("v", "v")], "v") == {("change", NEVER): 1, ("change", IN_TIME): 1}


def test_turns_late_are_those_from_the_change_to_its_notice() -> None:
    """At once is none; a change that passed unseen is late by all the turns for which it held."""
    assert turns_late([("s", "s")], "v") == [(0, True)]
    assert turns_late([("s", "v"), ("s", "v"), ("s", "s"), ("c", "s")], "v") == [(2, True), (1, False)]
    assert turns_late([("v", "v"), ("s", "v"), ("v", "v")], "v") == [(1, False), (0, True)]
    assert turns_late([], "v") == []


def test_the_interval_holds_the_score_and_is_seeded() -> None:
    """The same seed gives the same interval."""
    tallies: list[Tally] = [Counter({("a", "a"): n, ("a", "b"): 3}) for n in range(1, 9)]
    low, high = interval(tallies, accuracy)
    assert low <= accuracy(together(tallies)) <= high
    assert interval(tallies, accuracy) == (low, high)
