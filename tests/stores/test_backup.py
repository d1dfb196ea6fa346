"""A back-up is taken while the log is written, and what is restored is whole and under another epoch."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from copilot.core.types import Opening
from copilot.errors import Misconfigured
from copilot.ports import Key
from copilot.readers import Reset
from copilot.stores.backup import back_up, restore
from copilot.stores.sqlite import SqliteStore
from tests.fakes.parts import Bench
from tests.fakes.talk import KEY as TOLD
from tests.fakes.talk import everything, say

from .samples import KEY, opened, said

LOG = "conversations.sqlite"


async def test_a_back_up_while_writing(tmp_path: Path) -> None:
    """It holds whole appends up to some moment, and a restored store goes on from there."""
    store = SqliteStore(tmp_path / "data" / LOG)
    await store.start()
    acked, written = 0, asyncio.Semaphore(0)

    async def write() -> None:
        nonlocal acked
        while True:
            acked += len(await store.append(KEY, acked, [said("x" * 300), said("y")], 1))
            written.release()

    writing = asyncio.ensure_future(write())
    for _ in range(20):
        await written.acquire()
    before = acked
    assert await asyncio.to_thread(back_up, tmp_path / "data", tmp_path / "copy") == [LOG]
    for _ in range(5):
        await written.acquire()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    epoch = store.epoch
    await store.stop()
    restored = restore(tmp_path / "copy", tmp_path / "new", tmp_path / "new" / LOG)
    again = SqliteStore(tmp_path / "new" / LOG)
    await again.start()
    events = await again.read(KEY)
    assert before <= len(events) <= acked
    assert len(events) % 2 == 0
    assert await again.audit() == []
    assert again.epoch == restored != epoch
    assert await again.append(KEY, len(events), [said()], 2)
    await again.stop()


async def test_readers_of_a_restored_store_are_reset(tmp_path: Path) -> None:
    """A position from before the restore is answered with the state and where to go on from."""
    async with Bench(store=SqliteStore(tmp_path / "data" / LOG)) as bench:
        await bench.engine.open("t", "c1", Opening(channel="chat"))
        await bench.engine.ingest(TOLD, [say(1, "hello")])
        back_up(tmp_path / "data", tmp_path / "copy")
        await bench.engine.ingest(TOLD, [say(2, "and lost")])
        position = (await bench.engine.view(TOLD)).next_event_id
    restore(tmp_path / "copy", tmp_path / "data", tmp_path / "data" / LOG, replace=True)
    async with Bench(store=SqliteStore(tmp_path / "data" / LOG)) as bench:
        stream = bench.engine.stream(TOLD, position)
        first = await anext(stream)
        assert isinstance(first, Reset)
        assert first.reason == "another_epoch"
        assert [one.text for one in first.view.transcript] == ["hello"]
        await stream.aclose()
        await bench.engine.close(TOLD)
        assert await everything(bench.engine.stream(TOLD, first.view.next_event_id))


async def test_what_was_erased_is_not_in_a_back_up(tmp_path: Path) -> None:
    """Neither its words nor what they were sealed with."""
    store = SqliteStore(tmp_path / "data" / LOG)
    await store.start()
    await store.append(KEY, 0, [opened(), said("canary")], 1)
    await store.append(Key("acme", "c2"), 0, [opened()], 1)
    with closing(sqlite3.connect(tmp_path / "data" / LOG)) as connection:
        ((sealed,),) = connection.execute("SELECT payload FROM events WHERE seq = 2")
    await store.erase(KEY)
    back_up(tmp_path / "data", tmp_path / "copy")
    await store.stop()
    assert sealed not in (tmp_path / "copy" / LOG).read_bytes()


async def test_nothing_is_overwritten_by_mistake(tmp_path: Path) -> None:
    """A running server, a log that is there, a folder that exists, no back-up: each is refused."""
    data, copy = tmp_path / "data", tmp_path / "copy"
    with pytest.raises(Misconfigured, match="nothing to back up"):
        back_up(data, copy)
    store = SqliteStore(data / LOG)
    await store.start()
    back_up(data, copy)
    with pytest.raises(Misconfigured, match="exists"):
        back_up(data, copy)
    with pytest.raises(Misconfigured, match="another process"):
        restore(copy, data, data / LOG, replace=True)
    await store.stop()
    with pytest.raises(Misconfigured, match="already"):
        restore(copy, data, data / LOG)
    with pytest.raises(Misconfigured, match="no back-up"):
        restore(tmp_path, data, data / LOG)
    content = bytearray((copy / LOG).read_bytes())
    content[3_000:9_000] = bytes(6_000)
    (copy / LOG).write_bytes(content)
    before = (data / LOG).read_bytes()
    with pytest.raises(Misconfigured):
        restore(copy, data, data / LOG, replace=True)
    assert (data / LOG).read_bytes() == before
