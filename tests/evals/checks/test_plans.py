"""Plans of fragments."""

from __future__ import annotations

from typing import Any

import pytest

from evals.checks.plans import plans
from tests.evals.checks.scripts import customer, script, told

PARTIAL = {"at_ms": 300, "text": "it is", "final": False, "revision": 0, "start_ms": 100, "end_ms": 250}
FINAL = {"at_ms": 600, "text": "it is dead", "final": True, "revision": 1, "start_ms": 100, "end_ms": 500}


def planned(*parts: dict[str, Any], **turn: Any) -> list[tuple[int | None, str]]:
    return told(plans, script(customer(**{"start_ms": 100, "end_ms": 500, **turn}, plan=list(parts))))


def test_a_sound_plan_passes() -> None:
    """Partials that grow into the message, also by a second final, are as they should be."""
    heard_wrong = {**FINAL, "text": "it is red"}
    assert planned(PARTIAL, FINAL) == []
    assert planned(PARTIAL, heard_wrong, {**FINAL, "at_ms": 900, "revision": 2}) == []


@pytest.mark.parametrize(
    ("parts", "part"),
    [
        ([PARTIAL], "never becomes final"),
        ([{**FINAL, "text": "it is red"}], "not its message"),
        ([{**FINAL, "utterance": 1}], "has utterances 1 for 1"),
        ([{**PARTIAL, "at_ms": 700}, FINAL], "stands after"),
        ([PARTIAL, {**FINAL, "revision": 0}], "revisions 0, 0"),
        ([{**FINAL, "at_ms": 50}], "before it is said"),
        ([{**FINAL, "end_ms": 90}], "ends before it starts"),
        ([{**FINAL, "end_ms": 700}], "outside the turn"),
    ],
)
def test_what_cannot_be_sent_is_told(parts: list[dict[str, Any]], part: str) -> None:
    """A plan that contradicts its turn, or cannot be sent as it stands, is told."""
    assert any(part in wrong for _, wrong in planned(*parts))


def test_a_plan_needs_its_turns_times() -> None:
    """Without the turn's own times nothing says when it is."""
    assert ("a plan without the turn's times") in planned(FINAL, start_ms=None, end_ms=None)[0][1]
