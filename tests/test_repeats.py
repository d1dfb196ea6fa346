"""Whatever is sent again, at once, later or after a restart, is in the log once and is answered as before."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from copilot.core.events import Transcript
from copilot.core.types import Opening
from copilot.errors import Conflicting
from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore
from tests.fakes.parts import Bench
from tests.fakes.talk import say

SENDS = int(os.environ.get("COPILOT_SENDS", "600"))
KEYS = [Key("acme", f"c{n}") for n in range(4)]
STARTS = 3


async def test_each_fragment_is_there_once(tmp_path: Path) -> None:
    """Every third fragment is sent two to five times, its copies at any moment, also after a restart: one
    event each, and one seq in all the answers."""
    chance = random.Random(3)
    told: dict[tuple[Key, int], set[int | None]] = {}
    sent = 0
    kept: list[tuple[Key, int]] = []
    for start in range(STARTS):
        async with Bench(store=SqliteStore(tmp_path / "log.db")) as bench:
            for key in KEYS:
                await bench.engine.open(key.tenant, key.id, Opening(channel="chat"))

            async def send(key: Key, number: int, bench: Bench = bench) -> None:
                answer = await bench.engine.ingest(key, [say(number, f"words {number}", at=number * 600)])
                told.setdefault((key, number), set()).add(answer.results[0].seq)

            fresh = [(key, start * SENDS + n) for n in range(SENDS // STARTS // 8) for key in KEYS]
            copies = [
                one for one in [*fresh, *kept] if chance.random() < 0.3 for _ in range(chance.randrange(1, 5))
            ]
            sends = [*fresh, *copies]
            chance.shuffle(sends)
            for at in range(0, len(sends), 40):
                await asyncio.gather(*(send(*one) for one in sends[at : at + 40]))
            sent += len(sends)
            kept += fresh
    assert sent > SENDS // 2
    assert {len(seqs) for seqs in told.values()} == {1}
    await _once_each(tmp_path, kept)


async def _once_each(folder: Path, kept: list[tuple[Key, int]]) -> None:
    async with Bench(store=SqliteStore(folder / "log.db")) as bench:
        for key in KEYS:
            events = [one.event for one in await bench.store.read(key)]
            names = [event.utterance_id for event in events if isinstance(event, Transcript)]
            assert len(names) == len({*names}) == sum(other == key for other, _ in kept)
        key, number = kept[0]
        with pytest.raises(Conflicting):
            await bench.engine.ingest(key, [say(number, "other words", at=number * 600)])
