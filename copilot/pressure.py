"""How far the server is behind, and what it lets go first: partials, model calls, new conversations.

Finals and open streams are never let go. How late the loop wakes a sleeper tells all of it: whatever is too
much, requests, streams or a call that blocks, keeps the loop from its next turn.
"""

from __future__ import annotations

from typing import Literal

import structlog

from copilot.ports import Clock, Meter

Shed = Literal["partials", "model", "openings"]

# In this order, each at so many times the lateness that the first takes.
ORDER: dict[Shed, int] = {"partials": 1, "model": 2, "openings": 4}
_EVERY_S = 0.05
# The share of a new measure in the mean: one long step is no overload, three in a row are.
_NEWEST = 0.3
# What was let go comes back when the lateness has fallen to this share of what it took: no flapping.
_CALM = 0.5


class Pressure:
    """`behind_ms`: so late, on average, partials are let go."""

    def __init__(self, clock: Clock, meter: Meter, *, behind_ms: int) -> None:
        self._clock = clock
        self._meter = meter
        self._behind_ms = behind_ms
        self._late_ms = 0.0
        self._shed: frozenset[Shed] = frozenset()

    def sheds(self, what: Shed) -> bool:
        """Whether this is let go now."""
        return what in self._shed

    async def watch(self) -> None:
        """Measures, until it is cancelled."""
        while True:
            began = self._clock.monotonic()
            await self._clock.sleep(_EVERY_S)
            self.note((self._clock.monotonic() - began - _EVERY_S) * 1000)

    def note(self, late_ms: float) -> None:
        """Takes in how late the loop was just now."""
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
