"""A process that is killed loses nothing that it had acknowledged."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore

from .children import start

WRITE = """
import asyncio, os, sys
from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore
from tests.stores.samples import phase, said

async def talk(store, key):
    tail = await store.tail(key)
    while True:
        places = (tail, tail + 2, tail + 4)
        ahead = [store.append(key, place, [said(f"turn {place}"), phase()], 1) for place in places]
        for one in ahead:
            tail = (await one)[-1].seq
            os.write(1, f"{key.id} {tail}\\n".encode())

async def main():
    store = SqliteStore(sys.argv[1])
    await store.start()
    os.write(1, b"ready 0\\n")
    await asyncio.gather(*(talk(store, Key("acme", f"c{n}")) for n in range(8)))

asyncio.run(main())
"""
ROUNDS = 5


def _killed(path: Path, after_s: float) -> dict[str, int]:
    """The last seq that was acknowledged for each conversation before the kill."""
    with start(WRITE, path) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == "ready 0\n"
        first = child.stdout.readline()
        time.sleep(after_s)
        child.kill()
        # Not `communicate`, which leaves out what is already in the buffer of the lines.
        output, errors = first + child.stdout.read(), child.stderr.read()
    assert errors == ""
    lines = [line.split() for line in output.splitlines(keepends=True) if line.endswith("\n")]
    return {name: int(seq) for name, seq in lines}


async def test_kill(tmp_path: Path) -> None:
    """After each kill all that was acknowledged is there, whole appends only, and the chain holds."""
    chance = random.Random(11)
    total = 0
    for _ in range(ROUNDS):
        acked = await asyncio.to_thread(_killed, tmp_path / "log.db", chance.uniform(0, 0.25))
        store = SqliteStore(tmp_path / "log.db")
        await store.start()
        assert await store.audit() == []
        for name, seq in acked.items():
            events = await store.read(Key("acme", name))
            assert len(events) >= seq
            assert len(events) % 2 == 0
            assert [one.seq for one in events] == list(range(1, len(events) + 1))
        total += sum(acked.values())
        await store.stop()
    assert total > 0
