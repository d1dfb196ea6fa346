"""The SQLite file of the log: how it is opened, its schema and migrations, and what its errors mean."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from copilot.errors import CopilotError, Damaged, Misconfigured, StoreUnavailable, Taken

APPLICATION_ID = 0x0C0B1107  # in the file's header: another program's database is not taken for ours
BUSY_MS = 2_000
JOURNAL_LIMIT = 16 * 1024 * 1024

# Released migrations are followed, never edited: a change of the schema is a new entry at the end.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID""",
        # `chain` is the checksum of the last event and `tail` its seq: a history cut short fits neither.
        # An erased conversation keeps its name and `erased_ms`.
        """CREATE TABLE conversations(
            rid INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL,
            opened_ms INTEGER, updated_ms INTEGER, tail INTEGER NOT NULL, chain BLOB NOT NULL,
            channel TEXT, phase TEXT, heat INTEGER, heard INTEGER, agent_id TEXT,
            closed INTEGER NOT NULL, erased_ms INTEGER, UNIQUE(tenant, id))""",
        """CREATE INDEX conversations_by_opening ON conversations(tenant, opened_ms)
            WHERE erased_ms IS NULL""",
        """CREATE INDEX conversations_live ON conversations(closed)
            WHERE closed = 0 AND erased_ms IS NULL""",
        # In order of arrival, so that a commit of many conversations writes few pages: half the work of
        # a table that is clustered by conversation.
        """CREATE TABLE events(
            conversation INTEGER NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL,
            type TEXT NOT NULL, audience TEXT NOT NULL, payload BLOB NOT NULL, checksum BLOB NOT NULL,
            position INTEGER, UNIQUE(conversation, seq))""",
        # Rows come at the end, are of one size and never go: what is overwritten here leaves no copy.
        """CREATE TABLE secrets(conversation INTEGER PRIMARY KEY, secret BLOB NOT NULL)""",
        """CREATE TABLE feed(
            tenant TEXT NOT NULL, position INTEGER NOT NULL,
            conversation INTEGER NOT NULL, seq INTEGER NOT NULL,
            PRIMARY KEY(tenant, position)) WITHOUT ROWID""",
        # How far a tenant's feed had come when something was erased from it: positions never come back.
        """CREATE TABLE feed_floors(tenant TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID""",
    ),
    # What a supervisor looks for, as JSON; NULL where it was never written, and of an erased one.
    ("""ALTER TABLE conversations ADD COLUMN marks BLOB""",),
)


class Cursor(Protocol):
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Any: ...


class Connection(Protocol):
    """The part of sqlite3.Connection that the store uses, in autocommit mode."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor: ...
    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Cursor: ...
    def close(self) -> None: ...


Connect = Callable[[Path], Connection]


def connect(path: Path, busy_ms: int = BUSY_MS) -> Connection:
    """Opens a file that exists: after a failure a deleted one must not come back empty.

    `busy_ms` is how long it waits for another tool's lock.
    """
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=busy_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
    )


def connect_to_read(path: Path, busy_ms: int = BUSY_MS) -> Connection:
    """Opens a file that another process writes. It can change nothing: the last connection to a file that may
    write to it would write its journal back when it is closed, and delete it."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=busy_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
    )


def open_writer(connect: Connect, path: Path) -> Connection:
    """A connection that writes: what COMMIT has returned for is on disk."""
    connection = connect(path)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        f"journal_size_limit={JOURNAL_LIMIT}",
        "wal_autocheckpoint=0",  # the writer does it after it has acknowledged
        "cell_size_check=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def open_reader(connect: Connect, path: Path) -> Connection:
    connection = connect(path)
    for pragma in ("query_only=ON", "cell_size_check=ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def create(path: Path) -> None:
    """Makes the file, for its owner only, before SQLite would make one for everybody."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def migrate(connection: Connection, now_ms: int, epoch: str | None) -> str:
    """Brings the schema up to ours, all or nothing, and returns the epoch. Raises Misconfigured."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _migrate(connection, now_ms, epoch)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return found


def _migrate(connection: Connection, now_ms: int, epoch: str | None) -> str:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if version > len(MIGRATIONS):
        raise Misconfigured(f"the log is of version {version}, this program knows {len(MIGRATIONS)}")
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if application != APPLICATION_ID and not empty:
        raise Misconfigured("the file is a database of another program")
    if version < len(MIGRATIONS):
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS)}")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING",
            [("epoch", epoch or uuid.uuid4().hex[:12]), ("created_ms", str(now_ms))],
        )
        connection.execute(
            "INSERT INTO meta VALUES ('version', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (str(len(MIGRATIONS)),),
        )
    if _schema(connection) != _schema_of_ours():
        raise Misconfigured("the schema of the log is not the one of its version")
    return epoch_of(connection)


def _schema(connection: Connection) -> list[Any]:
    return connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name"
    ).fetchall()


def _schema_of_ours() -> list[Any]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statements in MIGRATIONS:
            for statement in statements:
                connection.execute(statement)
        return _schema(connection)


def epoch_of(connection: Connection) -> str:
    row = connection.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
    if row is None:
        raise Misconfigured("the log has no epoch")
    return str(row[0])


class Lock:
    """One process to a file. The system releases it when the process dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            raise Taken("another process has the log open") from error
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def is_damage(error: BaseException) -> bool:
    """Whether an error says that what is in the file is wrong, rather than that it cannot be reached."""
    if isinstance(error, (Damaged, sqlite3.IntegrityError, UnicodeDecodeError)):
        return True
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # of Python's own: a text that is no UTF-8
        return isinstance(error, sqlite3.OperationalError) and "decode" in str(error)
    return (code & 0xFF) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def translate(error: BaseException) -> CopilotError:
    """An error of the database as one of ours; its text names the code and never a path or a value."""
    if isinstance(error, CopilotError):
        return error
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    if is_damage(error):
        return Damaged(name)
    return StoreUnavailable(name)
