"""Streams that are cut, over real sockets: nothing is missed, doubled or out of order."""

from __future__ import annotations

import asyncio
import os
import random
from typing import Any

import httpx2
import pytest

from tests.wire.processes import ServerProcess
from tests.wire.raw import CutReader

pytestmark = pytest.mark.wire

CUTS = int(os.environ.get("COPILOT_CUTS", "2000"))
READERS = 40
CONVERSATIONS = 10


async def _history(client: httpx2.AsyncClient, name: str) -> list[int]:
    """What the log's public part holds, read in one go after the end."""
    seqs: list[int] = []
    async with client.stream("GET", f"/v1/conversations/{name}/events?after=0") as answer:
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                seqs.append(int(line.rpartition(".")[2]))
    return seqs


def _fragment(n: int, speaker: str) -> dict[str, Any]:
    text = "nobody rang me back about it" if speaker == "customer" else "let me look that up for you"
    return {
        "utterance_id": f"u{n}",
        "revision": 0,
        "final": True,
        "speaker": speaker,
        "text": f"{text} part {n}",
        "start_ms": n * 1_000,
        "end_ms": n * 1_000 + 800,
    }


async def _play(base_url: str, port: int) -> tuple[list[CutReader], dict[str, list[int]]]:
    chance = random.Random(7)
    async with httpx2.AsyncClient(base_url=base_url, trust_env=False, timeout=60) as client:
        names = [f"cut{n}" for n in range(CONVERSATIONS)]
        for name in names:
            opened = await client.post("/v1/conversations", json={"id": name, "channel": "chat"})
            assert opened.status_code == 201
        readers = [CutReader(port, names[n % CONVERSATIONS], random.Random(n)) for n in range(READERS)]

        def more() -> bool:
            return sum(reader.cuts for reader in readers) < CUTS

        reading = [asyncio.create_task(reader.read(more)) for reader in readers]
        n = 0
        while more():
            n += 1
            name = chance.choice(names)
            answer = await client.post(
                f"/v1/conversations/{name}/fragments",
                json=_fragment(n, "customer" if n % 2 else "agent"),
            )
            assert answer.status_code == 200, answer.text
        for name in names:
            await client.post(f"/v1/conversations/{name}/close")
        await asyncio.wait_for(asyncio.gather(*reading), 300)
        return readers, {name: await _history(client, name) for name in names}


@pytest.mark.timeout(400 + CUTS // 5)
def test_cut_readers_miss_nothing(server: ServerProcess) -> None:
    """Readers that are cut off thousands of times, in the middle of events too, see each event once, in
    order, and all readers of a conversation see the same."""
    readers, histories = asyncio.run(_play(server.base_url, server.port))
    assert sum(reader.cuts for reader in readers) >= CUTS
    for number, reader in enumerate(readers):
        assert reader.resets == 0
        assert reader.seqs == histories[f"cut{number % CONVERSATIONS}"]
