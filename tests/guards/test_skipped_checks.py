"""The guard `skipped_checks`: who calls is checked."""

from __future__ import annotations

import pytest

from copilot.guards.skipped_checks import skipped_checks
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "We can skip the security questions today.",
        "There's no need to check with him.",
        "I recognise your voice.",
        "We'll do this without the password.",
    ],
)
def test_refuses(text: str) -> None:
    """Who calls is checked, however well the agent thinks to know them."""
    refusal = skipped_checks(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "skipped_checks"


@pytest.mark.parametrize(
    "text",
    [
        "Before I open it, may I ask you two security questions?",
        "I can't skip the security questions.",
        "You forgot your password, let's reset it.",
        "Let me check with them.",
    ],
)
def test_lets_through(text: str) -> None:
    """What a good agent says near it stays."""
    assert skipped_checks(draft(text), moment()) is None
