"""Readers that vanish without a word, in their own network: `unshare -rn python -m tests.wire.vanishing`.

Prints for each kind of stream how many seconds the server held it after its reader's packets were lost.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import websockets

from tests.wire.load import Watched, calling, opened, until
from tests.wire.processes import ServerProcess

GIVEN_UP_S = 120.0


def network() -> None:
    """Loopback is down in a new network. Raises OSError, CalledProcessError where one may not."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, capture_output=True)


def lose(port: int) -> None:
    """From now on no packet from or to this port arrives: neither an acknowledgement nor a FIN or RST."""
    for way in ("--sport", "--dport"):
        rule = ["INPUT", "-p", "tcp", way, str(port), "-j", "DROP"]
        subprocess.run(["iptables", "-A", *rule], check=True, capture_output=True)


async def vanished(server: ServerProcess) -> dict[str, float]:
    """Seconds by kind of stream. Raises TimeoutError for one that is held for ever."""
    watched, loop = Watched(server), asyncio.get_running_loop()
    async with calling(server) as client:
        await opened(client, "gone")
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /v1/conversations/gone/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    url = f"ws://127.0.0.1:{server.port}/v1/conversations/gone/stream"
    connection = await websockets.connect(url, proxy=None, ping_interval=None)
    await until(lambda: watched.metric("copilot_open_streams{") == 2)
    for port in (writer.get_extra_info("sockname")[1], connection.local_address[1]):
        await asyncio.to_thread(lose, port)
    began, held = loop.time(), {}

    async def wait(kind: str) -> None:
        name = f'copilot_open_streams{{kind="{kind}"'
        await until(lambda: watched.metric(name) == 0, GIVEN_UP_S)
        held[kind] = round(loop.time() - began, 1)

    await asyncio.gather(wait("sse"), wait("websocket"))
    writer.transport.abort()
    connection.transport.abort()
    return held


def main() -> int:
    network()
    with tempfile.TemporaryDirectory() as folder, ServerProcess(Path(folder) / "data") as server:
        print(json.dumps(asyncio.run(vanished(server))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
