"""Giving a rule as the reason."""

from __future__ import annotations

import pytest

from copilot.coaching.policy import policy
from tests.coaching.turns import spoken


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("That is against our policy.", True),
        ("Per our procedures I cannot.", True),
        ("What is your policy number?", False),
    ],
)
def test_what_is_noted(text: str, noted: bool) -> None:
    """A rule given as the reason is noted; an insurance policy is not."""
    assert (policy(spoken(text)) is not None) == noted
