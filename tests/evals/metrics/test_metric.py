"""Tests of metrics: counts add up over conversations, figures are read from the sum."""

from __future__ import annotations

from collections import Counter

from evals.metrics.accuracy import accuracy
from evals.metrics.f1 import macro_f1
from evals.metrics.metric import (
    Metric,
    failures,
    figure,
    labels,
    mean,
    passed,
    percentile,
    scores_of,
    total,
    values,
    verdicts,
)
from evals.runs.results import ConversationResult, ReplayResult, Score, TurnResult


def talk(*scores: Score, turn: tuple[Score, ...] = (), replay: tuple[Score, ...] = ()) -> ConversationResult:
    return ConversationResult(
        id="a",
        title="",
        channel="chat",
        trade="",
        kind="difficult",
        cause=None,
        outcome="",
        tags=(),
        transcript_hash="",
        turns=(TurnResult(index=0, speaker="customer", text="", start_ms=0, end_ms=0, scores=turn),),
        replay=ReplayResult(cards=(), phases=(), length_ms=0, scores=replay),
        scores=scores,
    )


def score(value: float, passed: bool | None = None, scorer: str = "x") -> Score:
    return Score(scorer=scorer, value=value, passed=passed)


def test_scores_are_found_wherever_they_stand() -> None:
    """A scorer's scores are read from the conversation, its turns and its replay, and no other scorer's."""
    conversation = talk(score(1), turn=(score(2), score(9, scorer="y")), replay=(score(3),))
    assert [found.value for found in scores_of(conversation, "x")] == [1, 2, 3]


def test_a_share_is_of_all_conversations_together() -> None:
    """Shares are taken from the sum of the counts: a long conversation weighs more than a short one."""
    metric = Metric("m", "g", verdicts("x"), passed)
    long, short = talk(score(1, True), score(1, True), score(1, True)), talk(score(0, False))
    assert figure(metric, [long, short]) == 0.75
    assert figure(metric._replace(value=failures), [long, short]) == 1


def test_what_was_not_counted_has_no_figure() -> None:
    """Without a single count the figure is None, never 0."""
    for value in (passed, failures, mean, total, percentile(0.5), accuracy, lambda t: macro_f1(t, "ab")):
        assert figure(Metric("m", "g", values("x"), value), [talk()]) is None


def test_measures_have_means_and_percentiles() -> None:
    """The mean, the sum and a percentile of what a scorer measured are exact to a thousandth."""
    conversations = [talk(score(1.5), score(2.5)), talk(score(5))]
    assert figure(Metric("m", "g", values("x"), mean), conversations) == 3
    assert figure(Metric("m", "g", values("x"), total), conversations) == 9
    assert figure(Metric("m", "g", values("x"), percentile(0.5)), conversations) == 2.5
    assert figure(Metric("m", "g", values("x"), percentile(0.99)), conversations) == 5


def test_labels_are_counted_in_pairs() -> None:
    """What was wanted and what came are counted together."""
    judged = talk(Score(scorer="phase", value=0, wanted="venting", got="solving"))
    assert labels("phase")(judged) == Counter({("venting", "solving"): 1})
