"""The proxy's settings that the documents give, tried with a real nginx before a real server."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect

from tests.wire.processes import ROOT, ServerProcess

pytestmark = [
    pytest.mark.wire,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx is installed"),
]

_BLOCK = re.compile(r"```nginx\n(.*?)```", re.DOTALL)
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_CHAT = {"id": "c1", "channel": "chat"}
_UNDER_WAY = (
    b"POST /v1/conversations HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 900\r\n\r\n"
)
_SAID = {"utterance_id": "u1", "speaker": "customer", "text": "it is broken", "start_ms": 0, "end_ms": 500}


@contextmanager
def _nginx(folder: Path, upstream: str) -> Iterator[int]:
    """The block of the documents, but for its names: plain HTTP, these ports, half a second for a head, few
    connections."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = _BLOCK.search((ROOT / "docs" / "operations.md").read_text())
    assert found is not None
    block = found[1].replace("127.0.0.1:8765", upstream).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    block = block.replace("copilot.example", "localhost").replace("header_timeout 5s", "header_timeout 500ms")
    block = block.replace("address 1000", "address 12")
    places = " ".join(f"{name}_temp_path {folder}/{name};" for name in _TEMPORARY)
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        f"events {{}}\nhttp {{ access_log off; {places}\n{block} }}\n"
    )
    process = subprocess.Popen(["nginx", "-c", str(config), "-e", f"{folder}/error.log"])
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)


async def _up(client: httpx2.AsyncClient) -> None:
    while True:
        try:
            assert (await client.get("/health/ready")).status_code == 200
            return
        except httpx2.TransportError:
            await asyncio.sleep(0.02)


async def _events(client: httpx2.AsyncClient) -> str:
    """Says something while a stream is open; the stream's first event comes while it stays open."""
    async with client.stream("GET", "/v1/conversations/c1/events") as stream:
        assert stream.status_code == 200
        answer = await client.post("/v1/conversations/c1/fragments", json=_SAID)
        assert answer.status_code == 200
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                return line
    raise AssertionError("the stream ended without an event")


async def _ends(port: int, head: bytes, drop: bytes = b"") -> bytes:
    """What comes back on a connection on which a head, and then never all of a body, is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head)

    async def drip() -> None:
        while drop:
            writer.write(drop)
            await asyncio.sleep(0.2)

    dripping = asyncio.create_task(drip())
    try:
        return await reader.read()
    finally:
        dripping.cancel()
        writer.close()


async def _refused(client: httpx2.AsyncClient) -> int:
    """The status of the first of many event streams that is not opened."""
    async with AsyncExitStack() as stack:
        for _ in range(30):
            asked = client.stream("GET", "/v1/conversations/c1/events")
            stream = await stack.enter_async_context(asked)
            if stream.status_code != 200:
                return stream.status_code
    raise AssertionError("all of them were opened")


async def test_streams_pass_and_slow_senders_do_not(tmp_path: Path) -> None:
    """Events pass one by one, a WebSocket is upgraded, what is too large gets the server's own answer; who
    does not finish a head or a body is cut off, and nobody holds more connections than are allowed."""
    with (
        ServerProcess(tmp_path / "data") as server,
        _nginx(tmp_path, server.base_url.partition("//")[2]) as port,
    ):
        async with (
            asyncio.timeout(60),
            httpx2.AsyncClient(base_url=f"http://localhost:{port}", trust_env=False, timeout=30) as client,
        ):
            await _up(client)
            assert (await client.post("/v1/conversations", json=_CHAT)).status_code == 201
            assert (await _events(client)).startswith("event: ")
            url = f"ws://localhost:{port}/v1/conversations/c1/stream"
            async with connect(url, proxy=None) as stream:
                await stream.send(json.dumps({"type": "ping", "ref": "1"}))
                while json.loads(await stream.recv())["type"] != "pong":
                    pass
            large = await client.post("/v1/conversations", content=b" " * 400_000)
            assert large.status_code == 413
            assert large.json()["type"] == "/problems/too-large"
            head, body, stopped = await asyncio.gather(
                _ends(port, b"GET /v1/conversations HTTP/1.1\r\nHost: localhost\r\n"),
                _ends(port, _UNDER_WAY, b" "),
                _ends(port, _UNDER_WAY),
            )
            assert head == b""
            assert body.startswith(b"HTTP/1.1 408 ")
            assert stopped.startswith(b"HTTP/1.1 408 ")
            assert await _refused(client) == 429
