"""Too little memory: nothing new is let in, what is open goes on; where there is none, a new start helps."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import resource
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from tests.wire.load import calling, history, opened, said, until
from tests.wire.processes import ServerProcess
from tests.wire.raw import CutReader

pytestmark = [pytest.mark.wire, pytest.mark.timeout(240)]

_MIB = 2**20
ROOMS = [int(mib) for mib in os.environ.get("COPILOT_ROOMS", "1").split()]


def _leave(server: ServerProcess, room: int | None) -> None:
    """Lets the process map so many bytes more than it has; None: as many as it likes."""
    assert server.process is not None
    pid = server.process.pid
    found = re.search(r"VmSize:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    _, hard = resource.prlimit(pid, resource.RLIMIT_AS)
    soft = hard if room is None else int(found[1]) * 1024 + room
    resource.prlimit(pid, resource.RLIMIT_AS, (soft, hard))


def test_with_little_memory_nothing_new_is_let_in(tmp_path: Path) -> None:
    """A new conversation and a new stream get a 503 with Retry-After; open streams and finals go on; when
    there is memory again, both are let in."""

    async def play(server: ServerProcess) -> None:
        async with calling(server) as client:
            await opened(client, "known")
            reader = CutReader(server.port, "known", random.Random(1))
            reading = asyncio.create_task(reader.read(lambda: False))
            assert (await client.post("/v1/conversations/known/fragments", json=said(0))).status_code == 200
            await until(lambda: bool(reader.seqs))
            _leave(server, 32 * _MIB)
            await until(lambda: '"short": true' in server.log())
            for refused, kind in (
                (await client.post("/v1/conversations", json={"channel": "chat"}), "overloaded"),
                (await client.get("/v1/conversations/known/events"), "full"),
            ):
                assert (refused.status_code, refused.json()["type"]) == (503, f"/problems/{kind}")
                assert int(refused.headers["retry-after"]) >= 1
            for n in range(1, 20):
                answer = await client.post("/v1/conversations/known/fragments", json=said(n))
                assert answer.status_code == 200
            _leave(server, None)
            await until(lambda: '"short": false' in server.log())
            await opened(client, "new")
            await client.post("/v1/conversations/known/close")
            await asyncio.wait_for(reading, 30)
            assert (reader.resets, reader.data) == (0, await history(client, "known"))

    with ServerProcess(tmp_path / "data") as server:
        asyncio.run(play(server))


@pytest.mark.parametrize("room", ROOMS)
def test_without_memory_the_server_answers_or_ends(tmp_path: Path, room: int) -> None:
    """Asked for more than there is, it refuses or ends; it never takes connections and says nothing. What it
    had acknowledged is there after the new start, once."""

    async def play(server: ServerProcess) -> None:
        assert server.process is not None
        acknowledged: dict[str, int] = {}

        async def tell(client: httpx2.AsyncClient, n: int) -> None:
            with suppress(httpx2.TransportError):
                answer = await client.post("/v1/conversations/dry/fragments", json=said(n))
                assert answer.status_code in (200, 503), answer.text
                if answer.status_code == 200:
                    acknowledged[f"u{n}"] = answer.json()["results"][0]["seq"]

        async def burden(client: httpx2.AsyncClient) -> None:
            with suppress(httpx2.TransportError):
                await client.post("/v1/conversations/dry/fragments", json=said(0, "x" * 250_000))

        async with calling(server) as client:
            await opened(client, "dry")
            for n in range(3):
                await tell(client, n)
            assert len(acknowledged) == 3
            _leave(server, room * _MIB)
            await asyncio.gather(
                *(burden(client) for _ in range(100)), *(tell(client, n) for n in range(3, 30))
            )
        code = server.process.poll()
        if code is None:
            _leave(server, None)
            try:
                async with calling(server) as another:
                    assert (await another.get("/health/live")).status_code == 200
            except httpx2.TransportError:
                code = await asyncio.to_thread(server.process.wait, 30)
        print(f"room for {room} MiB: {'goes on' if code is None else f'ended with {code}'}")
        if code is not None:
            assert code != 0
            server.process = None
            await asyncio.to_thread(server.start)
        async with calling(server) as client:
            await client.post("/v1/conversations/dry/close")
            kept = await history(client, "dry")
            events = [(seq, json.loads(data)) for seq, data in kept.items()]
            finals = [(event["utterance_id"], seq) for seq, event in events if event["type"] == "transcript"]
            assert len(finals) == len(dict(finals))
            assert acknowledged.items() <= dict(finals).items()

    server = ServerProcess(tmp_path / "data", {"COPILOT_SPARE_MIB": "0"})
    with server:
        asyncio.run(play(server))
