"""What a call cost, by a list of prices that is kept outside and needs no internet."""

from __future__ import annotations

from datetime import UTC, datetime

from genai_prices import Usage, calc_price

from copilot.core.events import Answered
from evals.runs.results import Call

# Prices as of one day, so that a run that is repeated later costs the same.
_AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def call_of(answered: Answered) -> Call:
    """A call of the model, with its cost in US dollars; None for a model that nobody has a price of."""
    return Call(
        request_hash=answered.request_hash,
        outcome=answered.outcome,
        tokens_in=answered.tokens_in or 0,
        tokens_cached=answered.tokens_cached or 0,
        tokens_out=answered.tokens_out or 0,
        first_token_ms=answered.first_token_ms,
        first_sentence_ms=answered.first_sentence_ms,
        total_ms=answered.total_ms,
        cost=_cost(answered),
        raw=answered.raw,
    )


def _cost(answered: Answered) -> float | None:
    usage = Usage(
        input_tokens=answered.tokens_in or 0,
        cache_read_tokens=answered.tokens_cached or 0,
        output_tokens=answered.tokens_out or 0,
    )
    try:
        return float(calc_price(usage, model_ref=answered.model, genai_request_timestamp=_AS_OF).total_price)
    except LookupError:
        return None
