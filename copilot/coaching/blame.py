"""Putting the fault on the customer."""

from __future__ import annotations

from copilot.coaching.spoken import Spoken
from copilot.guards.blame import blame as guard


def blame(spoken: Spoken) -> str | None:
    if guard(spoken.as_draft, spoken.as_moment) is None:
        return None
    return "That may have sounded like blame. Say what happened without 'you', and what you do next."
