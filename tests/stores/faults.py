"""Connections that fail or tell on demand, handed to the store in place of sqlite3's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from copilot.stores.sqlite_file import Connection, connect


class Spied:
    """A connection that hands each statement to `before` first, and to `done` when it has succeeded,
    once for each row."""

    def __init__(self, connection: Connection, before: Callable[[str], None], done: Callable[[str], None]):
        self._connection = connection
        self._before = before
        self._done = done

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any:
        self._before(sql)
        cursor = self._connection.execute(sql, parameters)
        self._done(sql)
        return cursor

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Any:
        self._before(sql)
        many = list(rows)
        cursor = self._connection.executemany(sql, many)
        for _ in many:
            self._done(sql)
        return cursor

    def close(self) -> None:
        self._connection.close()


class Faults:
    """Connects; then lets statements that contain `at` fail, `times` times."""

    def __init__(self) -> None:
        self.at = ""
        self.times = 0
        self.opened = 0
        self.statements: list[str] = []

    def connect(self, path: Path) -> Connection:
        self.opened += 1
        return Spied(connect(path), self._before, self.statements.append)

    def fail(self, at: str, times: int = 1) -> None:
        self.at, self.times = at, times

    def _before(self, sql: str) -> None:
        if self.times and self.at in sql:
            self.times -= 1
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_IOERR, "SQLITE_IOERR"
            raise error
