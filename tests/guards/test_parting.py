"""Ending the conversation where nothing has ended."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from copilot.core.types import Act, Decision
from copilot.guards.parting import parting
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("I am ending this conversation now.", True),
        ("I'm hanging up on you. Goodbye.", True),
        ("If it goes on like this, I will end the call.", False),
        ("Let me close the gap in your bill.", False),
        ("I won't hang up before this is solved.", False),
    ],
)
def test_no_parting_in_the_middle(text: str, refused: bool) -> None:
    """Only a warning, and what is no parting, gets through while the work goes on."""
    assert (parting(draft(text, "probe"), moment()) is not None) == refused


@pytest.mark.parametrize("act", ["close", "disengage"])
def test_parting_where_the_policy_parts(act: Act) -> None:
    """At the close, or after the warning, one says goodbye."""
    due = replace(moment(), decision=Decision(act=act, why="It is over.", row="test"))
    assert parting(draft("Goodbye, and thank you.", act), due) is None
