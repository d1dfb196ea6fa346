"""kill -9 on a real server: what was acknowledged is there, once, and streams go on without a gap."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path
from typing import Any

import httpx2
import pytest

from copilot.client import CopilotClient
from tests.wire.load import until
from tests.wire.processes import ServerProcess

pytestmark = pytest.mark.wire

# In parts of their own, so that two workers can share them.
PARTS = 2
ROUNDS = int(os.environ.get("COPILOT_KILLS", "20")) // PARTS
WRITERS = 16


class Writer:
    """Sends one fragment after the other, each again until it is acknowledged, and remembers the answers."""

    def __init__(self, base_url: str, name: str) -> None:
        self.base_url = base_url
        self.name = name
        self.next = 0
        self.opened = asyncio.Event()
        self.acknowledged: dict[str, int] = {}

    async def write(self, stop: asyncio.Event) -> None:
        async with httpx2.AsyncClient(base_url=self.base_url, trust_env=False, timeout=5) as client:
            await self._until(stop, client, "/v1/conversations", {"id": self.name, "channel": "chat"})
            self.opened.set()
            while not stop.is_set():
                n = self.next
                body = {
                    "utterance_id": f"u{n}",
                    "revision": 0,
                    "final": True,
                    "speaker": "customer" if n % 2 else "agent",
                    "text": f"it is still not here number of calls {n % 7}",
                    "start_ms": n * 1_000,
                    "end_ms": n * 1_000 + 500,
                }
                answer = await self._until(stop, client, f"/v1/conversations/{self.name}/fragments", body)
                if answer is not None:
                    self.acknowledged[f"u{n}"] = answer["results"][0]["seq"]
                    self.next += 1

    async def _until(
        self, stop: asyncio.Event, client: httpx2.AsyncClient, path: str, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        while not stop.is_set():
            try:
                answer = await client.post(path, json=body)
            except httpx2.TransportError:
                await asyncio.sleep(0.2)
                continue
            if answer.status_code == 503:
                await asyncio.sleep(0.2)
                continue
            assert answer.status_code in (200, 201), answer.text
            return dict(answer.json())
        return None


async def _rounds(server: ServerProcess, seed: int) -> tuple[list[Writer], list[list[int]]]:
    chance = random.Random(seed)
    stop = asyncio.Event()
    writers = [Writer(server.base_url, f"kill{n}") for n in range(WRITERS)]
    writing = [asyncio.create_task(writer.write(stop)) for writer in writers]
    await asyncio.gather(*(writer.opened.wait() for writer in writers))
    async with CopilotClient(server.base_url) as client:
        epoch = (await client.get("kill0"))["next_event_id"].partition(".")[0]
    seen: list[list[int]] = [[] for _ in range(3)]

    async def follow(number: int) -> None:
        async with CopilotClient(server.base_url) as client:
            async for event in client.events(f"kill{number}", after=f"{epoch}.0"):
                if event.id:
                    seen[number].append(int(event.id.rpartition(".")[2]))

    following = [asyncio.create_task(follow(number)) for number in range(len(seen))]
    for _ in range(ROUNDS):
        before = sum(len(writer.acknowledged) for writer in writers)
        await until(lambda before=before: sum(len(writer.acknowledged) for writer in writers) > before, 300)
        await asyncio.sleep(chance.uniform(0.05, 0.6))
        server.kill()
        await asyncio.to_thread(server.start)
    stop.set()
    await asyncio.gather(*writing)
    async with httpx2.AsyncClient(base_url=server.base_url, trust_env=False, timeout=30) as client:
        for writer in writers:
            await client.post(f"/v1/conversations/{writer.name}/close")
    await asyncio.wait_for(asyncio.gather(*following), 300)
    return writers, seen


@pytest.mark.timeout(800 + 20 * ROUNDS)
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_server_loses_nothing_acknowledged(tmp_path: Path, part: int) -> None:
    """After each kill the log holds every acknowledged fragment exactly once, at the seq it was told, and
    streams that were open go on without a gap."""
    with ServerProcess(tmp_path / "data") as server:
        writers, seen = asyncio.run(_rounds(server, seed=part))
        with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=30) as client:
            for number, writer in enumerate(writers):
                transcript = client.get(f"/v1/conversations/{writer.name}").json()["transcript"]
                kept = {said["utterance_id"]: said["seq"] for said in transcript}
                assert len(kept) == len(transcript)
                assert writer.acknowledged.items() <= kept.items()
                assert len(kept) - len(writer.acknowledged) <= 1  # the last one may be there, unacknowledged
                if number < len(seen):
                    lines = client.get(f"/v1/conversations/{writer.name}/events?after=0").text.splitlines()
                    expected = [int(line.rpartition(".")[2]) for line in lines if line.startswith("id: ")]
                    assert seen[number] == expected
    assert sum(len(writer.acknowledged) for writer in writers) > ROUNDS
