"""The one writer of the SQLite log: a thread that commits whatever is queued as one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any

import msgspec

from copilot.core.events import StoredEvent
from copilot.errors import AppendConflict, CopilotError, Damaged, Gone, StoreUnavailable
from copilot.ports import Key, Summary
from copilot.stores.chain import START, link, name_of
from copilot.stores.sealing import new_secret, seal
from copilot.stores.sqlite_erasing import take_out
from copilot.stores.sqlite_file import Connection, is_damage, translate
from copilot.stores.sqlite_reader import check_end

MAX_BATCH = 512
CHECKPOINT_ROWS = 1_000
MAX_WAL_PAGES = 16_384  # past this (64 MiB) readers are waited for
FEED_TYPES = frozenset({"phase", "closed"})

_HEAD = """SELECT rid, tail, chain, erased_ms, secret, closed FROM conversations
    LEFT JOIN secrets ON conversation = rid WHERE tenant = ? AND id = ?"""
_LAST = """SELECT seq, at_ms, type, audience, payload, checksum FROM events
    WHERE conversation = ? AND seq >= ? ORDER BY seq LIMIT 3"""
_EVENT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SECRET = "INSERT INTO secrets VALUES (?, ?)"
_FEED = "INSERT INTO feed VALUES (?, ?, ?, ?)"
_OPEN = """INSERT INTO conversations(rid, tenant, id, opened_ms, updated_ms, tail, chain, channel, phase,
    heat, heard, agent_id, marks, closed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_MOVE = "UPDATE conversations SET updated_ms = ?, tail = ?, chain = ? WHERE rid = ?"
# `closed` only where it changes: setting it rewrites an index.
_SUMMARY = """UPDATE conversations SET updated_ms = ?, tail = ?, chain = ?,
    channel = ?, phase = ?, heat = ?, heard = ?, agent_id = ?, marks = ? WHERE rid = ?"""
_CLOSED = "UPDATE conversations SET closed = ? WHERE rid = ?"
Outcome = tuple["asyncio.Future[Any]", Any]


class Append:
    """An append in the queue, its events numbered and encoded already."""

    __slots__ = ("after", "at_ms", "future", "key", "name", "stored", "summary")

    def __init__(
        self, key: Key, after: int, stored: list[StoredEvent], at_ms: int, summary: Summary | None
    ) -> None:
        self.key = key
        self.name = name_of(key)
        self.after = after
        self.stored = stored
        self.at_ms = at_ms
        self.summary = summary
        self.future: asyncio.Future[list[StoredEvent]] = asyncio.get_running_loop().create_future()


class Erase:
    __slots__ = ("at_ms", "future", "key")

    def __init__(self, key: Key, at_ms: int) -> None:
        self.key = key
        self.at_ms = at_ms
        self.future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()


class _Head:
    """What the writer knows of a conversation, so that an append needs no look into the file."""

    __slots__ = ("chain", "closed", "opened_ms", "rid", "secret", "summary", "tail", "updated_ms")

    def __init__(self, rid: int, secret: bytes, tail: int, chain: bytes, closed: bool) -> None:
        self.rid = rid
        self.secret = secret
        self.tail = tail
        self.chain = chain
        self.closed = closed
        self.opened_ms: int | None = None  # set: the row is not in the file yet
        self.updated_ms = 0
        self.summary: Summary | None = None  # set: to be written


class _Batch:
    """The rows of one transaction."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.feed: list[tuple[str, int, int, int]] = []
        self.heads: dict[Key, _Head] = {}
        self.outcomes: list[Outcome] = []


class _CommitFailed(Exception):
    """Nobody knows what is on disk: nothing of it may be tried again or acknowledged."""


class Writer:
    """Takes appends and erasures in order; knows so many heads. `open` is called after each failure."""

    def __init__(
        self,
        open: Callable[[], Connection],
        loop: asyncio.AbstractEventLoop,
        quarantined: set[Key],
        heads: int,
    ) -> None:
        self._open, self._loop, self._most_heads = open, loop, heads
        self._quarantined = quarantined
        self._queue: SimpleQueue[Append | Erase | None] = SimpleQueue()
        self._connection: Connection | None = None
        self._heads: dict[Key, _Head] = {}
        self._rids: Iterator[int] = iter(())
        self._position = 0
        self._uncheckpointed = 0
        self._unscrubbed = False
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)

    def start(self) -> None:
        """Opens the file. Raises what the database raises."""
        self._ready()
        self._thread.start()

    def submit(self, job: Append | Erase) -> None:
        self._queue.put(job)

    def stop(self) -> None:
        """Writes what is queued, and ends."""
        self._queue.put(None)
        self._thread.join()

    # --- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        following: Append | Erase | None = None
        while job := following or self._next():
            following = None
            if isinstance(job, Erase):
                self._wake([self._erase(job)])
                continue
            batch, following = self._gather(job)
            self._wake(self._commit(batch))
            self._checkpoint()
        self._end()

    def _next(self) -> Append | Erase | None:
        while self._unscrubbed:
            try:
                return self._queue.get(timeout=1.0)
            except Empty:
                self._scrub()
        return self._queue.get()

    def _gather(self, first: Append) -> tuple[list[Append], Append | Erase | None]:
        """What is queued up to the next erasure, and that erasure."""
        batch = [first]
        try:
            while len(batch) < MAX_BATCH:
                job = self._queue.get_nowait()
                if job is None:
                    self._queue.put(None)
                    break
                if isinstance(job, Erase):
                    return batch, job
                batch.append(job)
        except Empty:
            pass
        return batch, None

    def _wake(self, outcomes: list[Outcome]) -> None:
        """Tells all callers of a batch with one wake-up of the loop."""
        try:
            self._loop.call_soon_threadsafe(_settle, outcomes)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    def _ready(self) -> Connection:
        if self._connection is None:
            connection = self._connection = self._open()
            rid = connection.execute("SELECT max(rid) FROM conversations").fetchone()[0] or 0
            self._rids = count(rid + 1)
            for table in ("feed", "feed_floors"):
                position = connection.execute(f"SELECT max(position) FROM {table}").fetchone()[0] or 0
                self._position = max(self._position, position)
        return self._connection

    def _drop(self) -> None:
        """After a failure nothing that was known holds: the connection and all heads go."""
        self._heads.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    # --- appends ----------------------------------------------------------------------------------

    def _commit(self, jobs: list[Append]) -> list[Outcome]:
        try:
            return self._transact(jobs)
        except _CommitFailed as error:
            self._drop()
            return [(job.future, StoreUnavailable(str(error))) for job in jobs]
        except Exception as error:
            self._drop()
            if len(jobs) > 1 and not _hits_all(error):
                # One of them does not fit the file. Nothing was written: each goes alone.
                return [outcome for job in jobs for outcome in self._commit([job])]
            if is_damage(error):
                self._quarantined.update(job.key for job in jobs)
            return [(job.future, translate(error)) for job in jobs]

    def _transact(self, jobs: list[Append]) -> list[Outcome]:
        connection = self._ready()
        connection.execute("BEGIN IMMEDIATE")
        batch = _Batch()
        for job in jobs:
            try:
                self._plan(job, batch)
            except CopilotError as refusal:
                # Without its trace, whose frames hold the batch, and so the refusal itself.
                batch.outcomes.append((job.future, refusal.with_traceback(None)))
            else:
                batch.outcomes.append((job.future, job.stored))
        self._write(connection, batch)
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise _CommitFailed(getattr(error, "sqlite_errorname", "commit failed")) from error
        self._uncheckpointed += len(batch.events) + len(batch.heads)
        while len(self._heads) > self._most_heads:
            del self._heads[next(iter(self._heads))]
        return batch.outcomes

    def _plan(self, job: Append, batch: _Batch) -> None:
        """Judges an append by the head of its conversation, and adds its rows to the batch."""
        if job.key in self._quarantined:
            raise Damaged()
        head = self._heads.pop(job.key, None) or self._load(job.key, job.name)
        tail = head.tail if head else 0
        if head:
            self._heads[job.key] = head
        if tail != job.after:
            raise AppendConflict(tail)
        if not job.stored:
            return
        if head is None:
            head = _Head(next(self._rids), new_secret(), 0, START, False)
            head.opened_ms = job.at_ms
            head.summary = Summary()
        self._heads[job.key] = batch.heads[job.key] = head
        for one in job.stored:
            head.chain = link(head.chain, job.name, one)
            position = None
            if one.type in FEED_TYPES and one.audience == "public":
                self._position = position = self._position + 1
                batch.feed.append((job.key.tenant, position, head.rid, one.seq))
            sealed = seal(head.secret, one.seq, one.payload)
            batch.events.append(
                (head.rid, one.seq, one.at_ms, one.type, one.audience, sealed, head.chain, position)
            )
        head.tail = job.stored[-1].seq
        head.updated_ms = job.at_ms
        head.summary = job.summary or head.summary

    def _load(self, key: Key, name: bytes) -> _Head | None:
        """Reads a head and holds it against the last rows. Raises Gone, Damaged."""
        connection = self._ready()
        row = connection.execute(_HEAD, key).fetchone()
        if row is None:
            return None
        rid, tail, chain, erased_ms, secret, closed = row
        if erased_ms is not None:
            raise Gone()
        rows = connection.execute(_LAST, (rid, tail - 1)).fetchall()
        try:
            check_end(rows, name, secret, (tail, chain))
        except Damaged:
            self._quarantined.add(key)
            raise
        return _Head(rid, secret, tail, chain, bool(closed))

    def _write(self, connection: Connection, batch: _Batch) -> None:
        opened, secrets, moved, summed, closed = [], [], [], [], []
        for key, head in batch.heads.items():
            summary, head.summary = head.summary, None
            state = (head.updated_ms, head.tail, head.chain)
            if summary is None:
                moved.append((*state, head.rid))
                continue
            marks = msgspec.json.encode(summary.marks)
            shown = (summary.channel, summary.phase, summary.heat, summary.heard, summary.agent_id, marks)
            if head.opened_ms is not None:
                opened.append((head.rid, *key, head.opened_ms, *state, *shown, summary.closed))
                secrets.append((head.rid, head.secret))
                head.opened_ms = None
            else:
                summed.append((*state, *shown, head.rid))
                if head.closed != summary.closed:
                    closed.append((summary.closed, head.rid))
            head.closed = summary.closed
        for sql, rows in (
            (_OPEN, opened),
            (_SECRET, secrets),
            (_MOVE, moved),
            (_SUMMARY, summed),
            (_CLOSED, closed),
            (_EVENT, batch.events),
            (_FEED, batch.feed),
        ):
            if rows:
                connection.executemany(sql, rows)

    # --- erasure and the write-ahead log ----------------------------------------------------------

    def _erase(self, job: Erase) -> Outcome:
        try:
            found = self._tombstone(job)
        except Exception as error:
            self._drop()
            return job.future, translate(error)
        if found:
            self._heads.pop(job.key, None)
            self._quarantined.discard(job.key)
            self._unscrubbed = True
            self._scrub()
        return job.future, found

    def _tombstone(self, job: Erase) -> bool:
        connection = self._ready()
        row = connection.execute(_HEAD, job.key).fetchone()
        if row is None or row[3] is not None:
            return False
        connection.execute("BEGIN IMMEDIATE")
        take_out(connection, row[0], job.key.tenant, job.at_ms)
        connection.execute("COMMIT")
        return True

    def _scrub(self) -> None:
        """Empties the write-ahead log, which still holds what was erased; a reader may make it wait."""
        try:
            busy = self._ready().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error:
            self._drop()
            return
        self._unscrubbed = bool(busy)

    def _checkpoint(self) -> None:
        """Keeps the write-ahead log short. It comes after the acknowledgement: nobody waits for it."""
        if self._uncheckpointed < CHECKPOINT_ROWS:
            return
        self._uncheckpointed = 0
        try:
            connection = self._ready()
            _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if pages > MAX_WAL_PAGES and moved < pages:
                connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        except sqlite3.Error:
            self._drop()

    def _end(self) -> None:
        with suppress(sqlite3.Error, CopilotError):
            self._ready().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._drop()


def _hits_all(error: Exception) -> bool:
    """Whether it is the file's or the disk's failure rather than that of one append."""
    known = isinstance(error, (sqlite3.Error, CopilotError))
    return known and isinstance(translate(error), StoreUnavailable)


def _settle(outcomes: list[Outcome]) -> None:
    for future, outcome in outcomes:
        if future.done():  # its caller gave up waiting
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
