"""A small SQLite file beside the log, which several processes may read and write while the server runs."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from copilot.errors import CopilotError, Misconfigured
from copilot.stores.sqlite_file import connect, create, translate


class Layout(Struct, frozen=True, kw_only=True):
    """What makes a file ours: `what` is said in errors, `application_id` stands in its header, `schema` is of
    `version`. With `NORMAL` a power cut may take back the last commits, and a commit costs no sync."""

    what: str
    application_id: int
    version: int
    schema: tuple[str, ...]
    synchronous: Literal["FULL", "NORMAL"] = "FULL"


class SideFile:
    """One connection, used by one caller at a time."""

    def __init__(self, path: str | Path, layout: Layout) -> None:
        """Opens the file, or makes it. Raises Misconfigured."""
        self._layout = layout
        self._guard = threading.Lock()
        try:
            create(Path(path))
            self._connection = connect(Path(path))
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise Misconfigured(f"{layout.what} cannot be opened: {translate(error).detail}") from error

    def _prepare(self) -> None:
        for pragma in ("journal_mode=WAL", f"synchronous={self._layout.synchronous}", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._migrate()
            self._connection.execute("COMMIT")
        except (sqlite3.Error, CopilotError):
            self._connection.execute("ROLLBACK")
            self._connection.close()
            raise

    def _migrate(self) -> None:
        layout = self._layout
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        if version > layout.version:
            raise Misconfigured(f"{layout.what} is of version {version}, this program knows {layout.version}")
        if version == layout.version and application == layout.application_id:
            return
        if self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise Misconfigured(f"{layout.what} is a database of another program")
        for statement in layout.schema:
            self._connection.execute(statement)
        self._connection.execute(f"PRAGMA user_version={layout.version}")
        self._connection.execute(f"PRAGMA application_id={layout.application_id}")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """One statement, committed when it returns. Raises sqlite3.IntegrityError, StoreUnavailable."""
        try:
            with self._guard:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise translate(error) from error

    def close(self) -> None:
        with self._guard:
            self._connection.close()
