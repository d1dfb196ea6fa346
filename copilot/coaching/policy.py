"""Giving a rule as the reason."""

from __future__ import annotations

from copilot.coaching.spoken import Spoken
from copilot.guards.forbidden import finds


def policy(spoken: Spoken) -> str | None:
    if not finds("policy", spoken.low):
        return None
    return "A rule is no reason to them. Say what the rule is there for, and then what you can do."
