"""Clocks: the system's, and a simulated one on which a whole engine runs in tests and evals."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

Came = TypeVar("Came")

_LEAST_MS = 0.001


class SystemClock:
    """Wall-clock ms, monotonic seconds, and sleeping."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SimulatedClock:
    """Time that stands still until `advance` moves it. Sleepers wake in the order of their times."""

    def __init__(self, start_ms: int = 1_700_000_000_000) -> None:
        self._start_ms = start_ms
        self._ms = 0.0  # since the start, so that a float has room for fractions of them
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._outside: set[asyncio.Future[Any]] = set()

    def now_ms(self) -> int:
        return self._start_ms + int(self._ms)

    def monotonic(self) -> float:
        return self._ms / 1000

    async def sleep(self, seconds: float) -> None:
        # As on a real clock, every sleep takes time: what rounding leaves over is not slept for ever.
        ms = max(seconds * 1000, _LEAST_MS) if seconds > 0 else 0.0
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._ms + ms, next(self._order), woken))
        await woken

    async def advance(self, ms: float) -> None:
        """Moves time on, waking each sleeper at its own time and letting it work before the next."""
        target = self._ms + ms
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            due, _, woken = heapq.heappop(self._sleepers)
            self._ms = max(self._ms, due)
            if not woken.done():
                woken.set_result(None)
            await self.settle()
        self._ms = target
        await self.settle()

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[None]:
        """As `asyncio.timeout`, on this clock. Raises TimeoutError."""
        async with asyncio.timeout(None) as limit:
            alarm = asyncio.ensure_future(self._expire(limit, seconds))
            try:
                yield
            finally:
                alarm.cancel()

    async def _expire(self, limit: asyncio.Timeout, seconds: float) -> None:
        await self.sleep(seconds)
        limit.reschedule(asyncio.get_running_loop().time())

    async def outside(self, work: Awaitable[Came]) -> Came:
        """Waits for real work, for which this time stands still: a model's live answer, say."""
        doing = asyncio.ensure_future(work)
        self._outside.add(doing)
        try:
            return await doing
        finally:
            self._outside.discard(doing)

    async def settle(self, rounds: int = 50) -> None:
        """Lets everything that can run now run, without time passing."""
        while True:
            for _ in range(rounds):
                await asyncio.sleep(0)
                if _is_idle():
                    break
            if not self._outside:
                return
            await asyncio.wait(self._outside)


def _is_idle() -> bool:
    """Whether the loop has nothing else to run now, as far as can be told: asyncio has no public word for it.
    Without this nearly all of a simulation's time would go into turning the loop in vain."""
    return not getattr(asyncio.get_running_loop(), "_ready", True)
