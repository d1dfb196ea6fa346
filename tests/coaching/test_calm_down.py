"""Telling the customer how to feel."""

from __future__ import annotations

import pytest

from copilot.coaching.calm_down import calm_down
from tests.coaching.turns import spoken


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("Please calm down.", True),
        ("You are being a bit emotional.", True),
        ("Please do not worry.", False),
        ("I can hear how upset you are.", False),
    ],
)
def test_what_is_noted(text: str, noted: bool) -> None:
    """Being told how to feel is noted; a kind word or the feeling named is not."""
    assert (calm_down(spoken(text)) is not None) == noted
