"""The log while another process has it: read by who waits to take it over, never written."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from copilot.core.events import StoredEvent
from copilot.ports import Key
from copilot.stores import sqlite_reader
from copilot.stores.sqlite_file import Connect, Connection, connect_to_read, epoch_of, open_reader
from copilot.stores.sqlite_reader import Reader


class SqliteBeside:
    """Reads `path` without the log's lock. Every call raises StoreUnavailable: also where there is no file
    yet, or one of another version. Not to be open in a process that opens the log to write."""

    def __init__(self, path: str | Path, connect: Connect = connect_to_read) -> None:
        self._reader = Reader(partial(open_reader, connect, Path(path)))

    def live(self) -> tuple[str, list[tuple[Key, int]]]:
        """The epoch, and every conversation that is not closed with the time of its last event."""
        return self._reader.answer(_live)

    def read(self, key: Key, after: int) -> list[StoredEvent]:
        """The events past `after` in order. Raises NotFound, Gone, Damaged."""
        return self._reader.answer(sqlite_reader.read, key, after, None, None)

    def close(self) -> None:
        """Leaves the file and its journal as they are, also where no other connection is left."""
        self._reader.stop()


def _live(connection: Connection) -> tuple[str, list[tuple[Key, int]]]:
    return epoch_of(connection), sqlite_reader.live(connection)
