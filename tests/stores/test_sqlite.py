"""What the SQLite store promises beyond the contract: it keeps, it groups, it is one process's."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from copilot.errors import AppendConflict, Misconfigured, StoreUnavailable
from copilot.ports import Key, Summary
from copilot.stores import sqlite_file
from copilot.stores.sqlite import SqliteStore

from .children import run
from .faults import Faults, Spied
from .samples import KEY, ended, fill, opened, phase, said

START = """
import asyncio, sys
from copilot.stores import sqlite_file
from copilot.stores.sqlite import SqliteStore
asyncio.run(SqliteStore(sys.argv[1]).start())
"""


async def test_restart(tmp_path: Path) -> None:
    """After a restart everything is there, under the same epoch, and goes on where it stood."""
    first = SqliteStore(tmp_path / "log.db")
    await first.start()
    stored = await fill(first, KEY, [opened(), said(), phase()])
    await first.append(KEY, 3, [said()], 5_000, Summary(phase="solving", heat=2))
    pages = await first.page("acme", closed=None, phase=None, min_heat=0, after=None, limit=9)
    epoch, feed = first.epoch, await first.feed("acme", 0, 9)
    await first.stop()

    second = SqliteStore(tmp_path / "log.db")
    await second.start()
    assert second.epoch == epoch
    assert (await second.read(KEY))[:3] == stored
    assert await second.page("acme", closed=None, phase=None, min_heat=0, after=None, limit=9) == pages
    assert await second.feed("acme", 0, 9) == feed
    with pytest.raises(AppendConflict):
        await second.append(KEY, 0, [opened()], 6_000)
    await second.append(KEY, 4, [ended()], 6_000)
    assert await second.feed_tail("acme") == feed[-1].position + 1
    await second.append(Key("acme", "c2"), 0, [opened()], 7_000)
    await second.stop()


async def test_positions_outlive_an_erasure(tmp_path: Path) -> None:
    """After an erasure and a restart no place in the feed is given twice."""
    first = SqliteStore(tmp_path / "log.db")
    await first.start()
    await first.append(KEY, 0, [opened(), phase()], 1)
    tail = await first.feed_tail("acme")
    await first.erase(KEY)
    await first.stop()
    second = SqliteStore(tmp_path / "log.db")
    await second.start()
    assert await second.feed_tail("acme") == tail
    await second.append(Key("acme", "c2"), 0, [phase()], 2)
    assert await second.feed_tail("acme") > tail
    await second.stop()


async def test_epoch_of_a_new_file(tmp_path: Path) -> None:
    """Every file has an epoch of its own, and one handed in is taken for a new file only."""
    epochs = []
    for name, wish in (("a.db", None), ("b.db", None), ("c.db", "e0"), ("c.db", "e1")):
        store = SqliteStore(tmp_path / name, epoch=wish)
        await store.start()
        epochs.append(store.epoch)
        await store.stop()
    assert len({*epochs}) == 3
    assert epochs[2:] == ["e0", "e0"]


async def test_second_process(sqlite: SqliteStore, tmp_path: Path) -> None:
    """A second store on the same file refuses to start, and the first goes on."""
    second = SqliteStore(tmp_path / "log.db")
    with pytest.raises(Misconfigured, match="another process"):
        await second.start()
    child = await asyncio.to_thread(run, START, tmp_path / "log.db")
    assert child.returncode == 1
    assert "another process has the log open" in child.stderr
    assert await sqlite.append(KEY, 0, [opened()], 1)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("PRAGMA user_version=99", "version 99"),
        ("PRAGMA application_id=7", "another program"),
    ],
)
async def test_a_file_that_is_not_ours(tmp_path: Path, statement: str, reason: str) -> None:
    """A file of a newer version or of another program is refused and left as it is."""
    store = SqliteStore(tmp_path / "log.db")
    await store.start()
    await store.stop()
    with sqlite3.connect(tmp_path / "log.db") as connection:
        connection.execute(statement)
    connection.close()
    before = (tmp_path / "log.db").read_bytes()
    with pytest.raises(Misconfigured, match=reason):
        await SqliteStore(tmp_path / "log.db").start()
    assert (tmp_path / "log.db").read_bytes() == before


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """Something else in the file's place is refused and left as it is; a later start is not locked out."""
    (tmp_path / "log.db").write_text("minutes of the meeting\n" * 100)
    for _ in range(2):
        with pytest.raises(Misconfigured, match="SQLITE_NOTADB"):
            await SqliteStore(tmp_path / "log.db").start()
    assert (tmp_path / "log.db").read_text().startswith("minutes")


