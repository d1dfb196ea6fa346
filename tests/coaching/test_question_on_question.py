"""Asking several things before the first is answered."""

from __future__ import annotations

import pytest

from copilot.coaching.question_on_question import question_on_question
from tests.coaching.turns import spoken


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("What model is it, when did you buy it, and did you update it?", True),
        ("Which room is it? And what do you see there?", True),
        ("I can send a new one. Would that suit you?", False),
        ("How are you? How can I help?", False),
        ("Which room is it?", False),
    ],
)
def test_what_is_noted(text: str, noted: bool) -> None:
    """Several questions are noted; one, the tail of an offer, or a greeting is not."""
    assert (question_on_question(spoken(text)) is not None) == noted
