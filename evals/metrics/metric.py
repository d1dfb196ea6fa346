"""What a metric is: counts taken from one conversation, which add up, and a figure read from the sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from evals.metrics.tally import Tally, together
from evals.runs.results import ConversationResult, Score

Better = Literal["higher", "lower", "neither"]
Unit = Literal["share", "count", "ms", "words", "turns", "grade", "tokens", "money"]


class Metric(NamedTuple):
    """One line of the figures.

    `tally` reads the counts of one conversation; `value` reads the figure from the sum over any sample of
    conversations, None where nothing was counted. `safety` figures may never get worse, `main` ones not
    beyond their interval. `reach` is what is aimed at, as text.
    """

    name: str
    group: str
    tally: Callable[[ConversationResult], Tally]
    value: Callable[[Tally], float | None]
    better: Better = "higher"
    unit: Unit = "share"
    safety: bool = False
    main: bool = False
    reach: str = ""


def figure(metric: Metric, conversations: Iterable[ConversationResult]) -> float | None:
    """The metric's figure over these conversations."""
    return value_of(metric, together(metric.tally(conversation) for conversation in conversations))


def value_of(metric: Metric, tally: Tally) -> float | None:
    """The figure, None where nothing was counted: some scores call that 0, which nobody measured."""
    return metric.value(tally) if tally.total() else None


def scores_of(conversation: ConversationResult, scorer: str) -> Iterator[Score]:
    """Every score that one scorer gave, wherever in the conversation."""
    for scores in all_scores(conversation):
        for score in scores:
            if score.scorer == scorer:
                yield score


def all_scores(conversation: ConversationResult) -> Iterator[Sequence[Score]]:
    """The scores of the conversation, of its turns, points, replay and cards."""
    yield conversation.scores
    for turn in conversation.turns:
        yield turn.scores
    for point in conversation.points:
        yield point.scores
    if conversation.replay is not None:
        yield conversation.replay.scores
        for card in conversation.replay.cards:
            yield card.scores


# --- counts of one scorer ---------------------------------------------------------------------------


def labels(scorer: str) -> Callable[[ConversationResult], Tally]:
    """Counts (wanted, got)."""
    return lambda conversation: Counter(
        (score.wanted, score.got) for score in scores_of(conversation, scorer)
    )


def verdicts(scorer: str) -> Callable[[ConversationResult], Tally]:
    """Counts (True, passed)."""
    return lambda conversation: Counter(
        (True, score.passed) for score in scores_of(conversation, scorer) if score.passed is not None
    )


def values(scorer: str) -> Callable[[ConversationResult], Tally]:
    """Counts ('value', thousandths), so that a mean or a percentile of any sample can be read."""
    return lambda conversation: Counter(
        ("value", round(score.value * 1000)) for score in scores_of(conversation, scorer)
    )


# --- figures ----------------------------------------------------------------------------------------


def passed(tally: Tally) -> float | None:
    """The share that passed."""
    total = tally.total()
    return tally[True, True] / total if total else None


def failures(tally: Tally) -> float | None:
    """How many did not pass."""
    return float(tally[True, False]) if tally.total() else None


def mean(tally: Tally) -> float | None:
    total = tally.total()
    return sum(value * count for value, count in _measured(tally)) / total if total else None


def total(tally: Tally) -> float | None:
    return sum(value * count for value, count in _measured(tally)) if tally.total() else None


def percentile(part: float) -> Callable[[Tally], float | None]:
    """The value that this part of all does not exceed."""

    def read(tally: Tally) -> float | None:
        left = part * tally.total()
        for value, count in sorted(_measured(tally)):
            left -= count
            if left <= 0:
                return value
        return None

    return read


def _measured(tally: Tally) -> Iterator[tuple[float, int]]:
    for (_, thousandths), count in tally.items():
        if isinstance(thousandths, int):
            yield thousandths / 1000, count
