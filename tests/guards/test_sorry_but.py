"""The guard `sorry_but`: an apology stands for itself."""

from __future__ import annotations

import pytest

from copilot.guards.sorry_but import sorry_but
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but it's late.",
        "I'm sorry about that; however, it's gone.",
        "I apologise for the wait, though it was busy.",
        "Sorry if that bothered you.",
        "I'm sorry you feel that way.",
        "I'm sorry about the leak. But I can't change it.",
    ],
)
def test_refuses(text: str) -> None:
    """An apology that is taken back is refused."""
    refusal = sorry_but(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "sorry_but"


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry about the leak, and I'm on it.",
        "I'm sorry. You waited long enough.",
        "It's late, but I'm on it.",
        "I apologise for the wait.",
    ],
)
def test_lets_pass(text: str) -> None:
    """An apology that stands passes, and so does a 'but' without one."""
    assert sorry_but(draft(text), moment()) is None
