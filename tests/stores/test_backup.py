"""A back-up is taken while the log is written, and what is restored is whole and under another epoch."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from copilot.core.types import Opening
from copilot.engine.readers import Reset
from copilot.errors import Gone, Misconfigured
from copilot.ports import ApiKey, Key
from copilot.stores.backup import back_up, restore
from copilot.stores.sqlite import SqliteStore
from copilot.stores.sqlite_file import MIGRATIONS
from copilot.stores.sqlite_keys import SqliteKeyStore
from tests.fakes.parts import Bench
from tests.fakes.talk import KEY as TOLD
from tests.fakes.talk import everything, say

from .released import KEPT, restored
from .samples import KEY, opened, phase, said

LOG, KEYS = "conversations.sqlite", "keys.sqlite"


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
    done = restore(tmp_path / "copy", tmp_path / "new" / LOG, tmp_path / "new" / KEYS)
    again = SqliteStore(tmp_path / "new" / LOG)
    await again.start()
    events = await again.read(KEY)
    assert before <= len(events) <= acked
    assert len(events) % 2 == 0
    assert await again.audit() == []
    assert again.epoch == done.epoch != epoch
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
    restore(tmp_path / "copy", tmp_path / "data" / LOG, tmp_path / "data" / KEYS, replace=True)
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
        restore(copy, data / LOG, data / KEYS, replace=True)
    await store.stop()
    with pytest.raises(Misconfigured, match="already"):
        restore(copy, data / LOG, data / KEYS)
    with pytest.raises(Misconfigured, match="no back-up"):
        restore(tmp_path, data / LOG, data / KEYS)
    content = bytearray((copy / LOG).read_bytes())
    content[3_000:9_000] = bytes(6_000)
    (copy / LOG).write_bytes(content)
    before = (data / LOG).read_bytes()
    with pytest.raises(Misconfigured):
        restore(copy, data / LOG, data / KEYS, replace=True)
    assert (data / LOG).read_bytes() == before


async def test_what_was_erased_since_stays_erased(tmp_path: Path) -> None:
    """A back-up that is put in the place of a later log brings back neither what was erased from that since,
    nor its name: not its words, not what sealed them, and no late fragment either."""
    data, copy, later = tmp_path / "data", tmp_path / "copy", Key("acme", "later")
    store = SqliteStore(data / LOG)
    await store.start()
    for key in (KEY, Key("acme", "c2")):
        await store.append(key, 0, [opened(), said("canary"), phase()], 1)
    with closing(sqlite3.connect(data / LOG)) as connection:
        ((sealed, secret),) = connection.execute(
            """SELECT payload, secret FROM events JOIN secrets USING (conversation)
            JOIN conversations ON rid = conversation WHERE seq = 2 AND id = ?""",
            (KEY.id,),
        )
    back_up(data, copy)
    await store.append(later, 0, [opened()], 2)
    await store.erase(KEY)
    await store.erase(later)
    await store.stop()
    assert restore(copy, data / LOG, data / KEYS, replace=True).erased == 1
    raw = b"".join(path.read_bytes() for path in data.iterdir())
    assert sealed not in raw
    assert secret not in raw
    again = SqliteStore(data / LOG)
    await again.start()
    for gone in (KEY, later):
        with pytest.raises(Gone):
            await again.append(gone, 0, [opened()], 3)
    assert len(await again.read(Key("acme", "c2"))) == 3
    assert await again.audit() == []
    await again.stop()


async def test_a_key_that_was_ended_since_stays_so(tmp_path: Path) -> None:
    """Revoked or rotated after the back-up: not good again by its restore; a key from then still is."""
    data, copy = tmp_path / "data", tmp_path / "copy"
    keys = SqliteKeyStore(data / KEYS)
    for name in ("revoked", "rotated", "good"):
        keys.add(ApiKey(id=name, tenant="acme", name="", scopes=(), secret_hash="0", created_ms=1))
    store = SqliteStore(data / LOG)
    await store.start()
    back_up(data, copy)
    await store.stop()
    keys.revoke("revoked", 5)
    keys.expire("rotated", 6)
    keys.close()
    assert restore(copy, data / LOG, data / KEYS, replace=True).ended == 2
    after = SqliteKeyStore(data / KEYS)
    assert [(key.id, key.revoked_ms, key.expires_ms) for key in after.all()] == [
        ("good", None, None),
        ("revoked", 5, None),
        ("rotated", None, 6),
    ]
    after.close()


async def test_what_was_there_may_be_unreadable(tmp_path: Path) -> None:
    """It is replaced all the same, and the caller learns that nobody knows what was erased or ended."""
    data, copy = tmp_path / "data", tmp_path / "copy"
    SqliteKeyStore(data / KEYS).close()
    store = SqliteStore(data / LOG)
    await store.start()
    await store.append(KEY, 0, [opened()], 1)
    back_up(data, copy)
    await store.stop()
    for name in (LOG, KEYS):
        (data / name).write_bytes(b"not a database" * 1_000)
    done = restore(copy, data / LOG, data / KEYS, replace=True)
    assert (done.erased, done.ended) == (None, None)
    again = SqliteStore(data / LOG)
    await again.start()
    assert len(await again.read(KEY)) == 1
    await again.stop()


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
async def test_a_back_up_of_every_version_is_restored(tmp_path: Path, version: int) -> None:
    """Also where something was erased since, by a newer program."""
    copy, data = tmp_path / "copy", tmp_path / "data"
    copy.mkdir()
    restored(version, copy / LOG)
    newer = SqliteStore(data / LOG)
    await newer.start()
    await newer.append(KEPT[0], 0, [opened()], 1)
    await newer.erase(KEPT[0])
    await newer.stop()
    assert restore(copy, data / LOG, data / KEYS, replace=True).erased == 1
    again = SqliteStore(data / LOG)
    await again.start()
    assert await again.read(KEPT[1])
    with pytest.raises(Gone):
        await again.read(KEPT[0])
    await again.stop()
