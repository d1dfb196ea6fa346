"""What the engine does by itself: answers young triggers on start, closes what is idle, says goodbye."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress

import structlog

from copilot.core.events import StoredEvent
from copilot.engine.broadcast import Broadcast
from copilot.engine.capacity import Capacity
from copilot.engine.coordinator import Engine
from copilot.engine.erasures import Retention
from copilot.engine.pressure import Pressure
from copilot.engine.readers import Goodbye, Growing, Over
from copilot.engine.sessions import Sessions
from copilot.engine.triggers import Triggers
from copilot.engine.wrapping import Wrapping
from copilot.errors import CopilotError
from copilot.ports import Clock, Key, Store

# Readers come back at times of their own within this, not all in the same instant.
_RETRY_MS = (100, 700)
_FORGET_S = 600.0
# A start has readers and softphones coming back; to check the whole log takes the machine from them.
_CALM_S = 10.0


class Upkeep:
    """Starts and stops an engine. `ready` is False before the start and from the first sign of the end."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        sessions: Sessions,
        triggers: Triggers,
        clock: Clock,
        *,
        wrapping: Wrapping,
        conversations: Broadcast[Key, StoredEvent | Growing | Goodbye | Over],
        tenants: Broadcast[str, Goodbye | None],
        pressure: Pressure,
        capacity: Capacity,
        young_ms: int,
        idle_ms: int,
        retention: Retention,
    ) -> None:
        self._engine = engine
        self._store = store
        self._sessions = sessions
        self._triggers = triggers
        self._clock = clock
        self._wrapping = wrapping
        self._conversations = conversations
        self._tenants = tenants
        self._pressure = pressure
        self._capacity = capacity
        self._young_ms = young_ms
        self._idle_ms = idle_ms
        self._retention = retention
        self._tasks: list[asyncio.Task[None]] = []
        self.ready = False

    async def start(self) -> None:
        """Opens the store; beside the work it answers what was left unanswered. Raises Misconfigured,
        StoreUnavailable."""
        await self._store.start()
        try:
            live = await self._store.live()
        except BaseException:
            await self._store.stop()
            raise
        self._capacity.begin(key for key, _ in live)
        young_ms = self._clock.now_ms() - self._young_ms
        young = [key for key, touched_ms in live if touched_ms >= young_ms]
        works = (
            self._answer(young),
            self._sweep(),
            self._forget(),
            self._audit(),
            self._pressure.watch(),
        )
        self._tasks = [asyncio.create_task(work) for work in works]
        for task in self._tasks:
            task.add_done_callback(_ended)
        self.ready = True

    async def _audit(self) -> None:
        """Beside the work, and not in its first seconds: damage is reported, and only what is damaged stops
        being served. What is asked for before is held against its checksums then."""
        await self._clock.sleep(_CALM_S)
        with suppress(CopilotError):
            for key in await self._store.audit():
                structlog.get_logger().error("damaged", tenant=key.tenant, conversation=key.id)

    async def _answer(self, young: Sequence[Key]) -> None:
        """Not before the work: to read what may be hundreds of conversations takes a while, and who takes
        over from another process has readers waiting."""
        for key in young:
            with suppress(CopilotError):
                await self._triggers.resume(key)

    async def _sweep(self) -> None:
        while True:
            await self._clock.sleep(min(30.0, self._idle_ms / 2_000))
            now_ms = self._clock.now_ms()
            try:
                idle = [key for key, touched in await self._store.live() if now_ms - touched > self._idle_ms]
            except CopilotError as error:
                structlog.get_logger().warning("sweep_failed", reason=error.slug)
                continue
            for key in idle:
                with suppress(CopilotError):
                    await self._engine.close_idle(key, now_ms - self._idle_ms)

    async def _forget(self) -> None:
        """Erases what was kept as long as its tenant wants; every ten minutes is often enough for days."""
        while True:
            try:
                await self._engine.erasures.outdated(self._retention)
            except CopilotError as error:
                structlog.get_logger().warning("retention_failed", reason=error.slug)
            await self._clock.sleep(_FORGET_S)

    def drain(self) -> None:
        """The end has begun: not ready any more, and every open stream is told to come back."""
        if self.ready:
            self.ready = False
            self._conversations.end_all(_goodbye)
            self._tenants.end_all(_goodbye)

    async def stop(self) -> None:
        self.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._wrapping.settle()
        await self._triggers.settle()
        await self._sessions.settle()
        await self._store.stop()


def _ended(task: asyncio.Task[None]) -> None:
    """None of them ends by itself: what one died of is told at once, and not when somebody collects it."""
    if not task.cancelled() and (error := task.exception()):
        told = {"message": "work of the upkeep failed", "exception": error, "task": task}
        task.get_loop().call_exception_handler(told)


def _goodbye() -> Goodbye:
    return Goodbye(random.randint(*_RETRY_MS))
