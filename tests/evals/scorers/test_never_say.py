"""What must not be said: told from what is only asked back."""

from __future__ import annotations

import pytest

from evals.scorers.never_say import says


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("They will come tomorrow.", "they will come", True),
        ("You want to know whether they will come to your house.", "they will come", False),
        ("I can't say if they will come, and they will come late.", "they will come", True),
        ("I promise you a full refund today.", "a full refund is promised today", False),
    ],
)
def test_a_question_said_back_states_nothing(text: str, wrong: str, said: bool) -> None:
    """The words count where they are said, and not where they follow 'whether' or 'if'."""
    assert says(text, wrong) == said
