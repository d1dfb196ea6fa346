"""Two runs beside each other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.errors import Invalid
from evals.gating.verdict import compare
from evals.runs.results import Run
from tests.evals.small_runs import METRICS, conversation, head, run

MANY = [f"c{number:02}" for number in range(40)]


def test_a_clear_gain_is_better_and_its_mirror_is_worse() -> None:
    """When nearly every conversation gains, the interval leaves zero out; the other way round it is worse."""
    good, poor = run([(name, "+++-.") for name in MANY]), run([(name, "+---.") for name in MANY])
    [gain, guards] = compare(good, poor, METRICS)
    assert (gain.verdict, gain.difference, gain.more) == ("better", 0.5, None)
    assert len(gain.better_in) == 40
    assert guards.verdict == "same"
    [loss, _] = compare(poor, good, METRICS)
    assert loss.verdict == "worse"
    assert loss.low is not None
    assert loss.low < 0


def test_a_small_mixed_difference_cannot_be_told() -> None:
    """Where it goes up and down, the verdict says so, and how many more conversations it would take."""
    before = run([(name, "+-") for name in MANY])
    after = run([(name, ("++", "--", "+-")[number % 3]) for number, name in enumerate(MANY)])
    [found, _] = compare(after, before, METRICS, samples=300)
    assert found.verdict == "cannot tell"
    assert found.more is not None
    assert found.more > 0
    assert found.worse_in[0] == "c01"


def test_a_difference_that_is_next_to_nothing_asks_for_no_more_conversations() -> None:
    """Where more would be needed than anybody writes, no number is given."""
    half = "+" * 10 + "-" * 10
    before = run([(name, half) for name in MANY])
    marks = [("+" * 20, "-" * 20)[number % 2] for number in range(len(MANY) - 1)]
    after = run(list(zip(MANY, [*marks, "+" + "-" * 19], strict=True)))
    [found, _] = compare(after, before, METRICS, samples=300)
    assert (found.verdict, found.more) == ("cannot tell", None)
    assert found.difference != 0


def test_a_figure_that_only_moves_is_not_judged() -> None:
    """A metric that is neither better high nor low is shown without a verdict."""
    neither = METRICS[0]._replace(better="neither")
    [found] = compare(run([("a", "++")]), run([("a", "--")]), [neither], samples=20)
    assert (found.verdict, found.difference, found.figure_worse, found.more) == (
        "cannot tell",
        1.0,
        False,
        None,
    )


def test_what_is_not_measured_or_failed_is_left_out() -> None:
    """A metric without counts is not measured; a conversation with an error counts in neither run."""
    assert compare(run([("a", "+")]), run([("a", "+")]), METRICS)[1].verdict == "not measured"
    one, other = run([("a", "+"), ("b", "+")]), run([("a", "+"), ("b", "-")])
    broken = Run(one.head, (one.conversations[0], conversation("b", error="no answer")))
    assert compare(broken, other, METRICS)[0].verdict == "same"


@pytest.mark.parametrize(
    "changed", [{"noise": 0.05}, {"seed": 8}, {"disorder": True}, {"transcripts": {"a": "f"}}]
)
def test_runs_on_other_conversations_are_not_compared(changed: dict[str, object]) -> None:
    """Two runs are compared only on the same conversations under the same noise, and it says what differs."""
    one = run([("a", "+")])
    other = Run(head(**{"transcripts": one.head.transcripts, **changed}), one.conversations)
    with pytest.raises(
        Invalid, match="cannot be compared: .*" + ("conversations" if "transcripts" in changed else "")
    ):
        compare(one, other, METRICS)


@given(
    st.lists(
        st.tuples(st.text("+-", min_size=1, max_size=4), st.text("+-", min_size=1, max_size=4)), min_size=1
    )
)
@settings(max_examples=30, deadline=None)
def test_the_two_sides_mirror_each_other(marks: list[tuple[str, str]]) -> None:
    """Swapping the runs turns the difference round and never makes both better."""
    one = run([(str(number), left) for number, (left, _) in enumerate(marks)])
    other = run([(str(number), right) for number, (_, right) in enumerate(marks)])
    there, back = (compare(*pair, METRICS[:1], samples=40)[0] for pair in ((one, other), (other, one)))
    assert there.difference == pytest.approx(-(back.difference or 0.0))
    assert {there.verdict, back.verdict} != {"better"}
    assert there.worse_in == back.better_in
