"""The shipped tracker, and how a test talks to it."""

from __future__ import annotations

from functools import cache
from typing import Literal

from copilot.core.tracker import PhaseTracker
from copilot.core.tracking import Track
from copilot.core.types import Reading, Turn
from copilot.shipped import shipped
from copilot.weights import load_tracker


@cache
def tracker() -> PhaseTracker:
    return load_tracker(shipped())


def talk(*said: str) -> Track:
    """`C text` and `A text` turns from the start, as far as they go."""
    track = tracker().start("chat")
    for index, line in enumerate(said):
        speaker: Literal["customer", "agent"] = "customer" if line.startswith("C ") else "agent"
        track = tracker().advance(track, Turn(index=index, speaker=speaker, text=line[2:]))
    return track


def reading(*said: str) -> Reading:
    return talk(*said).reading
