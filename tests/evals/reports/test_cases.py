"""The conversations of a report."""

from __future__ import annotations

from evals.reports.cases import cases, failures
from tests.evals.reports.results import judged, run_of
from tests.evals.small_runs import conversation


def test_the_worst_come_first() -> None:
    """What could not be judged is first, then failed suggestions, then what only the tracker misread."""
    run = run_of(judged("fine"), judged("bad", right=False), conversation("broken", error="no recording"))
    assert [case.result.id for case in cases(run, None)] == ["broken", "bad", "fine"]
    assert [(one.area, one.turn) for one in failures(judged("bad", right=False))] == [
        ("suggestion", 0),
        ("tracker", 1),
    ]


def test_differences_come_first_when_two_are_compared() -> None:
    """What got worse stands before what got better, that before other changes, and those before the rest."""
    now = run_of(judged("a"), judged("b", "Go on."), judged("c"), judged("d", "No.", right=False))
    before = run_of(judged("a"), judged("b"), judged("c", right=False), judged("d"))
    found = cases(now, before)
    assert [(case.result.id, case.change) for case in found] == [
        ("d", "worse"),
        ("c", "better"),
        ("b", "other"),
        ("a", "same"),
    ]
    worse, better = found[0], found[1]
    assert (worse.new, worse.failures[0].reason, worse.fixed) == (1, "not that", ())
    assert (better.new, [one.scorer for one in better.fixed]) == (0, ["act in good"])
    assert [[side.name for side in row.sides] for row in worse.rows] == [["before", "now"], [""]]
    assert [row.changed for row in found[3].rows] == [False, False]
