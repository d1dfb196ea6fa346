"""Telling the customer how to feel."""

from __future__ import annotations

import re

from copilot.coaching.spoken import Spoken
from copilot.guards.forbidden import finds

# Kindly meant: better left out, and not worth a note.
_MILD = re.compile(r"worr|patien|panic|stress")


def calm_down(spoken: Spoken) -> str | None:
    found = finds("feeling", spoken.low) or finds("small", spoken.low)
    if found is None or _MILD.search(found):
        return None
    return "Being told to calm down rarely calms. Name what upsets them instead; the rest follows."
