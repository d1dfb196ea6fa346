"""The near end of an open stream: who may hold one, what goes out, and when to give up on a reader."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, Literal, TypeVar, cast

from litestar.types import Receive, Send

from copilot.api.auth import Authenticator, Principal
from copilot.api.limits import Limits
from copilot.errors import Full, TooMany
from copilot.metrics import Metrics

Item = TypeVar("Item")
Ending = Literal[
    "done", "gone", "revoked", "slow", "drained", "failed", "struck", "flooded", "oversize", "expired"
]


class Gate:
    """How many streams each tenant holds open, and all of them together; `refuses` says whether a new one has
    to stay out whatever their number."""

    def __init__(self, limits: Limits, metrics: Metrics, refuses: Callable[[], bool] = lambda: False) -> None:
        self._refuses = refuses
        self._most_of_all = limits.streams
        self._most = limits.streams_per_tenant
        self._metrics = metrics
        self._open: Counter[str] = Counter()

    @contextmanager
    def hold(self, tenant: str, kind: str) -> Iterator[None]:
        """Raises TooMany, Full."""
        if self._most_of_all is not None and self._open.total() >= self._most_of_all:
            raise Full("This server cannot hold more open streams.")
        if self._refuses():
            raise Full("This server is short of memory.")
        if self._open[tenant] >= self._most:
            raise TooMany(f"At most {self._most} streams may be open at once.")
        self._open[tenant] += 1
        self._metrics.stream_opened(kind)
        try:
            yield
        finally:
            self._open[tenant] -= 1
            if not self._open[tenant]:
                del self._open[tenant]
            self._metrics.stream_closed(kind)


class Outlet:
    """Sends, and remembers since when a send is stuck and when the last one went through."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting = 0
        self._stuck_since = 0.0
        self.last_sent = time.monotonic()

    @property
    def stuck_seconds(self) -> float:
        return time.monotonic() - self._stuck_since if self._waiting else 0.0

    @property
    def is_stuck(self) -> bool:
        return self._waiting > 0

    async def send(self, message: Any) -> None:
        if not self._waiting:
            self._stuck_since = time.monotonic()
        self._waiting += 1
        try:
            await self._send(message)
        finally:
            self._waiting -= 1
        self.last_sent = self._stuck_since = time.monotonic()


async def watch(
    outlet: Outlet, authenticator: Authenticator, principal: Principal, limits: Limits, beat: Any | None
) -> Ending:
    """Returns when the stream has to end: its key was revoked, its ticket ran out, or its reader takes
    nothing any more.

    `beat` is what an idle stream is sent; a reader that went away without a word is noticed by it.
    """
    while True:
        await asyncio.sleep(limits.recheck_seconds)
        if not authenticator.still_valid(principal):
            return "revoked"
        if authenticator.has_ended(principal):
            return "expired"
        if outlet.stuck_seconds > limits.send_seconds:
            return "slow"
        idle = time.monotonic() - outlet.last_sent
        if beat is not None and idle >= limits.heartbeat_seconds and not outlet.is_stuck:
            await outlet.send(beat)


def held(items: AsyncIterator[Item]) -> aclosing[AsyncGenerator[Item]]:
    """A stream of the engine's, closed at once when its reader ends and not when somebody collects it."""
    return aclosing(cast("AsyncGenerator[Item]", items))


async def gone(receive: Receive) -> Ending:
    """Returns when the client has gone."""
    while (await receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
        pass
    return "gone"


async def first_of(*ways: Coroutine[Any, Any, Ending]) -> Ending:
    """Runs all of them until one ends, and ends the others; what one raises is raised. A send to a client
    that is no longer there raises OSError, as ASGI has it."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task.done()).result()
    except OSError:
        return "gone"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Or the trace of a failure, which holds this frame, would hold the task, and so the stream.
        del tasks, task
