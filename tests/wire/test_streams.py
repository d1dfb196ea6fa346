"""Open streams on a real server: honest gaps, the same bytes everywhere, stalled readers, leaks, storms."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import websockets

from copilot.settings import Settings
from tests.wire.load import Teller, Watched, calling, history, opened, said, until
from tests.wire.processes import ServerProcess
from tests.wire.raw import CutReader
from tests.wire.telling import Telling, Told

pytestmark = pytest.mark.wire

IDS = int(os.environ.get("COPILOT_IDS", "300"))
EQUAL = int(os.environ.get("COPILOT_EQUAL", "200"))
CONNECTS = int(os.environ.get("COPILOT_CONNECTS", "400"))
STORM = int(os.environ.get("COPILOT_STORM", "100"))
AFTER_S = 2.0 if "COPILOT_STORM" in os.environ else 0.0
STALLED = 5


# --- honest gaps ----------------------------------------------------------------------------------


def _ids(epoch: str, tail: int) -> Iterator[str]:
    """Event ids of every kind: known, future, of another epoch, and none at all."""
    chance = random.Random(5)
    junk = ["", "x", ".", f"{epoch}.", f"{epoch}.-1", f"{epoch}.1e3", f"{epoch}.{'9' * 40}", "'; drop table"]
    for _ in range(IDS):
        yield chance.choice(
            [
                f"{epoch}.{chance.randint(0, tail)}",
                f"{epoch}.{tail + chance.randint(1, 10**6)}",
                f"{epoch[::-1]}0.{chance.randint(0, tail)}",
                f"{chance.randbytes(6).hex()}.{chance.randint(0, 2**53)}",
                chance.choice(junk),
            ]
        )


def test_no_gap_is_silent(server: ServerProcess) -> None:
    """Whatever id a reader brings, it gets exactly what is past it, or one reset with the state first, or a
    400 for what is no id."""

    async def play() -> None:
        async with calling(server) as client:
            epoch = await opened(client, "gaps")
            for n in range(12):
                await client.post("/v1/conversations/gaps/fragments", json=said(n))
            tail = (await client.post("/v1/conversations/gaps/close")).json()["state"]["seq"]
            public = sorted(await history(client, "gaps"))
            for sent in _ids(epoch, tail):
                answer = await client.get("/v1/conversations/gaps/events", headers={"last-event-id": sent})
                theirs, _, seq = sent.partition(".")
                if not (theirs.isalnum() and seq.isdigit() and len(seq) < 17):
                    assert answer.status_code == 400, sent
                    continue
                assert answer.status_code == 200, sent
                events = [block for block in answer.text.split("\n\n") if "event: " in block]
                ids = [int(block.split("\n")[0].rpartition(".")[2]) for block in events]
                if theirs == epoch and int(seq) <= tail:
                    assert ids == [each for each in public if each > int(seq)], sent
                else:
                    assert ["event: reset" in block for block in events] == [True], sent
                    reset = json.loads(events[0].split("data: ")[1])
                    assert reset["recovered"] is False
                    assert reset["view"]["state"]["seq"] == ids[0] == tail, sent

    asyncio.run(play())


# --- the same on every way ------------------------------------------------------------------------


async def _socket_events(url: str, found: dict[int, str]) -> None:
    """Each event's bytes as a WebSocket has them, until the conversation is closed."""
    async with websockets.connect(url, proxy=None, open_timeout=60, max_size=None) as connection:
        async for message in connection:
            text = str(message)
            if text.startswith('{"type":"event","id":"'):
                head, _, rest = text.partition('","data":')
                found[int(head.rpartition(".")[2])] = rest[:-1]


def test_every_way_has_the_same_bytes(server: ServerProcess) -> None:
    """Live over SSE and WebSocket, and read later as history: each event is the same to the byte."""

    async def play() -> tuple[CutReader, dict[int, str], dict[int, str]]:
        async with calling(server) as client:
            await opened(client, "equal")
            reader = CutReader(server.port, "equal", random.Random(1))
            by_socket: dict[int, str] = {}
            url = f"ws://127.0.0.1:{server.port}/v1/conversations/equal/stream?after=0"
            reading = [
                asyncio.create_task(reader.read(lambda: False)),
                asyncio.create_task(_socket_events(url, by_socket)),
            ]
            for n in range(EQUAL):
                text = f"it’s 20 € too much \u202e\n“{n}” — where is my <b>parcel</b>?"
                answer = await client.post("/v1/conversations/equal/fragments", json=said(n, text))
                assert answer.status_code == 200, answer.text
            await client.post("/v1/conversations/equal/close")
            await asyncio.wait_for(asyncio.gather(*reading), 120)
            return reader, by_socket, await history(client, "equal")

    reader, by_socket, kept = asyncio.run(play())
    assert len(kept) > EQUAL
    assert reader.data == kept
    assert by_socket == kept


