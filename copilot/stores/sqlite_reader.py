"""Reading the SQLite log: questions of one statement or two, each on one state of the file."""

from __future__ import annotations

import asyncio
import sqlite3
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import msgspec

from copilot.core.events import Audience, StoredEvent
from copilot.errors import CopilotError, Damaged, Gone, Invalid, NotFound, StoreUnavailable
from copilot.ports import FeedItem, Key, Listed, Marks, Position, Summary
from copilot.stores.chain import START, link, name_of
from copilot.stores.sealing import seal
from copilot.stores.sqlite_file import Connection, is_damage, translate

THREADS = 2

_HEAD = """SELECT rid, tail, chain, erased_ms, secret, closed FROM conversations
    LEFT JOIN secrets ON conversation = rid WHERE tenant = ? AND id = ?"""
_LAST = "SELECT seq, checksum FROM events WHERE conversation = ? ORDER BY seq DESC LIMIT 1"
_ROWS = """SELECT seq, at_ms, type, audience, payload, checksum FROM events
    WHERE conversation = ? AND seq >= ? ORDER BY seq LIMIT ?"""
_LISTED = """SELECT id, opened_ms, updated_ms, tail, channel, phase, heat, heard, agent_id, closed, marks
    FROM conversations WHERE tenant = ? AND erased_ms IS NULL"""
_CURSOR = "SELECT opened_ms, rid FROM conversations WHERE tenant = ? AND id = ? AND erased_ms IS NULL"
_NAMES = """SELECT rid, tenant, id FROM conversations NOT INDEXED WHERE rid > ? AND erased_ms IS NULL
    ORDER BY rid LIMIT 100"""
_LIVE = """SELECT tenant, id, updated_ms FROM conversations WHERE closed = 0 AND erased_ms IS NULL"""
_OLDER = """SELECT tenant, id, updated_ms FROM conversations WHERE updated_ms < ? AND erased_ms IS NULL
    ORDER BY updated_ms, rid"""
_FEED = """SELECT f.position, c.id, e.seq, e.at_ms, e.type, e.audience, e.payload, e.checksum, p.checksum,
    s.secret FROM feed f JOIN conversations c ON c.rid = f.conversation AND c.tenant = f.tenant
    LEFT JOIN secrets s ON s.conversation = f.conversation
    JOIN events e ON e.conversation = f.conversation AND e.seq = f.seq
    LEFT JOIN events p ON p.conversation = e.conversation AND p.seq = e.seq - 1
    WHERE f.tenant = ? AND f.position > ? ORDER BY f.position LIMIT ?"""
_FEED_TAIL = """SELECT max(position) FROM (
    SELECT max(position) AS position FROM feed WHERE tenant = ?1
    UNION ALL SELECT position FROM feed_floors WHERE tenant = ?1)"""

T = TypeVar("T")


class Reader:
    """A few threads with a connection each: they go on when nothing can be written."""

    def __init__(self, open: Callable[[], Connection]) -> None:
        self._open = open
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="log-reader")
        self._idle: list[Connection] = []
        self._guard = threading.Lock()

    async def ask(self, question: Callable[..., T], *arguments: Any) -> T:
        """Puts one of the questions below. What the database raises comes out as an error of ours."""
        # The answer's future has no name here: the trace of what it raises holds this frame.
        return await self._begin(partial(self.answer, question, *arguments))

    def _begin(self, answer: Callable[[], T]) -> asyncio.Future[T]:
        try:
            return asyncio.get_running_loop().run_in_executor(self._pool, answer)
        except RuntimeError as error:  # the pool is shut down
            raise StoreUnavailable("the log is not open") from error

    def stop(self) -> None:
        self._pool.shutdown(wait=True)
        while self._idle:
            self._idle.pop().close()

    def answer(self, question: Callable[..., T], *arguments: Any) -> T:
        """As `ask`, in the caller's own thread."""
        try:
            with self._connection() as connection, _snapshot(connection):
                return question(connection, *arguments)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise translate(error) from error

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """An idle connection or a new one. After an error of the database it is not used again."""
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._open()
        try:
            yield connection
        except CopilotError:
            self._keep(connection)
            raise
        except BaseException:
            with suppress(sqlite3.Error):
                connection.close()
            raise
        self._keep(connection)

    def _keep(self, connection: Connection) -> None:
        with self._guard:
            self._idle.append(connection)


@contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


# --- the questions --------------------------------------------------------------------------------


def _head(connection: Connection, key: Key) -> tuple[int, int, bytes, bool] | None:
    """Row id, tail, secret, and whether it is closed. The tail is held against the last event: a cut is
    noticed in any part."""
    row = connection.execute(_HEAD, key).fetchone()
    if row is None:
        return None
    rid, tail, chain, erased_ms, secret, closed = row
    if erased_ms is not None:
        raise Gone()
    if connection.execute(_LAST, (rid,)).fetchone() != (tail, chain):
        raise Damaged()
    return rid, tail, secret, bool(closed)


def tail(connection: Connection, key: Key) -> int:
    head = _head(connection, key)
    return head[1] if head else 0


def position(connection: Connection, key: Key) -> Position:
    head = _head(connection, key)
    if head is None:
        raise NotFound()
    return Position(tail=head[1], closed=head[3])


