"""The guard `half_sentence`: a finished phrase is whole."""

from __future__ import annotations

import pytest

from copilot.guards.half_sentence import half_sentence
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "I hear you, and",
        "Let me look at the",
        "I'm on it now...",
        "That's what (you said.",
        "",
        "I'll check and.",
    ],
)
def test_refuses(text: str) -> None:
    """A finished phrase that breaks off is refused."""
    refusal = half_sentence(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "half_sentence"


@pytest.mark.parametrize(
    "text",
    [
        "I hear you.",
        "What happened then?",
        "Good!",
        'You said "not again." I heard it.',
        "I hear that.",
    ],
)
def test_lets_pass(text: str) -> None:
    """A whole sentence passes."""
    assert half_sentence(draft(text), moment()) is None


def test_growing_text_may_break_off() -> None:
    """A phrase that still grows is not judged by its end."""
    assert half_sentence(draft("I hear you, and", done=False), moment()) is None
