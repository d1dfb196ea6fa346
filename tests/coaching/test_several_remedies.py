"""Proposing several remedies at once."""

from __future__ import annotations

import pytest

from copilot.coaching.several_remedies import several_remedies
from tests.coaching.turns import spoken


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("I can give you a refund or send you a replacement.", True),
        ("I can send you a replacement. Would that suit?", False),
    ],
)
def test_what_is_noted(text: str, noted: bool) -> None:
    """Two remedies in a turn are noted; one is not."""
    assert (several_remedies(spoken(text)) is not None) == noted
