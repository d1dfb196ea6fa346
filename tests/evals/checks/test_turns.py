"""Turns of a transcript."""

from __future__ import annotations

from typing import Any

import pytest

from evals.checks.turns import turns
from tests.evals.checks.scripts import agent, customer, script, told


def test_a_sound_conversation_passes() -> None:
    """Nothing is told of turns that alternate, even when they cross."""
    one = script(customer(start_ms=0, end_ms=900), {**agent(), "start_ms": 800, "end_ms": 1500})
    assert told(turns, one) == []


@pytest.mark.parametrize(
    ("raw", "turn", "part"),
    [
        ([customer(), customer()], 1, "speaks again"),
        ([customer(" ")], 0, "empty"),
        ([customer(start_ms=5)], 0, "only one of"),
        ([customer(start_ms=5, end_ms=5)], 0, "ends at 5"),
        ([customer(start_ms=50, end_ms=90), {**agent(), "start_ms": 40, "end_ms": 95}], 1, "before the turn"),
        ([customer(start_ms=0, end_ms=90), agent()], 1, "has no times"),
    ],
)
def test_what_is_wrong_with_a_turn_is_told(raw: list[dict[str, Any]], turn: int, part: str) -> None:
    """Each fault of a turn is told with the turn it is in."""
    [(where, wrong)] = told(turns, script(*raw))
    assert where == turn
    assert part in wrong


def test_a_bare_limit_and_a_double_fact_are_told() -> None:
    """A limit needs a currency or a unit, a fact a name of its own."""
    fact = {"name": "order", "value": 1}
    context = {"facts": [fact, fact], "allowed_remedies": [{"kind": "refund", "limit": 5}]}
    wrongs = [wrong for _, wrong in told(turns, script(customer(), context=context))]
    assert wrongs == ["the fact order stands there 2 times", "the limit of refund is a bare number"]
