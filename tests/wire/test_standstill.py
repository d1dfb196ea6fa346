"""An event loop that is blocked, on a real server: who asks for readiness learns it, the log says where."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import pytest

from tests.wire.load import Watched, calling, opened, said, until
from tests.wire.processes import ServerProcess

pytestmark = [pytest.mark.wire, pytest.mark.timeout(240)]

# A signal's handler runs on the thread of the loop, and holds it up as any call that blocks does.
_BLOCKS = (
    "-c",
    """
import signal, time
def block(*_):
    time.sleep({seconds})
signal.signal(signal.SIGUSR1, block)
from copilot.cli import main
main()
""",
)


def _server(tmp_path: Path, seconds: float, **env: str) -> ServerProcess:
    program = [part.replace("{seconds}", str(seconds)) for part in _BLOCKS]
    return ServerProcess(tmp_path / "data", env, program=program)


def test_readiness_tells_of_a_blocked_loop(tmp_path: Path) -> None:
    """Whoever asks while the loop stands still gets no answer before it goes on, and then a 503; soon after
    it is ready again. The log says where it stood, the metrics that it did; what was sent is taken."""

    async def play(server: ServerProcess) -> None:
        assert server.process is not None
        watched = Watched(server)
        async with calling(server) as client:
            await opened(client, "still")
            assert (await client.get("/health/ready")).status_code == 200
            server.process.send_signal(signal.SIGUSR1)
            asked = asyncio.create_task(client.get("/health/ready"))
            sent = asyncio.create_task(client.post("/v1/conversations/still/fragments", json=said(0)))
            assert (await asked).status_code == 503
            assert (await sent).status_code == 200
            # A machine that stands still is one more.
            await until(lambda: watched.metric("copilot_standstills_total") >= 1)
            await until(server.is_ready)
        lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
        told = [line["where"][-1] for line in lines if line["event"] == "the event loop stands still"]
        assert any(where.endswith(" block") for where in told), told

    with _server(tmp_path, 4) as server:
        asyncio.run(play(server))


def test_a_loop_that_never_goes_on_is_given_up(tmp_path: Path) -> None:
    """After the time for it the process ends itself, with a code that a supervisor starts anew on; what was
    acknowledged is there then."""

    async def play(server: ServerProcess) -> None:
        async with calling(server) as client:
            await opened(client, "stuck")
            assert (await client.post("/v1/conversations/stuck/fragments", json=said(0))).status_code == 200
            assert server.process is not None
            server.process.send_signal(signal.SIGUSR1)
            assert await asyncio.to_thread(server.process.wait, 60) == 70
            server.process = None
            assert "the event loop is stuck" in server.log()
            await asyncio.to_thread(server.start)
            assert len((await client.get("/v1/conversations/stuck")).json()["transcript"]) == 1

    with _server(tmp_path, 3_600, COPILOT_STUCK_S="2") as server:
        asyncio.run(play(server))
