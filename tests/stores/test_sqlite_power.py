"""A power cut takes nothing that was acknowledged, whatever it does to what was not synced."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

pytest.importorskip("apsw")

from copilot.core.types import Opening
from copilot.errors import StoreUnavailable
from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore
from tests.fakes.parts import Bench
from tests.fakes.talk import say

from .power import (
    Acknowledged,
    Connection,
    Findings,
    Recorder,
    Sync,
    record,
    try_acknowledgements,
    try_images,
)
from .samples import KEY, opened, said

IMAGES = 100
ANSWERS = int(os.environ.get("COPILOT_ANSWERS", "120"))


async def _findings(folder: Path, replace: dict[str, str], images: int) -> Findings:
    (folder / "live").mkdir()
    records = await record(folder / "live", 40, replace)
    assert sum(isinstance(one, Acknowledged) for one in records) == 240
    assert any(isinstance(one, Sync) and one.file == "log.db" for one in records)
    return await try_images(records, folder, images)


async def test_power_cut(tmp_path: Path) -> None:
    """In no crash image is an acknowledged append missing or a conversation damaged."""
    assert await _findings(tmp_path, {}, IMAGES) == Findings(images=IMAGES)


async def test_without_the_sync_it_would_show(tmp_path: Path) -> None:
    """The same images of a store that does not sync its commits lose acknowledged appends."""
    weaker = {"PRAGMA synchronous=FULL": "PRAGMA synchronous=NORMAL"}
    findings = await _findings(tmp_path, weaker, 30)
    assert findings.lost > 10


async def _ingested(folder: Path, count: int) -> Recorder:
    """What goes to the disk while fragments are sent to an engine, with the moment of each answer."""
    recorder = Recorder()
    store = SqliteStore(folder / "log.db", connect=lambda path: Connection(path, recorder.name, {}))
    async with Bench(store=store) as bench:

        async def talk(name: str) -> None:
            await bench.engine.open("acme", name, Opening(channel="chat"))
            for number in range(count):
                answer = await bench.engine.ingest(Key("acme", name), [say(number, "where is it", at=number)])
                seq = answer.results[0].seq
                assert seq is not None
                recorder.records.append(Acknowledged(name, seq))

        await asyncio.gather(*(talk(f"c{n}") for n in range(6)))
    recorder.unregister()
    return recorder


async def test_no_answer_leaves_before_the_sync_that_covers_it(tmp_path: Path) -> None:
    """At the moment of each answer the row is on the disk without anything that was not synced by then."""
    recorder = await _ingested(tmp_path, ANSWERS // 6)
    findings = await try_acknowledgements(recorder.records, tmp_path)
    assert (findings.images, findings.lost) == (ANSWERS // 6 * 6, 0)


async def test_a_failed_sync_is_not_acknowledged(tmp_path: Path) -> None:
    """What a failed sync covers is refused, the file is opened anew, and what is acknowledged then stands."""
    recorder = Recorder()
    opens: list[Path] = []

    def connect(path: Path) -> Connection:
        opens.append(path)
        return Connection(path, recorder.name, {})

    store = SqliteStore(tmp_path / "log.db", connect=connect)
    await store.start()
    tail = (await store.append(KEY, 0, [opened()], 1))[-1].seq
    recorder.records.append(Acknowledged("c1", tail))
    before = len(opens)
    for _ in range(3):
        recorder.failing_syncs = 1
        with pytest.raises(StoreUnavailable, match="SQLITE_IOERR_FSYNC"):
            await store.append(KEY, tail, [said("lost or not"), said("nobody knows")], 2)
        tail = await store.tail(KEY)
        tail = (await store.append(KEY, tail, [said("there"), said("for good")], 3))[-1].seq
        recorder.records.append(Acknowledged("c1", tail))
    assert len(opens) >= before + 3
    await store.stop()
    recorder.unregister()
    findings = await try_acknowledgements(recorder.records, tmp_path)
    assert (findings.images, findings.lost) == (4, 0)
