"""When the disk fails nothing is acknowledged, reads go on, and it recovers by itself."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from copilot.errors import AppendConflict, StoreUnavailable
from copilot.ports import Key
from copilot.stores import sqlite_file
from copilot.stores.sqlite import SqliteStore

from .children import run
from .faults import Faults, Spied
from .samples import KEY, opened, phase, said


@pytest.mark.parametrize("at", ["COMMIT", "BEGIN IMMEDIATE", "INSERT INTO events", "INSERT INTO conver"])
async def test_failed_write(tmp_path: Path, at: str) -> None:
    """When a write fails its whole group fails, the file is opened anew, and the next append succeeds."""
    faults = Faults()
    store = SqliteStore(tmp_path / "log.db", connect=faults.connect)
    await store.start()
    keys = [Key("acme", f"c{n}") for n in range(5)]
    await store.append(KEY, 0, [opened()], 1)
    connections = faults.opened
    faults.fail(at)
    group = [store.append(key, 0, [opened(), phase()], 1) for key in keys[2:]]
    ahead = store.append(keys[2], 2, [said()], 2)
    results = await asyncio.gather(*group, ahead, return_exceptions=True)
    assert all(isinstance(result, StoreUnavailable) for result in results)
    assert len(await store.read(KEY)) == 1
    for key in keys[2:]:
        assert await store.append(key, 0, [opened()], 3)
    assert faults.opened > connections
    assert [len(await store.read(key)) for key in keys[2:]] == [1, 1, 1]
    await store.stop()


async def test_one_that_the_file_cannot_take(tmp_path: Path) -> None:
    """An append whose values the database cannot hold fails alone, and not its group."""
    store = SqliteStore(tmp_path / "log.db")
    await store.start()
    keys = [Key("acme", f"c{n}") for n in range(9)]
    times = [2**63 if n == 4 else n for n in range(9)]
    group = [store.append(key, 0, [opened()], at_ms) for key, at_ms in zip(keys, times, strict=True)]
    results = await asyncio.gather(*group, return_exceptions=True)
    assert [n for n, result in enumerate(results) if isinstance(result, StoreUnavailable)] == [4]
    assert [await store.tail(key) for key in keys] == [1, 1, 1, 1, 0, 1, 1, 1, 1]
    await store.stop()


async def test_a_failed_commit_is_not_tried_again(tmp_path: Path) -> None:
    """After a failed commit the connection is given up before any other statement."""
    faults = Faults()
    store = SqliteStore(tmp_path / "log.db", connect=faults.connect)
    await store.start()
    await store.append(KEY, 0, [opened()], 1)
    faults.statements.clear()
    faults.fail("COMMIT")
    with pytest.raises(StoreUnavailable):
        await store.append(KEY, 1, [said()], 2)
    with pytest.raises(AppendConflict):  # what was folded ahead of it finds the old tail
        await store.append(KEY, 2, [said()], 2)
    after = faults.statements[faults.statements.index("BEGIN IMMEDIATE") :]
    reopened = next(n for n, sql in enumerate(after) if "journal_mode" in sql)
    assert [sql for sql in after[:reopened] if sql in {"COMMIT", "ROLLBACK"}] == []
    assert await store.append(KEY, 1, [said()], 2)
    await store.stop()


async def test_reads_go_on(tmp_path: Path) -> None:
    """While nothing can be written, everything can be read."""
    faults = Faults()
    store = SqliteStore(tmp_path / "log.db", connect=faults.connect)
    await store.start()
    await store.append(KEY, 0, [opened(), phase()], 1)
    faults.fail("BEGIN IMMEDIATE", times=3)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await store.append(KEY, 2, [said()], 2)
        assert len(await store.read(KEY)) == 2
        assert len(await store.feed("acme", 0, 9)) == 1
    assert await store.append(KEY, 2, [said()], 2)
    await store.stop()


async def test_acknowledged_after_the_commit(tmp_path: Path) -> None:
    """No append is acknowledged before the commit that covers it has returned."""
    order: list[str] = []

    def connect(path: Path) -> Spied:
        return Spied(sqlite_file.connect(path), lambda sql: None, order.append)

    store = SqliteStore(tmp_path / "log.db", connect=connect)
    await store.start()

    async def talk(n: int) -> None:
        for seq in range(30):
            await store.append(Key("acme", f"c{n}"), seq, [said()], seq)
            order.append("acknowledged")

    await asyncio.gather(*(talk(n) for n in range(5)))
    await store.stop()
    written = covered = acknowledged = 0
    for entry in order:
        if "INSERT INTO events" in entry:
            written += 1
        elif entry == "COMMIT":
            covered = written
        elif entry == "acknowledged":
            acknowledged += 1
            assert acknowledged <= covered
    assert acknowledged == 150


async def test_locked_by_another(tmp_path: Path) -> None:
    """While another tool holds the write lock appends are refused in time, and succeed when it lets go."""
    store = SqliteStore(tmp_path / "log.db", connect=partial(sqlite_file.connect, busy_ms=50))
    await store.start()
    await store.append(KEY, 0, [opened()], 1)
    other = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="SQLITE_BUSY"):
        await store.append(KEY, 1, [said()], 2)
    assert len(await store.read(KEY)) == 1
    other.execute("ROLLBACK")
    other.close()
    assert await store.append(KEY, 1, [said()], 2)
    await store.stop()


async def test_replaced_under_way(tmp_path: Path) -> None:
    """When the file is opened anew and is another one, or gone, nothing is written to it."""
    faults = Faults()
    store = SqliteStore(tmp_path / "log.db", connect=faults.connect)
    await store.start()
    await store.append(KEY, 0, [opened()], 1)
    for name in ("log.db-wal", "log.db-shm", "log.db"):
        (tmp_path / name).rename(tmp_path / f"away-{name}")
    faults.fail("COMMIT")
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await store.append(KEY, 1, [said()], 2)
    assert not (tmp_path / "log.db").exists()
    other = SqliteStore(tmp_path / "other.db")
    await other.start()
    await other.stop()
    shutil.copy(tmp_path / "other.db", tmp_path / "log.db")
    with pytest.raises(StoreUnavailable, match="replaced"):
        await store.append(KEY, 1, [said()], 2)
    await store.stop()


FULL = """
import asyncio, json, resource, signal, sys
from copilot.errors import StoreUnavailable
from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore
from tests.stores.samples import opened, said

async def main():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = SqliteStore(sys.argv[1])
    await store.start()
    key, acked, refused = Key("acme", "c1"), 0, 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    for _ in range(400):
        try:
            acked += len(await store.append(key, acked, [said("x" * 3_000)], 1))
        except StoreUnavailable:
            refused += 1
            assert len(await store.read(key)) == acked, "reads go on, and show what was acknowledged"
            if refused == 20:
                break
    full_at = acked
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for _ in range(20):
        acked += len(await store.append(key, acked, [said()], 1))
    length = len(await store.read(key))
    await store.stop()
    print(json.dumps({"full_at": full_at, "refused": refused, "acked": acked, "length": length}))

asyncio.run(main())
"""


async def test_disk_full(tmp_path: Path) -> None:
    """On a full disk appends are refused, reads go on, and it recovers without a restart."""
    child = await asyncio.to_thread(run, FULL, tmp_path / "log.db")
    assert child.returncode == 0, child.stderr
    told = json.loads(child.stdout)
    assert told["refused"] == 20
    assert told["full_at"] > 10
    assert told["acked"] == told["length"] == told["full_at"] + 20
    store = SqliteStore(tmp_path / "log.db")
    await store.start()
    assert len(await store.read(KEY)) == told["acked"]
    await store.stop()
