"""What good callers lose beside attackers: slow senders, readers that read nothing, a tenant over its quota.

`python -m tests.bench.attacked`: rounds without and with them in turn, on one server; ratios, and its memory.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2

from tests.wire.load import Watched, said
from tests.wire.processes import ServerProcess

_GOOD, _EVERY_S = 10, 0.1


class _Callers:
    """Good callers: each sends a fragment ten times a second, and times the answers."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client
        self._said = 0

    async def seconds(self, for_s: float) -> list[float]:
        until = time.perf_counter() + for_s
        times = await asyncio.gather(*(self._one(n, until) for n in range(_GOOD)))
        return sorted(taken for own in times for taken in own)

    async def _one(self, n: int, until: float) -> list[float]:
        times = []
        while (began := time.perf_counter()) < until:
            self._said += 1
            answer = await self._client.post(f"/v1/conversations/good{n}/fragments", json=said(self._said))
            times.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.text
            await asyncio.sleep(max(0.0, _EVERY_S - times[-1]))
        return times


async def _slow(port: int) -> None:
    """Half a head, then a byte a second; comes back as soon as it is cut off."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /v1/conversations HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            try:
                while True:
                    writer.write(b"a")
                    await writer.drain()
                    await asyncio.sleep(1)
            finally:
                writer.close()


async def _deaf(port: int) -> None:
    """Asks for a whole stream with a small buffer and reads none of it; comes back when it is cut off."""
    while True:
        own = socket.socket()
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        own.setblocking(False)
        with suppress(OSError):
            await asyncio.get_running_loop().sock_connect(own, ("127.0.0.1", port))
            own.send(b"GET /v1/conversations/good0/events?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await asyncio.sleep(3)
        own.close()


async def _flood(base_url: str) -> None:
    """A caller that asks as fast as it is answered, for what does not exist."""
    async with httpx2.AsyncClient(base_url=base_url, trust_env=False, timeout=30) as client:
        while True:
            with suppress(httpx2.TransportError):
                await client.post("/v1/conversations/none/fragments", json=said(1))


async def _measured(server: ServerProcess, rounds: int, for_s: float) -> None:
    watched = Watched(server)
    async with httpx2.AsyncClient(base_url=server.base_url, trust_env=False, timeout=60) as client:
        callers = _Callers(client)
        for n in range(_GOOD):
            await client.post("/v1/conversations", json={"id": f"good{n}", "channel": "chat"})
        await callers.seconds(for_s)
        for kind, attack in _ATTACKS.items():
            alone, beside, grown = [], [], []
            for _ in range(rounds):
                alone.append(await callers.seconds(for_s))
                before = watched.rss_kib()
                attackers = [asyncio.create_task(one) for one in attack(server)]
                await asyncio.sleep(1)
                beside.append(await callers.seconds(for_s))
                grown.append(watched.rss_kib() - before)
                for one in attackers:
                    one.cancel()
                await asyncio.gather(*attackers, return_exceptions=True)
            ratios = [
                [of(b) / of(a) for a, b in zip(alone, beside, strict=True)]
                for of in (statistics.median, _p99)
            ]
            told = ", ".join(f"{statistics.median(one):.2f} times" for one in ratios)
            print(
                f"{kind}: median and p99 of good callers {told}; memory {max(grown) / 1024:+.1f} MiB at most"
            )


_Attack = Callable[[ServerProcess], list[Coroutine[Any, Any, None]]]
_ATTACKS: dict[str, _Attack] = {
    "nobody": lambda server: [],
    "200 slow senders": lambda server: [_slow(server.port) for _ in range(200)],
    "20 readers that read nothing": lambda server: [_deaf(server.port) for _ in range(20)],
    "4 floods": lambda server: [_flood(server.base_url) for _ in range(4)],
}


def _p99(times: list[float]) -> float:
    return times[len(times) * 99 // 100]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ServerProcess(Path(folder) / "data") as server:
        asyncio.run(_measured(server, given.rounds, given.seconds))


if __name__ == "__main__":
    main()
