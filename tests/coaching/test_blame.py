"""Putting the fault on the customer."""

from __future__ import annotations

import pytest

from copilot.coaching.blame import blame
from tests.coaching.turns import spoken


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("You should have read the letter.", True),
        ("You should have had a letter from us.", False),
    ],
)
def test_what_is_noted(text: str, noted: bool) -> None:
    """A turn that puts the fault on them is noted; one that says what they were due is not."""
    assert (blame(spoken(text)) is not None) == noted
