"""The guard `disparaging`: nobody is run down."""

from __future__ import annotations

import pytest

from copilot.guards.disparaging import disparaging
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "People like you always ring on Mondays.",
        "Billing always mess this up.",
        "Between you and me, nobody here cares.",
        "You'd be better off elsewhere.",
        "I'm useless at this.",
    ],
)
def test_refuses(text: str) -> None:
    """People are spoken of with respect, also those who are not there."""
    refusal = disparaging(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "disparaging"


@pytest.mark.parametrize(
    "text",
    [
        "People were kept waiting, and that's on us.",
        "I'm glad you told me.",
        "I'll ask billing about that.",
        "Thank you for your kind words.",
    ],
)
def test_lets_through(text: str) -> None:
    """What a good agent says near it stays."""
    assert disparaging(draft(text), moment()) is None
