"""What a model was asked, and what came of it, until it is written down."""

from __future__ import annotations

import asyncio

from copilot.core.events import Answered
from copilot.core.types import Moment, Refusal
from copilot.engine.delivery import Pump
from copilot.ports import Key


class Asked:
    """A moment that a model is asked about. `card` is empty until it is known which one the answer is for."""

    def __init__(self, key: Key, card: str, refused: list[Refusal], *, speculated: bool = False) -> None:
        self.key = key
        self.card = card
        self.refused = refused
        self.speculated = speculated
        self.answers: list[Answered] = []


class Guess:
    """One early call: what was heard when it was thought of, and the call once it has begun."""

    def __init__(self, heard: tuple[str, ...]) -> None:
        self.heard = heard
        self.thinking: asyncio.Task[None] | None = None
        self.moment: Moment | None = None
        self.pump: Pump | None = None
        self.asked: Asked | None = None
        self.dropped = False

    def drop(self) -> asyncio.Task[None] | None:
        """Nobody wants the answer any more: the call, which is returned, ends."""
        self.dropped = True
        if self.thinking is not None:
            self.thinking.cancel()
        return None if self.pump is None else self.pump.cancel()
