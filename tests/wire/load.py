"""What the wire tests send and look at: conversations that are spoken into, and the server from outside."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2

from tests.wire.processes import ServerProcess, asked


def said(n: int, text: str = "it is still not here", **more: Any) -> dict[str, Any]:
    """The body of a final, customer and agent in turn."""
    return {
        "utterance_id": f"u{n}",
        "revision": 0,
        "final": True,
        "speaker": "customer" if n % 2 else "agent",
        "text": f"{text} part {n}",
        "start_ms": n * 1_000,
        "end_ms": n * 1_000 + 800,
        **more,
    }


@asynccontextmanager
async def calling(server: ServerProcess, within_s: float = 60) -> AsyncIterator[httpx2.AsyncClient]:
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx2.AsyncClient(
        base_url=server.base_url, trust_env=False, timeout=within_s, limits=limits
    ) as client:
        yield client


async def opened(client: httpx2.AsyncClient, name: str) -> str:
    """A new chat of this name; the server's epoch."""
    answer = await client.post("/v1/conversations", json={"id": name, "channel": "chat"})
    assert answer.status_code == 201, answer.text
    epoch: str = answer.json()["next_event_id"].partition(".")[0]
    return epoch


async def history(client: httpx2.AsyncClient, name: str) -> dict[int, str]:
    """The public log, read by pages: each event's bytes by its seq."""
    found: dict[int, str] = {}
    after = "0"
    while True:
        answer = await client.get(f"/v1/conversations/{name}/history", params={"after": after, "limit": 200})
        assert answer.status_code == 200, answer.text
        ids = [item["id"] for item in answer.json()["items"]]
        # Cut out of the raw text, so that not even a space can differ unseen.
        rest = answer.text
        for place, event_id in enumerate(ids):
            start = rest.index(f'{{"id":"{event_id}","data":') + len(f'{{"id":"{event_id}","data":')
            end = (
                rest.index(f'}},{{"id":"{ids[place + 1]}"', start)
                if place + 1 < len(ids)
                else rest.rindex("}]")
            )
            found[int(event_id.rpartition(".")[2])] = rest[start:end]
            rest = rest[end:]
        after = answer.json()["next"]
        if not answer.json()["more"]:
            return found


class Teller:
    """Speaks into one conversation, each final again until it is acknowledged."""

    def __init__(self, client: httpx2.AsyncClient, name: str, every_s: float) -> None:
        self.name = name
        self._client = client
        self._every_s = every_s
        self.acknowledged: dict[str, int] = {}
        self.began: dict[str, float] = {}  # when each was sent first
        self.took: list[tuple[float, float]] = []  # of each that was: when it was sent last, for how long

    async def tell(self, more: Callable[[], bool]) -> None:
        n = 0
        while more():
            sent = time.monotonic()
            self.began.setdefault(f"u{n}", sent)
            try:
                path = f"/v1/conversations/{self.name}/fragments"
                answer = await self._client.post(path, json=said(n))
            except httpx2.TransportError:
                await asyncio.sleep(0.02)
                continue
            if answer.status_code == 503:
                await asyncio.sleep(0.05)
                continue
            assert answer.status_code == 200, answer.text
            self.acknowledged[f"u{n}"] = answer.json()["results"][0]["seq"]
            self.took.append((sent, time.monotonic() - sent))
            n += 1
            await asyncio.sleep(self._every_s)


class Watched:
    """A server process as its operating system sees it, and what it says of itself."""

    def __init__(self, server: ServerProcess) -> None:
        assert server.process is not None
        self.pid = server.process.pid
        self._port = server.port

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def connections_to(self, port: int) -> int:
        """How many of its descriptors are connections that it has open to a server on this port."""
        held = set()
        for each in Path(f"/proc/{self.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed since it was listed
                held.add(os.readlink(each))
        rows = [line.split() for line in Path(f"/proc/{self.pid}/net/tcp").read_text().splitlines()[1:]]
        return sum(row[2].endswith(f":{port:04X}") and f"socket:[{row[9]}]" in held for row in rows)

    def rss_kib(self) -> int:
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        assert found is not None
        return int(found[1])

    def metric(self, name: str) -> float:
        """The sum over all labels that begin so: `name` or `name{label="x"`."""
        lines = asked(self._port, "/metrics", 60)[1].splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


async def until(true: Callable[[], bool], within_s: float = 60) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110  what is waited for is another process's
            await asyncio.sleep(0.05)
