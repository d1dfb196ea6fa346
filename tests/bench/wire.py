"""A lean client for load: raw HTTP/1.1 over kept connections, cheaper than the server it loads."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server process and what can be read of it from outside."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    @property
    def rss_kib(self) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])
        return 0


@contextmanager
def running(
    arguments: list[str], port: int, path: str, env: dict[str, str] | None = None
) -> Iterator[Server]:
    """A server, from the moment it answers `path`."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **(env or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1).close()
                break
            except OSError as error:
                if getattr(error, "code", None) is not None:
                    break
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{arguments} did not start") from error
                time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def copilot(**env: str) -> Iterator[Server]:
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        arguments = ["-m", "copilot", "serve", "--port", str(port), "--data", data]
        with running(arguments, port, "/health/ready", {"COPILOT_LOG_LEVEL": "error", **env}) as server:
            yield server


@contextmanager
def baseline() -> Iterator[Server]:
    port = free_port()
    with running(["-m", "tests.bench.baseline", str(port)], port, "/none") as server:
        yield server


class Connection:
    """One kept connection: a request, its whole answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, port: int) -> Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        self._writer.write(
            b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body)
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        return int(head[9:12]), await self._reader.readexactly(length) if length else b""

    def close(self) -> None:
        self._writer.close()


async def open_conversation(connection: Connection, name: str, channel: str = "voice") -> None:
    status, body = await connection.post(
        "/v1/conversations", json.dumps({"id": name, "channel": channel}).encode()
    )
    assert status == 201, body


def fragment(utterance: int, revision: int, text: str, **more: Any) -> bytes:
    return json.dumps(
        {
            "utterance_id": f"u{utterance}",
            "revision": revision,
            "final": False,
            "speaker": "customer",
            "text": text,
            "start_ms": utterance * 2_000,
            "end_ms": utterance * 2_000 + 200 * (revision + 1),
            **more,
        }
    ).encode()


@asynccontextmanager
async def events(port: int, name: str, seen: Callable[[str, float], None]) -> AsyncIterator[None]:
    """Reads a conversation's stream and tells each event's name and data with the moment it came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET /v1/conversations/%s/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
        % name.encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 200 " in head.split(b"\r\n")[0], head

    async def read() -> None:
        while line := await reader.readline():
            if line.startswith(b"data:"):
                seen(line.decode(), time.perf_counter())

    task = asyncio.create_task(read())
    await asyncio.sleep(0.05)
    try:
        yield
    finally:
        task.cancel()
        writer.close()


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