def read(
    connection: Connection, key: Key, after: int, limit: int | None, audience: Audience | None
) -> list[StoredEvent]:
    """The events past `after`, each held against its checksum."""
    head = _head(connection, key)
    if head is None:
        raise NotFound()
    rid, tail, secret, _ = head
    if after >= tail or limit == 0:
        return []
    name, found = name_of(key), []
    # Fetched whole: a cursor that an exception keeps alive would hold the connection in its old state.
    count = -1 if limit is None or audience is not None else limit + 1
    rows = iter(connection.execute(_ROWS, (rid, after, count)).fetchall())
    checksum = START if after == 0 else _checksum_of(next(rows, None), after)
    seq = after
    for seq, row in enumerate(rows, after + 1):
        stored = checked(checksum, name, secret, row)
        if stored.seq != seq:
            raise Damaged()
        checksum = row[5]
        if audience is None or stored.audience == audience:
            found.append(stored)
            if len(found) == limit:
                return found
    if seq != tail:
        raise Damaged()
    return found


def _checksum_of(row: Any, seq: int) -> bytes:
    if row is None or row[0] != seq or not isinstance(row[5], bytes):
        raise Damaged()
    return row[5]


def checked(previous: bytes, name: bytes, secret: bytes, row: Sequence[Any]) -> StoredEvent:
    """An event from its row, if that is what was written after the one with `previous`. Raises Damaged."""
    seq, at_ms, kind, audience, payload, checksum = row
    try:
        stored = StoredEvent(seq, at_ms, kind, audience, seal(secret, seq, payload))
        if link(previous, name, stored) == checksum:
            return stored
    except (TypeError, AttributeError, ArithmeticError, struct.error):
        pass  # a bit flipped in a row's header changes its types
    raise Damaged()


def check_end(rows: Sequence[Sequence[Any]], name: bytes, secret: bytes, head: tuple[int, bytes]) -> None:
    """Holds the last row (with the one before it) against the tail and checksum of its conversation's head.

    Raises Damaged.
    """
    tail, _ = head
    if tail == 0 or len(rows) != min(tail, 2) or (rows[-1][0], rows[-1][5]) != head:
        raise Damaged()
    checked(START if tail == 1 else rows[0][5], name, secret, rows[-1])


def page(
    connection: Connection, tenant: str, filters: dict[str, tuple[Any, ...]], after: str | None, limit: int
) -> list[Listed]:
    """`filters` has a value for each condition that is asked for, by the condition's SQL."""
    conditions = dict(filters)
    values: list[Any] = [tenant]
    if after is not None:
        row = connection.execute(_CURSOR, (tenant, after)).fetchone()
        if row is None:
            raise Invalid("unknown cursor", errors=[{"pointer": "/after", "detail": "unknown"}])
        conditions["(opened_ms, rid) < (?, ?)"] = row
    sql = _LISTED
    for condition, value in conditions.items():
        sql += f" AND {condition}"
        values += value
    rows = connection.execute(f"{sql} ORDER BY opened_ms DESC, rid DESC LIMIT ?", (*values, limit))
    return [_listed(row) for row in rows.fetchall()]


def _listed(row: Any) -> Listed:
    id, opened_ms, updated_ms, tail, channel, phase, heat, heard, agent_id, closed, marks = row
    summary = Summary(
        channel=channel,
        phase=phase,
        heat=heat,
        heard=bool(heard),
        agent_id=agent_id,
        closed=bool(closed),
        marks=Marks() if marks is None else msgspec.json.decode(marks, type=Marks),
    )
    return Listed(id=id, opened_ms=opened_ms, updated_ms=updated_ms, tail=tail, summary=summary)


def live(connection: Connection) -> list[tuple[Key, int]]:
    return [(Key(tenant, id), updated_ms) for tenant, id, updated_ms in connection.execute(_LIVE).fetchall()]


def older(connection: Connection, than_ms: int) -> list[tuple[Key, int]]:
    rows = connection.execute(_OLDER, (than_ms,)).fetchall()
    return [(Key(tenant, id), updated_ms) for tenant, id, updated_ms in rows]


def feed(connection: Connection, tenant: str, after: int, limit: int) -> tuple[list[FeedItem], set[Key]]:
    """The items, and the conversations that were left out because their rows are damaged."""
    items: list[FeedItem] = []
    damaged: set[Key] = set()
    while len(items) < limit:
        rows = connection.execute(_FEED, (tenant, after, limit - len(items))).fetchall()
        for after, id, *row, previous, secret in rows:
            key = Key(tenant, id)
            try:
                stored = checked(START if row[0] == 1 else previous, name_of(key), secret, row)
            except Damaged:
                damaged.add(key)
            else:
                items.append(FeedItem(after, id, stored))
        if not rows:
            break
    return items, damaged


def feed_tail(connection: Connection, tenant: str) -> int:
    return int(connection.execute(_FEED_TAIL, (tenant,)).fetchone()[0] or 0)


def names(connection: Connection, after: int) -> list[tuple[int, Key]]:
    """Some conversations that are not erased, in the order of their rows and by no other index."""
    rows = connection.execute(_NAMES, (after,))
    return [(rid, Key(tenant, id)) for rid, tenant, id in rows.fetchall()]


def is_sound(connection: Connection, rid: int, key: Key) -> bool:
    """Whether a conversation can be found by its name and read whole."""
    try:
        row = connection.execute(_HEAD, key).fetchone()
        if row is None or row[0] != rid:
            return False
        read(connection, key, 0, None, None)
    except Gone:
        return True
    except (CopilotError, sqlite3.Error, UnicodeDecodeError) as error:
        if is_damage(error):
            return False
        raise
    return True