# --- readers that stop reading --------------------------------------------------------------------


class Stalled:
    """Asks for everything and takes nothing, through the smallest of buffers."""

    def __init__(self, port: int, name: str) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.socket.connect(("127.0.0.1", port))
        path = f"/v1/conversations/{name}/events?after=0"
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def got(self) -> list[int]:
        """The seqs that had come through before the end."""
        self.socket.settimeout(60)
        raw = bytearray()
        try:
            while data := self.socket.recv(65_536):
                raw += data
        except ConnectionError:
            pass
        self.socket.close()
        whole = raw.decode(errors="replace").split("\n\n")[:-1]
        lines = [line for block in whole for line in block.split("\n") if line.startswith("id: ")]
        return [int(line.rpartition(".")[2]) for line in lines]


@pytest.mark.timeout(180)
def test_stalled_readers_are_let_go_and_can_resume(tmp_path: Path) -> None:
    """Who takes nothing is cut after the send deadline, costs little memory meanwhile, holds up nobody, and
    goes on where it was."""

    async def play(server: ServerProcess) -> None:
        watched = Watched(server)
        async with calling(server, 120) as client:
            epoch = await opened(client, "full")
            for start in range(0, 720, 30):
                # The first is small: it fits into what a reader who takes nothing still receives.
                bodies = [
                    said(n, "x" * (7_000 if n else 1), speaker="system") for n in range(start, start + 30)
                ]
                answer = await client.post("/v1/conversations/full/fragments", json=bodies)
                assert answer.status_code == 200, answer.text
            await opened(client, "live")
            healthy = [CutReader(server.port, "live", random.Random(n)) for n in range(10)]
            reading = [asyncio.create_task(reader.read(lambda: False)) for reader in healthy]
            # Reading the log takes memory by itself, whoever reads: pages of the database, the heap's mark.
            await asyncio.gather(*(history(client, "full") for _ in range(4)))
            before = await asyncio.to_thread(watched.rss_kib)
            stalled = [Stalled(server.port, "full") for _ in range(STALLED)]
            going = True
            teller = Teller(client, "live", 0.05)
            telling = asyncio.create_task(teller.tell(lambda: going))
            slow = 'copilot_streams_ended_total{reason="slow"'
            await until(lambda: watched.metric(slow) >= STALLED, 60)
            grown = await asyncio.to_thread(watched.rss_kib) - before
            assert grown <= STALLED * 1_024 + 8 * 1_024  # and what the healthy ones take
            going = False
            await telling
            await client.post("/v1/conversations/live/close")
            await asyncio.wait_for(asyncio.gather(*reading), 60)
            assert all(reader.seqs == healthy[0].seqs for reader in healthy)
            assert len(healthy[0].seqs) >= len(teller.acknowledged)
            await client.post("/v1/conversations/full/close")
            public = sorted(await history(client, "full"))
            each_got = [await asyncio.to_thread(one.got) for one in stalled]
            assert all(got == public[: len(got)] for got in each_got)
            got = max(each_got, key=len)
            assert 0 < len(got) < len(public)
            back = CutReader(server.port, "full", random.Random(9))
            back.last_id = f"{epoch}.{got[-1]}"
            await asyncio.wait_for(back.read(lambda: False), 60)
            assert got + back.seqs == public
            assert back.resets == 0

    with ServerProcess(tmp_path / "data") as server:
        asyncio.run(play(server))


# --- readers that leave ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def beating(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server whose idle streams beat five times a second."""
    data = tmp_path_factory.mktemp("beating") / "data"
    with ServerProcess(data, {"COPILOT_HEARTBEAT_MS": "200"}) as running:
        yield running


