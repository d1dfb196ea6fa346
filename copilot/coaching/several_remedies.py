"""Proposing several remedies at once."""

from __future__ import annotations

from copilot.coaching.spoken import Spoken
from copilot.guards.one_remedy import one_remedy


def several_remedies(spoken: Spoken) -> str | None:
    if one_remedy(spoken.as_draft, spoken.as_moment) is None:
        return None
    return "One offer at a time is easier to accept: ask whether the first suits, and keep the other back."
