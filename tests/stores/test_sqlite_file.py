"""The file's schema is followed, never edited, and migrates all or nothing."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from copilot.errors import Damaged, Misconfigured, StoreUnavailable
from copilot.stores import sqlite_file
from copilot.stores.sqlite_file import MIGRATIONS, Lock, connect, create, migrate, open_writer, translate

RELEASED = (
    "fc2a1ca3b13c07a323cb778279972e90e00f31259a948cc08daf9aa4da19dd08",
    "90754e80b25a68774e14510812fd20a429cd196b239d98840063c9decd0b5c9b",
)


def test_released_migrations_stay() -> None:
    """A migration that was released is never edited: a change is a new one, with its hash added here."""
    assert tuple(sha256("\n".join(one).encode()).hexdigest() for one in MIGRATIONS) == RELEASED


def test_migrates_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a step of a migration fails the file stays as it was, and a later start succeeds."""
    create(tmp_path / "log.db")
    connection = open_writer(connect, tmp_path / "log.db")
    with monkeypatch.context() as broken:
        broken.setattr(sqlite_file, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE meta(x)",)))
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, 1, "e0")
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    assert migrate(connection, 1, "e1") == "e1"
    connection.close()


def test_migrates_onwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of an older version gets what it lacks and keeps its epoch and its rows."""
    create(tmp_path / "log.db")
    connection = open_writer(connect, tmp_path / "log.db")
    migrate(connection, 1, "e0")
    connection.execute("INSERT INTO feed_floors VALUES ('acme', 3)")
    monkeypatch.setattr(sqlite_file, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE more(x)",)))
    assert migrate(connection, 2, None) == "e0"
    assert connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone() == (
        str(len(MIGRATIONS) + 1),
    )
    assert connection.execute("SELECT position FROM feed_floors").fetchone() == (3,)
    connection.close()


def test_what_a_writer_asks_for(tmp_path: Path) -> None:
    """A connection that writes syncs each commit and overwrites what it deletes."""
    create(tmp_path / "log.db")
    connection = open_writer(connect, tmp_path / "log.db")
    asked = {"synchronous": 2, "secure_delete": 1, "journal_mode": "wal", "wal_autocheckpoint": 0}
    found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked}
    connection.close()
    assert found == asked


def test_a_changed_schema(tmp_path: Path) -> None:
    """A schema that is not the one of its version is refused."""
    create(tmp_path / "log.db")
    connection = open_writer(connect, tmp_path / "log.db")
    migrate(connection, 1, None)
    connection.execute("ANALYZE")
    migrate(connection, 1, None)
    connection.execute("DROP INDEX conversations_live")
    with pytest.raises(Misconfigured, match="schema"):
        migrate(connection, 1, None)
    connection.close()


def test_lock(tmp_path: Path) -> None:
    """A lock is one's own until it is released."""
    one, two = Lock(tmp_path / "log.db"), Lock(tmp_path / "log.db")
    one.take()
    with pytest.raises(Misconfigured):
        two.take()
    one.release()
    two.take()
    two.release()


@pytest.mark.parametrize(
    ("code", "name", "ours"),
    [
        (sqlite3.SQLITE_FULL, "SQLITE_FULL", StoreUnavailable),
        (sqlite3.SQLITE_IOERR | 4 << 8, "SQLITE_IOERR_FSYNC", StoreUnavailable),
        (sqlite3.SQLITE_READONLY, "SQLITE_READONLY", StoreUnavailable),
        (sqlite3.SQLITE_BUSY, "SQLITE_BUSY", StoreUnavailable),
        (sqlite3.SQLITE_CORRUPT | 3 << 8, "SQLITE_CORRUPT_INDEX", Damaged),
        (sqlite3.SQLITE_NOTADB, "SQLITE_NOTADB", Damaged),
    ],
)
def test_errors_are_translated(code: int, name: str, ours: type[Exception]) -> None:
    """An error of the database becomes one of ours, which names its code and nothing that it holds."""
    error = sqlite3.DatabaseError("secret words and /some/path")
    error.sqlite_errorcode, error.sqlite_errorname = code, name
    translated = translate(error)
    assert type(translated) is ours
    assert translated.detail == name
