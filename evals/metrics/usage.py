"""Calls, tokens and cost of the model, for each conversation as it is played."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from evals.metrics.tally import Tally
from evals.runs.results import Call, ConversationResult


def per_conversation(
    measured: Callable[[Sequence[Call]], float],
) -> Callable[[ConversationResult], Tally]:
    """Counts what a conversation's replay used; nothing is counted where no model was asked."""

    def tally(conversation: ConversationResult) -> Tally:
        calls = conversation.replay.calls if conversation.replay is not None else ()
        return Counter({("value", round(measured(calls) * 1000)): 1}) if calls else Counter()

    return tally


def calls(found: Sequence[Call]) -> float:
    return float(len(found))


def tokens_in(found: Sequence[Call]) -> float:
    return float(sum(call.tokens_in for call in found))


def tokens_out(found: Sequence[Call]) -> float:
    return float(sum(call.tokens_out for call in found))


def cost(found: Sequence[Call]) -> float:
    """In thousandths of a dollar, for which the counts have room."""
    return 1000 * sum(call.cost or 0.0 for call in found)


def first_sentence(conversation: ConversationResult) -> Tally:
    """When the model's first sentence was whole, as it was recorded."""
    replayed = conversation.replay.calls if conversation.replay is not None else ()
    return Counter(
        ("value", round(call.first_sentence_ms * 1000))
        for call in replayed
        if call.first_sentence_ms is not None
    )


def whole_answers(conversation: ConversationResult) -> Tally:
    """Counts (True, whether the call gave a whole answer)."""
    calls = [call for point in conversation.points for call in point.calls]
    return Counter((True, call.outcome == "ok") for call in calls)
