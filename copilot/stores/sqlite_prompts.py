"""Every tenant's log of prompt releases in a small SQLite file, which the command line writes as well."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import msgspec

from copilot.core.rollouts import Change, Entry
from copilot.errors import AppendConflict
from copilot.stores.side_file import Layout, SideFile

# Nothing in it is ever changed or taken away: the database itself refuses.
_LAYOUT = Layout(
    what="the log of prompt releases",
    application_id=0x0C0B1109,
    version=1,
    schema=(
        """CREATE TABLE changes(
            tenant TEXT NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, change BLOB NOT NULL,
            PRIMARY KEY(tenant, seq)) WITHOUT ROWID""",
        """CREATE TRIGGER changes_stay BEFORE UPDATE ON changes
            BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END""",
        """CREATE TRIGGER changes_remain BEFORE DELETE ON changes
            BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END""",
    ),
)
_APPEND = """INSERT INTO changes SELECT ?1, ?2, ?3, ?4
    WHERE (SELECT coalesce(max(seq), 0) FROM changes WHERE tenant = ?1) = ?2 - 1 RETURNING seq"""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Change] = msgspec.json.Decoder(Change)


class SqlitePromptLog:
    """A PromptLog in the file `path`. Every question looks into the file: other processes write there too."""

    def __init__(self, path: str | Path) -> None:
        """Opens the file, or makes it. Raises Misconfigured."""
        self._file = SideFile(path, _LAYOUT)

    async def append(self, tenant: str, after: int, change: Change, at_ms: int) -> Entry:
        entry = Entry(after + 1, at_ms, change)
        values = (tenant, entry.seq, at_ms, _encoder.encode(change))
        try:
            done = await asyncio.to_thread(self._file.execute, _APPEND, values)
        except sqlite3.IntegrityError:
            done = []
        if not done:
            tail = self._file.execute("SELECT coalesce(max(seq), 0) FROM changes WHERE tenant = ?", (tenant,))
            raise AppendConflict(tail[0][0])
        return entry

    async def read(self, tenant: str, after: int = 0) -> list[Entry]:
        # Not on a thread: it is asked before each phrase, and nothing is there in nearly all of them.
        rows = self._file.execute(
            "SELECT seq, at_ms, change FROM changes WHERE tenant = ? AND seq > ? ORDER BY seq",
            (tenant, after),
        )
        return [Entry(seq, at_ms, _decoder.decode(change)) for seq, at_ms, change in rows]

    async def close(self) -> None:
        self._file.close()
