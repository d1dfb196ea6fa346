"""How far the server is behind, and what it lets go first: partials, model calls, new conversations.

Finals and open streams are never let go. How late the loop wakes a sleeper tells all of it: whatever is too
much, requests, streams or a call that blocks, keeps the loop from its next turn. Only memory runs out without
a sign of that: while little of it is left, nothing new is let in, neither conversations nor streams.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import structlog
from msgspec import Struct

from copilot.ports import Clock, Meter

Shed = Literal["partials", "model", "openings", "streams"]

# In this order, each at so many times the lateness that the first takes.
ORDER: dict[Shed, int] = {"partials": 1, "model": 2, "openings": 4}
# What takes memory for long.
_LASTING: frozenset[Shed] = frozenset({"openings", "streams"})
_EVERY_S = 0.05
_MEMORY_EVERY_S = 0.25
_RELIEF_EVERY_S = 5.0
# The share of a new measure in the mean: one long step is no overload, three in a row are.
_NEWEST = 0.3
# What was let go comes back when the lateness has fallen to this share of what it took: no flapping.
_CALM = 0.5
# So late once, the loop stood still: a host that is merely busy is not taken out. It is known for a moment,
# so that whoever asked meanwhile learns it.
BLOCKED_MS = 2_000
KNOWN_S = 1.0


class Memory(Struct, frozen=True):
    """`left` tells the bytes that may still be taken, None for as many as one likes; `relieve` is called now
    and then while fewer than `spare` are."""

    left: Callable[[], int | None] = lambda: None
    spare: int = 0
    relieve: Callable[[], None] = lambda: None


class Pressure:
    """`behind_ms`: so late, on average, partials are let go. `beat` is called at each turn of the loop."""

    def __init__(
        self,
        clock: Clock,
        meter: Meter,
        *,
        behind_ms: int,
        memory: Memory | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._meter = meter
        self._behind_ms = behind_ms
        self._memory = memory or Memory()
        self._beat = beat
        self._late_ms = 0.0
        self._shed: frozenset[Shed] = frozenset()
        self._is_short = False
        self._memory_due = 0.0
        self._relief_due = 0.0
        self._turn_due: float | None = None
        self._blocked_until = 0.0

    def sheds(self, what: Shed) -> bool:
        """Whether this is let go now."""
        return what in self._shed or (self._is_short and what in _LASTING)

    def refuses(self, what: Shed) -> bool:
        """The same, and counted."""
        if sheds := self.sheds(what):
            self._meter.shed(what)
        return sheds

    @property
    def blocked(self) -> bool:
        """Whether the loop stands still, or did a moment ago. Whoever asks while it does is answered after
        it, perhaps before the turn that measures it."""
        now = self._clock.monotonic()
        overdue = self._turn_due is not None and (now - self._turn_due) * 1000 >= BLOCKED_MS
        return overdue or now < self._blocked_until

    async def watch(self) -> None:
        """Measures, until it is cancelled."""
        try:
            while True:
                began = self._clock.monotonic()
                self._turn_due = began + _EVERY_S
                await self._clock.sleep(_EVERY_S)
                self._beat()
                self.note((self._clock.monotonic() - self._turn_due) * 1000)
                if began >= self._memory_due:
                    self._memory_due = began + _MEMORY_EVERY_S
                    self.note_memory(self._memory.left())
        finally:
            self._turn_due = None

    def note(self, late_ms: float) -> None:
        """Takes in how late the loop was just now."""
        if late_ms >= BLOCKED_MS:
            self._blocked_until = self._clock.monotonic() + KNOWN_S
            self._meter.standstill()
            structlog.get_logger().warning("the event loop stood still", late_ms=round(late_ms))
        self._late_ms += _NEWEST * (max(0.0, late_ms) - self._late_ms)
        self._meter.late(self._late_ms / 1000)
        now: set[Shed] = set()
        for what, times in ORDER.items():
            enough = self._behind_ms * times * (_CALM if what in self._shed else 1.0)
            if self._late_ms > enough:
                now.add(what)
        if now != self._shed:
            self._shed = frozenset(now)
            log = structlog.get_logger()
            names = [what for what in ORDER if what in now]
            (log.warning if now else log.info)("shedding", what=names, late_ms=round(self._late_ms))

    def note_memory(self, left: int | None) -> None:
        """Takes in how much memory may still be taken."""
        if left is None:
            return
        self._meter.memory_left(left)
        is_short = left < self._memory.spare
        now = self._clock.monotonic()
        if is_short and now >= self._relief_due:
            self._relief_due = now + _RELIEF_EVERY_S
            self._memory.relieve()
        if is_short != self._is_short:
            self._is_short = is_short
            log = structlog.get_logger()
            (log.warning if is_short else log.info)("memory", short=is_short, left_mib=left >> 20)
