"""Labels of a transcript."""

from __future__ import annotations

from typing import Any

import pytest

from evals.checks.labels import labels
from tests.evals.checks.scripts import agent, customer, script, told


def test_an_unlabelled_conversation_passes() -> None:
    """A conversation without any labels is not a half-labelled one."""
    assert told(labels, script({"speaker": "customer", "messages": ["hi"]})) == []


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ([customer(), {"speaker": "agent", "messages": ["hi"]}], "no labels"),
        ([{**customer(), "speaker": "system"}], "system turn has labels"),
        ([agent(act=None)], "no act"),
        ([{**agent(), "never_say": ["no"]}], "never_say"),
        ([{**customer(), "speaker": "agent"}], "no act"),
        ([customer(heat=None)], "no heat"),
        ([customer(good=[])], "no good acts"),
        ([customer(act="close")], "has an act"),
        ([customer(best="close")], "best is close"),
        ([customer(never=["acknowledge"])], "in good and in never"),
        ([customer(good=["acknowledge", "acknowledge"])], "twice"),
        ([customer(heat=2, emotion="neutral")], "heat 2 with neutral"),
        ([customer(heat=0, emotion="anger")], "heat 0 with anger"),
    ],
)
def test_what_is_wrong_with_a_label_is_told(raw: list[dict[str, Any]], part: str) -> None:
    """Each label that is missing, misplaced or contradicts another is told."""
    assert any(part in wrong for _, wrong in told(labels, script(*raw)))


def test_pairs_that_only_surprise_are_doubts() -> None:
    """Heat and emotion are read apart: a strange pair is a doubt, no fault."""
    [found] = labels(script(customer(heat=3, emotion="relief")))
    assert found.doubt


def test_a_labelled_conversation_has_a_cause() -> None:
    """The cause is of the whole conversation."""
    assert told(labels, script(customer(), cause=None)) == [(None, "no cause")]
