"""Cutting in."""

from __future__ import annotations

import pytest

from copilot.coaching.interrupting import interrupting
from copilot.core.types import Opening, Turn
from tests.coaching.turns import spoken

QUESTION = "So what is the order number?"


@pytest.mark.parametrize(
    ("start_ms", "text", "noted"),
    [
        (2_000, QUESTION, True),
        (4_500, QUESTION, False),
        (5_400, QUESTION, False),
        (2_000, "Right, I see.", False),
    ],
)
def test_by_times(start_ms: int, text: str, noted: bool) -> None:
    """More than a sign of listening, well before they ended, is noted; a word's overlap is not."""
    turn = Turn(index=1, speaker="agent", text=text, start_ms=start_ms, end_ms=start_ms + 2_000)
    assert (interrupting(spoken("", turn=turn)) is not None) == noted


def test_nobody_is_cut_off_in_writing() -> None:
    """In chat both may write at once."""
    turn = Turn(index=1, speaker="agent", text=QUESTION, start_ms=2_000, end_ms=4_000)
    assert interrupting(spoken("", turn=turn, opening=Opening(channel="chat"))) is None
