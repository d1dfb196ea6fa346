"""A real uvicorn on loopback inside the test's own loop, and a raw HTTP connection to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from litestar import Litestar

from copilot.api.slow_senders import PunctualProtocol


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # a test process keeps its own signal handlers


@asynccontextmanager
async def served(app: Litestar, http: type[PunctualProtocol] = PunctualProtocol) -> AsyncIterator[int]:
    """Serves the application as it is served for real, and gives the port."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        http=http,
        ws="websockets-sansio",
        ws_max_size=262_144,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn tells it in no other way
        await asyncio.sleep(0.005)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


class Wire:
    """One connection, spoken by hand: what is sent and what comes back are bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def to(cls, port: int) -> Wire:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    @classmethod
    async def on(cls, connected: socket.socket) -> Wire:
        return cls(*await asyncio.open_connection(sock=connected))

    async def request(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b"", *, more: str = ""
    ) -> tuple[int, dict[str, str]]:
        lines = [f"{method} {path} HTTP/1.1", "host: localhost"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body:
            lines.append(f"content-length: {len(body)}")
        self.writer.write(("\r\n".join(lines) + "\r\n" + more + "\r\n").encode() + body)
        return await self.head()

    async def head(self) -> tuple[int, dict[str, str]]:
        async with asyncio.timeout(30):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        return int(head[0].split(" ")[1]), {name.lower(): value for name, value in pairs}

    async def chunk(self) -> bytes:
        """The next chunk of a chunked answer; empty at its end."""
        async with asyncio.timeout(30):
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            data = await self.reader.readexactly(size + 2)
        return data[:-2]

    async def rest(self) -> bytes:
        found = b""
        while chunk := await self.chunk():
            found += chunk
        return found

    async def until(self, mark: bytes) -> bytes:
        found = b""
        while mark not in found:
            chunk = await self.chunk()
            assert chunk, f"the stream ended before {mark!r}"
            found += chunk
        return found

    def close(self) -> None:
        self.writer.close()
