"""Who is naming a customer just now: so that an erasure misses no conversation that is opened meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from copilot.ports import Key

Made = TypeVar("Made")


class Watch:
    """All that is named while an erasure is under way: of one customer, or (None) of all of a tenant."""

    def __init__(self, tenant: str, customer_id: str | None) -> None:
        self.seen: dict[Key, None] = {}
        self.closed = False
        self.over = asyncio.Event()
        self.written = asyncio.Event()
        self._tenant = tenant
        self._customer_id = customer_id

    def covers(self, key: Key, customer_id: str | None) -> bool:
        return key.tenant == self._tenant and self._customer_id in (None, customer_id)


class Namings:
    """The writes that name a customer, and the erasures that look at them. Of this process: a log has one."""

    def __init__(self) -> None:
        self._writes: list[tuple[Key, str | None]] = []
        self._watches: list[Watch] = []

    async def write(
        self, key: Key, customer_id: str | None, work: Callable[[], Coroutine[Any, Any, Made]]
    ) -> Made:
        """A write by which a conversation may come to name this customer, and what it returns or raises.

        Waits for the short end of an erasure of them: what is written then is after it. A caller that gives
        up does not give up the write.
        """
        while ending := next((one for one in self._covering(key, customer_id) if one.closed), None):
            await ending.over.wait()
        for watch in self._covering(key, customer_id):
            watch.seen[key] = None
        # The task has no name here: the trace of what it raises holds this frame.
        return await asyncio.shield(self._begun((key, customer_id), work()))

    def _begun(self, write: tuple[Key, str | None], work: Coroutine[Any, Any, Made]) -> asyncio.Future[Made]:
        self._writes.append(write)
        task = asyncio.ensure_future(work)
        task.add_done_callback(lambda done: self._ended(write, done))
        return task

    def _covering(self, key: Key, customer_id: str | None) -> list[Watch]:
        return [watch for watch in self._watches if watch.covers(key, customer_id)]

    def _ended(self, write: tuple[Key, str | None], task: asyncio.Future[Made]) -> None:
        if not task.cancelled():
            task.exception()  # whoever gave up does not ask for it
        self._writes.remove(write)
        for watch in self._watches:
            watch.written.set()

    @asynccontextmanager
    async def watched(self, tenant: str, customer_id: str | None) -> AsyncIterator[Watch]:
        """Around an erasure. What is under way already counts as seen."""
        watch = Watch(tenant, customer_id)
        watch.seen = {write[0]: None for write in self._writes if watch.covers(*write)}
        self._watches.append(watch)
        try:
            yield watch
        finally:
            self._watches.remove(watch)
            watch.over.set()

    async def close(self, watch: Watch) -> None:
        """From here on nobody else is named; returns when the writes that are under way have ended."""
        watch.closed = True
        while any(watch.covers(*write) for write in self._writes):
            watch.written.clear()
            await watch.written.wait()
