"""Promising what nobody can keep, or what the context does not allow."""

from __future__ import annotations

from copilot.coaching.spoken import Spoken
from copilot.guards.promises import promises
from copilot.guards.remedies import remedies


def promise(spoken: Spoken) -> str | None:
    draft, moment = spoken.as_draft, spoken.as_moment
    refusal = promises(draft, moment)
    if refusal is not None and "worry" not in refusal.reason:
        return "That is hard to promise. Say what you know and when you will know more."
    # Where the context names no remedy, the agent may well know of one.
    if spoken.opening.context.allowed_remedies and remedies(draft, moment) is not None:
        return "That offer is not among the ones allowed here. Check it before they count on it."
    return None
