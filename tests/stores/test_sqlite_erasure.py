"""What was erased from the SQLite log is nowhere in its files."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from copilot.core.types import Phase
from copilot.ports import Key, Summary
from copilot.stores.sqlite import SqliteStore
from copilot.stores.sqlite_file import connect

from .samples import opened, phase, said


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("log.db*")))


def _secrets(folder: Path) -> dict[str, bytes]:
    with closing(sqlite3.connect(folder / "log.db")) as connection:
        return dict(
            connection.execute("SELECT id, secret FROM secrets JOIN conversations ON rid = conversation")
        )


async def _talk(store: SqliteStore, key: Key, sizes: list[int]) -> None:
    now: Phase = "solving"
    summary = Summary(agent_id=f"agent of {key.id}", phase=now)
    await store.append(key, 0, [opened()], 1, summary)
    for seq, size in enumerate(sizes, 1):
        event = said(f"canary of {key.id} " + "x" * size) if size else phase(now)
        await store.append(key, seq, [event], seq, summary)


async def test_no_bytes_remain(tmp_path: Path) -> None:
    """After an erasure no byte of it is in any file, however pages were split and moved before."""
    chance = random.Random(3)
    store = SqliteStore(tmp_path / "log.db", lambda: 77)
    await store.start()
    keys = [Key("acme", f"<{n}>") for n in range(40)]
    lengths = [[chance.choice((0, 20, 300, 3_000, 9_000)) for _ in range(30)] for _ in keys]
    await asyncio.gather(*(_talk(store, key, sizes) for key, sizes in zip(keys, lengths, strict=True)))
    payloads = {key: [one.payload for one in await store.read(key)] for key in keys}
    secrets = _secrets(tmp_path)
    before = _bytes(tmp_path)
    assert all(secret in before for secret in secrets.values())
    erased = chance.sample(keys, 25)
    for key in erased:
        assert await store.erase(key)
    left = _bytes(tmp_path)
    assert b"canary" not in left
    for key in keys:
        there = [secrets[key.id] in left, f"agent of {key.id}".encode() in left]
        assert there == [key not in erased] * 2
        if key not in erased:
            assert [one.payload for one in await store.read(key)] == payloads[key]
    await store.stop()
    connection = sqlite3.connect(tmp_path / "log.db")
    tombstone = connection.execute("SELECT * FROM conversations WHERE id = ?", (erased[0].id,)).fetchone()
    assert [value for value in tombstone[1:] if value is not None] == ["acme", erased[0].id, 0, b"", 1, 77]
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


async def test_a_reader_in_the_way(tmp_path: Path) -> None:
    """When somebody else still reads the old state, the bytes go as soon as they let go."""
    store = SqliteStore(tmp_path / "log.db", connect=partial(connect, busy_ms=20))
    await store.start()
    key = Key("acme", "<1>")
    await _talk(store, key, [20, 20])
    secret = _secrets(tmp_path)[key.id]
    other = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM events").fetchone()
    assert await store.erase(key)
    assert secret in _bytes(tmp_path)
    other.close()
    for _ in range(600):
        await asyncio.sleep(0.05)
        if secret not in _bytes(tmp_path):
            break
    else:
        pytest.fail("the bytes stayed")
    await store.stop()
