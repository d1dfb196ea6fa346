"""The tracker's face: what reads phase, heat, emotion and cause, and what it carries from turn to turn."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from copilot.core.types import Channel, Reading, Turn


class Track(Struct, frozen=True, kw_only=True):
    """A tracker's state after a turn: what it reads there, and whatever else it carries on (opaque)."""

    reading: Reading
    memory: object = None


class Tracker(Protocol):
    """Pure and deterministic. `advance` gets the track *before* the turn and the turn as far as it is known,
    so that a growing turn (more fragments, partials) is read anew from the same place each time. While
    a turn goes on (`more`) only phase and mood are read, without evidence; nothing is carried on from it."""

    @property
    def version(self) -> str: ...
    def start(self, channel: Channel) -> Track: ...
    def advance(self, before: Track, turn: Turn) -> Track: ...