async def test_for_its_owner_only(sqlite: SqliteStore, tmp_path: Path) -> None:
    """Nobody but the owner may open the file and what lies beside it."""
    await sqlite.append(KEY, 0, [opened()], 1)
    for name in ("log.db", "log.db-wal", "log.db-shm", "log.db.lock"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


async def test_stop_writes_what_is_queued(tmp_path: Path) -> None:
    """What was handed in before the stop is on disk after it, and what comes later is refused."""
    store = SqliteStore(tmp_path / "log.db")
    await store.start()
    queued = [store.append(KEY, n, [said()], n) for n in range(600)]
    await store.stop()
    assert len(await asyncio.gather(*queued)) == 600
    for call in (store.append(KEY, 600, [said()], 1), store.read(KEY), store.erase(KEY)):
        with pytest.raises(StoreUnavailable):
            await call
    assert not (tmp_path / "log.db-wal").exists()


async def test_group_commit(tmp_path: Path) -> None:
    """Appends that are queued together share a commit, and a refused one does not harm the others."""
    free, statements = threading.Event(), list[str]()
    free.set()

    def connect(path: Path) -> Spied:
        def before(_: str) -> None:
            free.wait()

        return Spied(sqlite_file.connect(path), before, statements.append)

    store = SqliteStore(tmp_path / "log.db", connect=connect)
    await store.start()
    await store.append(Key("acme", "c3"), 0, [opened()], 1)
    statements.clear()
    free.clear()
    queued = [store.append(Key("acme", f"c{n}"), 0, [opened()], 1) for n in range(100)]
    free.set()
    results = await asyncio.gather(*queued, return_exceptions=True)
    assert [n for n, result in enumerate(results) if isinstance(result, AppendConflict)] == [3]
    assert sum(isinstance(result, list) for result in results) == 99
    assert statements.count("COMMIT") < 5
    await store.stop()


async def test_no_look_into_the_file(tmp_path: Path) -> None:
    """An append to a conversation that the writer knows needs no question to the database."""
    faults = Faults()
    store = SqliteStore(tmp_path / "log.db", connect=faults.connect)
    await store.start()
    await store.append(KEY, 0, [opened()], 1)
    faults.statements.clear()
    await store.append(KEY, 1, [said()], 2)
    assert not [sql for sql in faults.statements if "SELECT" in sql]
    await store.stop()


async def test_only_so_many_heads_are_remembered(tmp_path: Path) -> None:
    """Where a conversation stands is looked up again when more were written since than are remembered."""
    faults = Faults()
    store = SqliteStore(tmp_path / "log.db", connect=faults.connect, heads=2)
    await store.start()
    for n in range(3):
        await store.append(Key("acme", f"c{n}"), 0, [opened()], 1)
    faults.statements.clear()
    await store.append(Key("acme", "c2"), 1, [said()], 2)
    assert not [sql for sql in faults.statements if "SELECT" in sql]
    await store.append(Key("acme", "c0"), 1, [said()], 2)
    assert [sql for sql in faults.statements if "SELECT" in sql]
    with pytest.raises(AppendConflict):
        await store.append(Key("acme", "c0"), 1, [said()], 3)
    await store.stop()


async def test_write_ahead_log_is_bounded(sqlite: SqliteStore, tmp_path: Path) -> None:
    """The write-ahead log does not grow with the log."""
    sizes = []
    for n in range(30):
        key = Key("acme", f"c{n}")
        await asyncio.gather(*(sqlite.append(key, seq, [said("x" * 2_000)], 1) for seq in range(200)))
        sizes.append((tmp_path / "log.db-wal").stat().st_size)
    assert max(sizes) < 8 * 1024 * 1024 < (tmp_path / "log.db").stat().st_size


async def test_another_tool_reads_along(sqlite: SqliteStore, tmp_path: Path) -> None:
    """A long reader (a backup) keeps neither appends nor reads from going on."""
    await fill(sqlite, KEY, [opened(), said()])
    other = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    other.execute("BEGIN")
    assert other.execute("SELECT count(*) FROM events").fetchone() == (2,)
    await asyncio.gather(*(sqlite.append(KEY, n, [said()], n) for n in range(2, 1_200)))
    assert len(await sqlite.read(KEY)) == 1_200
    assert other.execute("SELECT count(*) FROM events").fetchone() == (2,)
    other.close()
