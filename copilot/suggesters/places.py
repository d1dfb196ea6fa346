"""How many calls run at once, and whose turn it is: no tenant's burst keeps another from the model."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from copilot.errors import ModelFailure

# Raises TimeoutError in the block when so many seconds have passed: `asyncio.timeout`, or another clock's.
Timeout = Callable[[float], AbstractAsyncContextManager[object]]

# What is kept free of one tenant once there are several, and what work that nobody waits for leaves free.
_KEPT = 4
_IDLE = 2


class Places:
    """`total` calls at once. Who finds none free waits up to `queue_s` seconds.

    A free place goes to the waiting tenant that holds the fewest. As soon as a second tenant has called, none
    may hold the last quarter alone, so that a newcomer finds a place without waiting for long calls to end.
    """

    def __init__(self, total: int, queue_s: float, timeout: Timeout = asyncio.timeout) -> None:
        self._total = total
        self._queue_s = queue_s
        self._timeout = timeout
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._served: dict[str, int] = {}
        self._turn = 0

    @property
    def held(self) -> int:
        return self._held.total()

    @asynccontextmanager
    async def hold(self, tenant: str, *, idle_only: bool = False) -> AsyncIterator[None]:
        """A place, for as long as the block runs. `idle_only`: only while half of all are free, and without
        waiting. Raises ModelFailure('busy')."""
        self._served.setdefault(tenant, 0)
        if idle_only and self.held * _IDLE >= self._total:
            raise ModelFailure("busy", "no place for work that can wait")
        if self._waiting.get(tenant) or not self._may(tenant):
            await self._wait(tenant)
        else:
            self._take(tenant)
        try:
            yield
        finally:
            self._leave(tenant)

    def _may(self, tenant: str) -> bool:
        alone = len(self._served) < 2 or self._total < 2
        most = self._total if alone else self._total - max(1, self._total // _KEPT)
        return self.held < self._total and self._held[tenant] < most

    def _take(self, tenant: str) -> None:
        self._held[tenant] += 1
        self._turn += 1
        self._served[tenant] = self._turn

    async def _wait(self, tenant: str) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = self._waiting.setdefault(tenant, deque())
        queue.append(place)
        try:
            async with self._timeout(self._queue_s):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self._leave(tenant)  # it was given in the same moment
            else:
                queue.remove(place)
            if isinstance(error, TimeoutError):
                raise ModelFailure("busy", "too many calls at once") from error
            raise
        finally:
            if not queue:
                self._waiting.pop(tenant, None)

    def _leave(self, tenant: str) -> None:
        self._held[tenant] -= 1
        if not self._held[tenant]:
            del self._held[tenant]
        self._give()

    def _give(self) -> None:
        """Hands free places to those who wait: the tenant with the fewest first, then who was served longest
        ago."""
        while True:
            able = [tenant for tenant, queue in self._waiting.items() if queue and self._may(tenant)]
            if not able:
                return
            tenant = min(able, key=lambda each: (self._held[each], self._served[each]))
            place = self._waiting[tenant].popleft()
            if not place.done():
                self._take(tenant)
                place.set_result(None)