@pytest.mark.timeout(900)
def test_readers_that_leave_leave_nothing(beating: ServerProcess) -> None:
    """After many connects and hang-ups, over SSE and WebSocket, no stream is counted and no descriptor is
    held, and memory has not grown with their number."""
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    upgrade = (
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    )

    async def visit(port: int, n: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        way = ("stream", upgrade) if n % 3 == 0 else ("events?after=0", "")
        head = f"GET /v1/conversations/leave/{way[0]} HTTP/1.1\r\nHost: localhost\r\n{way[1]}\r\n"
        writer.write(head.encode())
        if n % 5:
            await reader.readline()
        writer.transport.abort()

    async def visits(port: int, count: int) -> None:
        for start in range(0, count, 20):
            await asyncio.gather(*(visit(port, n) for n in range(start, start + 20)))

    async def play(server: ServerProcess) -> None:
        watched = Watched(server)
        async with calling(server) as client:
            await opened(client, "leave")
            await client.post("/v1/conversations/leave/fragments", json=said(1))
        await visits(server.port, 100)
        await until(lambda: watched.metric("copilot_open_streams") == 0)
        descriptors, rss = watched.descriptors(), watched.rss_kib()
        await visits(server.port, CONNECTS)
        await until(lambda: watched.metric("copilot_open_streams") == 0)
        await until(lambda: watched.descriptors() <= descriptors + 1)  # one is ours, that asked for metrics
        assert watched.rss_kib() - rss <= 2_048 + CONNECTS

    asyncio.run(play(beating))


def test_an_idle_stream_beats(beating: ServerProcess) -> None:
    """A stream on which nothing happens is sent a comment, at least every fifteen seconds by default."""
    assert Settings.model_fields["heartbeat_ms"].default <= 15_000

    async def play(server: ServerProcess) -> None:
        async with calling(server) as client:
            await opened(client, "idle")
            async with client.stream("GET", "/v1/conversations/idle/events") as answer:
                beats = 0
                async for line in answer.aiter_lines():
                    beats += line == ":"
                    if beats == 3:
                        return

    asyncio.run(asyncio.wait_for(play(beating), 250))


# --- all at once ----------------------------------------------------------------------------------


@pytest.mark.timeout(600)
def test_a_storm_of_readers_misses_nothing(tmp_path: Path) -> None:
    """Killed under many readers and started again, the server has all of them back, each without a gap, and
    takes fragments meanwhile."""
    names = [f"storm{n}" for n in range(10)]

    async def play(server: ServerProcess) -> None:
        async with calling(server) as client:
            for name in names:
                await opened(client, name)
            telling = await asyncio.to_thread(Telling, server.base_url, names, 0.2)
            try:
                readers, told = await _storm(server, telling, names)
            finally:
                await asyncio.to_thread(telling.kill)
            for number, name in enumerate(names):
                kept = await history(client, name)
                assert told[number].acknowledged.items() <= _finals(kept)
                for reader in readers[number::10]:
                    assert (reader.resets, reader.data) == (0, kept)

    with ServerProcess(tmp_path / "data") as server:
        asyncio.run(play(server))


async def _storm(
    server: ServerProcess, telling: Telling, names: list[str]
) -> tuple[list[CutReader], list[Told]]:
    """What readers saw and tellers told until the conversations were closed, after the storm."""
    readers = [CutReader(server.port, names[n % 10], random.Random(n)) for n in range(STORM)]
    reading = [asyncio.create_task(reader.read(lambda: False)) for reader in readers]
    watched = Watched(server)
    await until(lambda: watched.metric("copilot_open_streams") == STORM, 120)
    await until(lambda: watched.metric("copilot_fragments_total") > 0)
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    watched = Watched(server)
    ready = time.monotonic()
    await until(lambda: watched.metric("copilot_open_streams") == STORM, 120)
    back = time.monotonic()
    # What was sent in the storm's second or so, with as much after it as makes a hundred or two.
    await asyncio.sleep(AFTER_S)
    told = await asyncio.to_thread(telling.end)
    took = sorted(took for each in told for sent, took in each.took if sent >= ready)
    print(
        f"{STORM} readers back after {back - ready:.2f} s; of {len(took)} acknowledgements meanwhile and "
        f"{AFTER_S:g} s on, p50 {_ms(took, 0.5)} ms, p99 {_ms(took, 0.99)} ms"
    )
    async with calling(server) as client:
        for name in names:
            await client.post(f"/v1/conversations/{name}/close")
    await asyncio.wait_for(asyncio.gather(*reading), 120)
    return readers, told


def _ms(took: list[float], share: float) -> int:
    return round(1_000 * took[int(share * (len(took) - 1))]) if took else 0


def _finals(kept: dict[int, str]) -> set[tuple[str, int]]:
    """Each utterance with its seqs: digits at an edge are masked at first, and said again unmasked."""
    events = {seq: json.loads(data) for seq, data in kept.items()}
    return {(event["utterance_id"], seq) for seq, event in events.items() if event["type"] == "transcript"}
