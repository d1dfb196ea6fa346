"""A server that is told to stop, and the one that takes over: nothing acknowledged is lost, streams go on."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import signal
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.wire.load import Teller, calling, history, opened, said, until
from tests.wire.processes import ServerProcess, asked
from tests.wire.raw import CutReader

pytestmark = pytest.mark.wire

ROUNDS = int(os.environ.get("COPILOT_DRAINS", "2"))
READERS = int(os.environ.get("COPILOT_DRAIN_READERS", "40"))
# The load shape: a hundred fragments a second, four readers to a call at its fullest.
CALLS = max(8, READERS // 4)
EVERY_S = CALLS / 100


async def _takes_over(server: ServerProcess) -> ServerProcess:
    """A second server that waits for the first one's address and log."""
    second = ServerProcess(server.data_dir, {"COPILOT_TAKEOVER_S": "120"}, server.port)
    waited = server.log().count('"event": "waiting"')
    await asyncio.to_thread(second.start)  # ready is who answers: still the first
    await until(lambda: server.log().count('"event": "waiting"') > waited, 300)
    return second


async def _handed_over(first: ServerProcess, names: list[str]) -> ServerProcess:
    """Readers and tellers at work while servers follow each other; what they saw is held against the log."""
    running = first
    async with calling(first) as client:
        readers = [CutReader(first.port, names[n % CALLS], random.Random(n)) for n in range(READERS)]
        reading = [asyncio.create_task(reader.read(lambda: False)) for reader in readers]
        going = True
        tellers = [Teller(client, name, EVERY_S) for name in names]
        telling = [asyncio.create_task(teller.tell(lambda: going)) for teller in tellers]
        await until(lambda: all(reader.seqs for reader in readers), 300)
        for round_ in range(ROUNDS):
            second = await _takes_over(running)
            seen = [len(reader.seqs) for reader in readers]
            ended = asyncio.get_running_loop().time()
            assert await asyncio.to_thread(running.stop) == 0
            running = second
            marks = [len(reader.seqs) + 1 for reader in readers]
            await until(
                lambda marks=marks: all(len(r.seqs) > m for r, m in zip(readers, marks, strict=True)), 300
            )
            gaps = sorted(
                _longest(reader.arrived[max(0, before - 1) :])
                for reader, before in zip(readers, seen, strict=True)
            )
            late = sorted(_late(readers, tellers, ended))
            print(
                f"longest silence of a reader: median {gaps[len(gaps) // 2]:.2f} s, most {gaps[-1]:.2f} s; "
                f"from a fragment's first try to each reader: p99 {late[len(late) * 99 // 100]:.2f} s, "
                f"most {late[-1]:.2f} s"
            )
            assert all(len(reader.goodbyes) > round_ for reader in readers)
        going = False
        await asyncio.gather(*telling)
        for name in names:
            await client.post(f"/v1/conversations/{name}/close")
        await asyncio.wait_for(asyncio.gather(*reading), 300)
        for number, name in enumerate(names):
            kept = await history(client, name)
            # Pairs: digits at an edge are masked at first, and what unmasks them is said again.
            finals = {
                (e["utterance_id"], s)
                for s, e in ((s, json.loads(d)) for s, d in kept.items())
                if e["type"] == "transcript"
            }
            assert tellers[number].acknowledged.items() <= finals
            for reader in readers[number::CALLS]:
                assert (reader.resets, reader.data) == (0, kept)
        goodbyes = [ms for reader in readers for ms in reader.goodbyes]
    assert len(set(goodbyes)) > READERS // 3  # not all at once
    return running


def _late(readers: list[CutReader], tellers: list[Teller], since: float) -> Iterator[float]:
    """How long each fragment that was first sent since then took to each of its readers, in seconds."""
    for number, teller in enumerate(tellers):
        told = {
            teller.acknowledged[name]: at for name, at in teller.began.items() if name in teller.acknowledged
        }
        for reader in readers[number::CALLS]:
            for seq, arrived in zip(reader.seqs, reader.arrived, strict=True):
                if told.get(seq, 0.0) >= since:
                    yield arrived - told[seq]


def _longest(moments: list[float]) -> float:
    return max((b - a for a, b in itertools.pairwise(moments)), default=0.0)


@pytest.mark.timeout(300 + 150 * ROUNDS)
def test_another_server_takes_over(tmp_path: Path) -> None:
    """Told to stop, a server says goodbye to every stream and ends with 0; the one that waits takes address
    and log, no reader misses or doubles an event, and what was acknowledged is there."""

    async def play() -> None:
        first = ServerProcess(tmp_path / "data")
        await asyncio.to_thread(first.start)
        names = [f"drain{n}" for n in range(CALLS)]
        last = first
        try:
            async with calling(first) as client:
                for name in names:
                    await opened(client, name)
            last = await _handed_over(first, names)
        finally:
            await asyncio.to_thread(last.stop)

    asyncio.run(play())


@pytest.mark.timeout(300)
def test_what_is_under_way_is_finished(tmp_path: Path) -> None:
    """A fragment whose head has arrived before the signal is acknowledged after it, a call of the model that
    hangs does not hold the end up, and the exit is clean within the time for it."""

    async def play() -> None:
        async with FakeOpenAI(Reply(end="hang")) as upstream:
            env = {
                "COPILOT_MODEL_BASE_URL": upstream.base_url,
                "COPILOT_MODEL": "m",
                "COPILOT_BUDGET_MS": "60000",
            }
            server = ServerProcess(tmp_path / "data", env)
            await asyncio.to_thread(server.start)
            async with calling(server) as client:
                await opened(client, "under")
                await client.post("/v1/conversations/under/fragments", json=said(1, turn_end=True))
                await asyncio.wait_for(upstream.asked.wait(), 30)
                body = json.dumps(said(3, "and one more thing")).encode()
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
                writer.write(
                    b"POST /v1/conversations/under/fragments HTTP/1.1\r\nHost: localhost\r\n"
                    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body[:20])
                )
                await writer.drain()
                # Whoever asks for the state afterwards knows that the head before has been read.
                assert (await client.get("/v1/conversations/under")).status_code == 200
                assert server.process is not None
                server.process.send_signal(signal.SIGTERM)
                told = asyncio.get_running_loop().time()
                await until(lambda: _refuses(server), 30)
                writer.write(body[20:])
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
                assert b" 200 " in head.split(b"\r\n")[0]
                writer.close()
            assert await asyncio.to_thread(server.process.wait, 20) == 0
            print(f"ended {asyncio.get_running_loop().time() - told:.2f} s after the signal")
            server.process = None
            await asyncio.to_thread(server.start)
            async with calling(server) as client:
                kept = await history(client, "under")
                assert any('"utterance_id":"u3"' in data for data in kept.values())
            await asyncio.to_thread(server.stop)

    asyncio.run(play())


def _refuses(server: ServerProcess) -> bool:
    try:
        return asked(server.port, "/health/ready", 5)[0] == 503
    except (OSError, HTTPException):
        return True
