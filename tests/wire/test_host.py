"""A host that fails: no room on disk, no descriptors, a process that stands still."""

from __future__ import annotations

import asyncio
import json
import random
import resource
import signal
from pathlib import Path

import httpx2
import pytest

from tests.wire.load import Watched, calling, history, opened, said, until
from tests.wire.processes import ServerProcess
from tests.wire.raw import CutReader

pytestmark = [pytest.mark.wire, pytest.mark.timeout(240)]


def _limit(pid: int, what: int, soft: int | None) -> None:
    """Sets the soft limit of a running process; None: as high as it may be."""
    _, hard = resource.prlimit(pid, what)
    resource.prlimit(pid, what, (hard if soft is None else soft, hard))


async def _post(client: httpx2.AsyncClient, name: str, n: int) -> httpx2.Response:
    return await client.post(f"/v1/conversations/{name}/fragments", json=said(n))


def test_a_full_disk_stops_acknowledgements_and_nothing_else(tmp_path: Path) -> None:
    """Where the log cannot grow, fragments get a 503 with Retry-After, reading and open streams go on, and
    when there is room again the same server takes what is repeated, once."""

    async def play(server: ServerProcess) -> None:
        assert server.process is not None
        pid = server.process.pid
        async with calling(server) as client:
            await opened(client, "full")
            reader = CutReader(server.port, "full", random.Random(1))
            reading = asyncio.create_task(reader.read(lambda: False))
            acked = 0
            while acked < 5:
                assert (await _post(client, "full", acked)).status_code == 200
                acked += 1
            biggest = max(path.stat().st_size for path in server.data_dir.iterdir())
            _limit(pid, resource.RLIMIT_FSIZE, biggest + 32_768)
            while (answer := await _post(client, "full", acked)).status_code == 200:
                acked += 1
                assert acked < 2_000
            assert answer.status_code == 503
            assert answer.json()["type"] == "/problems/store-unavailable"
            assert int(answer.headers["retry-after"]) >= 1
            assert (await _post(client, "full", acked)).status_code == 503
            transcript = (await client.get("/v1/conversations/full")).json()["transcript"]
            assert len(transcript) == acked
            assert len(await history(client, "full")) >= acked
            assert not reading.done()
            _limit(pid, resource.RLIMIT_FSIZE, None)
            for n in range(acked, acked + 5):
                assert (await _post(client, "full", n)).status_code == 200
            await client.post("/v1/conversations/full/close")
            await asyncio.wait_for(reading, 30)
            kept = await history(client, "full")
            assert (reader.resets, reader.data) == (0, kept)
            names = [json.loads(data).get("utterance_id") for data in kept.values()]
            assert sorted(name for name in names if name) == sorted(f"u{n}" for n in range(acked + 5))

    with ServerProcess(tmp_path / "data") as server:
        asyncio.run(play(server))


def test_a_data_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    """A server does not start on it, and says why."""
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(AssertionError, match="the server ended with 1"):
        ServerProcess(tmp_path / "data").start()


def test_too_few_descriptors_refuse_new_streams_only(tmp_path: Path) -> None:
    """Where descriptors are few, a stream beyond them is a 503 with Retry-After; open streams, fragments and
    the metrics go on; when some leave, others come in."""

    async def play(server: ServerProcess) -> None:
        watched = Watched(server)
        most = 128 - 64
        async with calling(server) as client:
            await opened(client, "few")
            async with asyncio.TaskGroup() as group:
                readers = [CutReader(server.port, "few", random.Random(n)) for n in range(most)]
                reading = [group.create_task(reader.read(lambda: False)) for reader in readers]
                await until(lambda: watched.metric("copilot_open_streams") == most)
                refused = await client.get("/v1/conversations/few/events")
                assert (refused.status_code, refused.json()["type"]) == (503, "/problems/full")
                assert int(refused.headers["retry-after"]) >= 1
                for n in range(5):
                    assert (await _post(client, "few", n)).status_code == 200
                for each in reading[:8]:
                    each.cancel()
                await until(lambda: watched.metric("copilot_open_streams") == most - 8)
                late = CutReader(server.port, "few", random.Random(99))
                group.create_task(late.read(lambda: False))
                await until(lambda: watched.metric("copilot_open_streams") == most - 7)
                await client.post("/v1/conversations/few/close")
            kept = await history(client, "few")
            assert all(reader.data == kept for reader in (*readers[8:], late))

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    server = ServerProcess(tmp_path / "data", limits={resource.RLIMIT_NOFILE: 128})
    with server:
        asyncio.run(play(server))
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before


def test_connections_without_end_are_survived(tmp_path: Path) -> None:
    """More connections than there are descriptors, which ask for nothing: once they are gone everything is
    as it was, and what was open before has missed nothing."""

    async def play(server: ServerProcess) -> None:
        async with calling(server) as client:
            await opened(client, "idle")
            reader = CutReader(server.port, "idle", random.Random(1))
            reading = asyncio.create_task(reader.read(lambda: False))
            assert (await _post(client, "idle", 0)).status_code == 200
            flood = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(200)]
            assert (await _post(client, "idle", 1)).status_code == 200
            for _, writer in flood:
                writer.transport.abort()
            assert (await _post(client, "idle", 2)).status_code == 200
            async with calling(server) as another:
                await another.post("/v1/conversations/idle/close")
            await asyncio.wait_for(reading, 30)
            assert reader.data == await history(client, "idle")

    with ServerProcess(tmp_path / "data", limits={resource.RLIMIT_NOFILE: 128}) as server:
        asyncio.run(play(server))


def test_a_process_that_stood_still_acknowledges_once(tmp_path: Path) -> None:
    """Stopped for seconds while fragments are sent and sent again, a server that goes on has each of them
    once, tells every sender the same place, and knows that it was late."""

    async def play(server: ServerProcess) -> None:
        assert server.process is not None
        async with calling(server) as client, calling(server, 0.5) as hasty:
            await opened(client, "still")
            assert (await _post(client, "still", 0)).status_code == 200
            server.process.send_signal(signal.SIGSTOP)
            sent = [asyncio.create_task(_post(client, "still", n)) for n in range(1, 6) for _ in range(2)]
            given_up = await asyncio.gather(
                *(_post(hasty, "still", n) for n in range(1, 6)), return_exceptions=True
            )
            assert all(isinstance(each, httpx2.TransportError) for each in given_up)
            await asyncio.sleep(1.5)
            server.process.send_signal(signal.SIGCONT)
            await until(lambda: "shedding" in server.log())
            answers = await asyncio.gather(*sent)
            places: dict[str, set[int]] = {}
            for answer in answers:
                assert answer.status_code == 200, answer.text
                result = answer.json()["results"][0]
                places.setdefault(result["utterance_id"], set()).add(result["seq"])
            assert all(len(seqs) == 1 for seqs in places.values())
            kept = await history(client, "still")
            said_once = [json.loads(d)["utterance_id"] for d in kept.values() if '"type":"transcript"' in d]
            assert sorted(said_once) == [f"u{n}" for n in range(6)]

    with ServerProcess(tmp_path / "data", {"COPILOT_BEHIND_MS": "250"}) as server:
        asyncio.run(play(server))
