"""The course of a conversation: which phase and heat from when on, and since when nobody acknowledged."""

from __future__ import annotations

from msgspec import Struct

from copilot.core.events import PhaseRead
from copilot.core.types import Heat, Phase

# A call of hours keeps its shape, not each reading of it.
_MOST = 200
_HEATS = 24


class Step(Struct, frozen=True, array_like=True):
    """From `at_ms` (since the conversation's start, as the transcript counts) on it stood so; `wall_ms` is
    when that was read."""

    wall_ms: int
    at_ms: int
    phase: Phase
    heat: Heat
    heard: bool


class Course:
    """Folds the phases that were decided. `phase_since_ms` and `unheard_since_ms` are wall-clock; `heats` are
    the last changes of heat, each with its seconds since the opening."""

    def __init__(self) -> None:
        self.opened_ms = 0
        self.steps: list[Step] = []
        self.phase_since_ms: int | None = None
        self.unheard_since_ms: int | None = None
        self.heats: tuple[tuple[int, Heat], ...] = ()
        self.abuses = 0
        self.flares = 0

    def take(self, wall_ms: int, at_ms: int, read: PhaseRead) -> None:
        before = self.steps[-1] if self.steps else None
        step = Step(wall_ms, at_ms, read.phase, read.heat, read.heard)
        if before is None or before.phase != read.phase:
            self.phase_since_ms = wall_ms
            self.flares += before is not None and read.phase == "venting"
        if read.heard or (read.phase != "venting" and read.heat == 0):
            self.unheard_since_ms = None
        elif self.unheard_since_ms is None:
            self.unheard_since_ms = wall_ms
        if before is None or before.heat != read.heat:
            self.heats = (*self.heats, ((wall_ms - self.opened_ms) // 1_000, read.heat))[-_HEATS:]
        self.abuses += read.heat == 3 and (before is None or before.heat != 3)
        self.steps.append(step)
        if len(self.steps) > _MOST:
            self.steps = [step for index, step in enumerate(self.steps) if index % 2 == 0]

    @property
    def peak(self) -> Heat:
        return max((step.heat for step in self.steps), default=0)

    def first_heat(self) -> Heat:
        """How upset they were before anybody acknowledged it: a greeting is calm and tells nothing yet."""
        unheard: list[Heat] = []
        for step in self.steps:
            if step.heard:
                break
            unheard.append(step.heat)
        return max(unheard, default=self.steps[0].heat if self.steps else 0)

    def heard_after_ms(self) -> int | None:
        """How long the customer waited to be acknowledged the first time; None if they never were."""
        return next((step.at_ms for step in self.steps if step.heard), None)
