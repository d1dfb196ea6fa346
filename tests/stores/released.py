"""A small log of each version of the schema, as SQL text: what an upgrade has to open.

`python -m tests.stores.released` writes the file of the newest version anew. One that was released is never
written again.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from copilot.ports import Key, Summary
from copilot.stores.sqlite import SqliteStore
from copilot.stores.sqlite_file import APPLICATION_ID, MIGRATIONS
from tests.stores.samples import ended, opened, phase, said

FOLDER = Path(__file__).parent / "versions"
KEPT = (Key("acme", "c1"), Key("acme", "c2"), Key("umbra", "c1"))
ERASED = Key("acme", "gone")


def restored(version: int, path: Path) -> None:
    """Makes the database of a version out of its text, in the journal mode that the store keeps it in."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FOLDER / f"v{version}.sql").read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode=WAL")


async def written(path: Path) -> None:
    """The conversations that every version's log holds: two that are open, one closed, one erased."""
    store = SqliteStore(path, lambda: 9_000, epoch="e1")
    await store.start()
    for key in (*KEPT, ERASED):
        summary = Summary(phase="solving", heat=1, agent_id="a1")
        await store.append(key, 0, [opened(), said(f"It leaks, says {key.id} of {key.tenant}")], 1, summary)
        await store.append(key, 2, [phase()], 2, summary)
    await store.append(KEPT[1], 3, [ended()], 3, Summary(phase="closing", closed=True))
    await store.erase(ERASED)
    await store.stop()


def as_text(path: Path, version: int) -> str:
    with closing(sqlite3.connect(path)) as connection:
        lines = list(connection.iterdump())
    return "\n".join(
        (f"PRAGMA user_version={version};", f"PRAGMA application_id={APPLICATION_ID};", *lines, "")
    )


def _main() -> None:
    version = len(MIGRATIONS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.db"
        asyncio.run(written(path))
        (FOLDER / f"v{version}.sql").write_text(as_text(path, version), encoding="utf-8")


if __name__ == "__main__":
    _main()
