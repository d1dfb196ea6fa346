"""The log in one SQLite file: the embedded default, for one process."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from copilot.core.events import Audience, NewEvent, StoredEvent, encode, type_of
from copilot.core.types import Phase
from copilot.errors import CopilotError, Damaged, Misconfigured, StoreUnavailable
from copilot.ports import FeedItem, Key, Listed, Position, Summary
from copilot.stores import sqlite_reader
from copilot.stores.sqlite_file import (
    Connect,
    Connection,
    Lock,
    connect,
    create,
    epoch_of,
    migrate,
    open_reader,
    open_writer,
    translate,
)
from copilot.stores.sqlite_reader import Reader
from copilot.stores.sqlite_writer import Append, Erase, Writer


def _wall_clock_ms() -> int:
    return time.time_ns() // 1_000_000


class SqliteStore:
    """A Store in the file `path`. An append is acknowledged when the commit that covers it is on disk."""

    def __init__(
        self,
        path: str | Path,
        now_ms: Callable[[], int] = _wall_clock_ms,
        *,
        epoch: str | None = None,
        connect: Connect = connect,
        heads: int = 10_000,
    ) -> None:
        """`heads`: of how many conversations it remembers where they stand, so that no append has to look."""
        self._heads = heads
        self._path = Path(path)
        self._now_ms = now_ms
        self._epoch = epoch or ""
        self._connect = connect
        self._lock = Lock(self._path)
        self._quarantined: set[Key] = set()
        self._writer: Writer | None = None
        self._reader: Reader | None = None

    @property
    def epoch(self) -> str:
        return self._epoch

    @property
    def quarantined(self) -> frozenset[Key]:
        """Conversations whose rows were found not to match their checksums."""
        return frozenset(self._quarantined)

    # --- life -------------------------------------------------------------------------------------

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._writer = await asyncio.to_thread(self._start, loop)
        self._reader = Reader(partial(open_reader, self._connect, self._path))

    def _start(self, loop: asyncio.AbstractEventLoop) -> Writer:
        try:
            create(self._path)
            self._lock.take()
            connection = open_writer(self._connect, self._path)
            try:
                self._epoch = migrate(connection, self._now_ms(), self._epoch or None)
            finally:
                connection.close()
            writer = Writer(self._open_writer, loop, self._quarantined, self._heads)
            writer.start()
        except (OSError, sqlite3.Error, UnicodeDecodeError, CopilotError) as error:
            self._lock.release()
            if isinstance(error, Misconfigured):
                raise
            raise Misconfigured(f"the log cannot be opened: {translate(error).detail}") from error
        return writer

    def _open_writer(self) -> Connection:
        connection = open_writer(self._connect, self._path)
        if epoch_of(connection) != self._epoch:
            connection.close()
            raise StoreUnavailable("the file was replaced")
        return connection

    async def stop(self) -> None:
        writer, self._writer = self._writer, None
        reader, self._reader = self._reader, None
        if writer is not None and reader is not None:
            await asyncio.to_thread(self._stop, writer, reader)

    def _stop(self, writer: Writer, reader: Reader) -> None:
        reader.stop()
        writer.stop()
        self._lock.release()

    # --- writing ----------------------------------------------------------------------------------

    def append(
        self, key: Key, after: int, events: Sequence[NewEvent], at_ms: int, summary: Summary | None = None
    ) -> Awaitable[list[StoredEvent]]:
        stored = [
            StoredEvent(seq, at_ms, type_of(new.event), new.audience, encode(new.event))
            for seq, new in enumerate(events, after + 1)
        ]
        job = Append(key, after, stored, at_ms, summary)
        if self._writer is None:
            job.future.set_exception(StoreUnavailable("the log is not open"))
        else:
            self._writer.submit(job)
        return job.future

    async def erase(self, key: Key) -> bool:
        if self._writer is None:
            raise StoreUnavailable("the log is not open")
        job = Erase(key, self._now_ms())
        self._writer.submit(job)
        return await job.future

    # --- reading ----------------------------------------------------------------------------------

    async def read(
        self, key: Key, after: int = 0, limit: int | None = None, audience: Audience | None = None
    ) -> list[StoredEvent]:
        if key in self._quarantined:
            raise Damaged()
        try:
            return await self._open_reader().ask(sqlite_reader.read, key, after, limit, audience)
        except Damaged:
            self._quarantined.add(key)
            raise

    async def tail(self, key: Key) -> int:
        if key in self._quarantined:
            raise Damaged()
        return await self._open_reader().ask(sqlite_reader.tail, key)

    async def position(self, key: Key) -> Position:
        if key in self._quarantined:
            raise Damaged()
        return await self._open_reader().ask(sqlite_reader.position, key)

    async def page(
        self,
        tenant: str,
        *,
        closed: bool | None,
        phase: Phase | None,
        min_heat: int,
        after: str | None,
        limit: int,
    ) -> list[Listed]:
        filters: dict[str, tuple[object, ...]] = {"heat >= ?": (min_heat,)}
        if closed is not None:
            filters["closed = ?"] = (closed,)
        if phase is not None:
            filters["phase = ?"] = (phase,)
        return await self._open_reader().ask(sqlite_reader.page, tenant, filters, after, limit)

    async def live(self) -> list[tuple[Key, int]]:
        return await self._open_reader().ask(sqlite_reader.live)

    async def older(self, than_ms: int) -> list[tuple[Key, int]]:
        return await self._open_reader().ask(sqlite_reader.older, than_ms)

    async def feed(self, tenant: str, after: int, limit: int) -> list[FeedItem]:
        items, damaged = await self._open_reader().ask(sqlite_reader.feed, tenant, after, limit)
        self._quarantined.update(damaged)
        return items

    async def feed_tail(self, tenant: str) -> int:
        return await self._open_reader().ask(sqlite_reader.feed_tail, tenant)

    async def audit(self) -> list[Key]:
        """Holds the whole file against its checksums, beside the work, and quarantines what does not fit.

        A flipped bit in an index can hide a conversation, which only this notices. Raises Damaged when
        the list of conversations itself cannot be read.
        """
        reader, damaged = self._open_reader(), []
        last = 0
        while names := await reader.ask(sqlite_reader.names, last):
            for last, key in names:
                if not await reader.ask(sqlite_reader.is_sound, last, key):
                    damaged.append(key)
        self._quarantined.update(damaged)
        return damaged

    def _open_reader(self) -> Reader:
        if self._reader is None:
            raise StoreUnavailable("the log is not open")
        return self._reader
