"""What only a real socket shows: doubled headers, bodies without a length, slow ones, ones that break off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from copilot.core.types import Opening
from tests.api.conftest import TENANT, Stage
from tests.api.serving import Wire, served

URL = "/v1/conversations/c1/fragments"
JSON = {"content-type": "application/json"}
FRAGMENT = b'{"utterance_id":"u","speaker":"agent","text":"x","start_ms":0,"end_ms":0}'


@pytest.fixture
async def port(stage: Stage) -> AsyncIterator[int]:
    stage.limits = replace(stage.limits, body_bytes=1_000)
    await stage.engine.open(TENANT, "c1", Opening())
    async with served(stage.app()) as port:
        yield port


async def problem(wire: Wire, headers: dict[str, str]) -> str:
    assert headers["content-type"] == "application/problem+json"
    found = json.loads(await wire.reader.readexactly(int(headers["content-length"])))
    return str(found["type"])


async def test_two_authorization_headers_are_400(stage: Stage, port: int) -> None:
    """Which of two keys counts is not guessed, not even when they are the same."""
    wire = await Wire.to(port)
    key = stage.key()
    twice = f"authorization: {key['authorization']}\r\n"
    status, headers = await wire.request("GET", "/v1/conversations", key, more=twice)
    assert (status, await problem(wire, headers)) == (400, "/problems/malformed")
    wire.close()


async def test_a_body_without_a_length_is_counted(stage: Stage, port: int) -> None:
    """A chunked body is read like any other, and refused as soon as it is over the limit."""
    for size, wanted in ((len(FRAGMENT), 200), (1_001, 413)):
        wire = await Wire.to(port)
        body = FRAGMENT.ljust(size)
        chunked = "transfer-encoding: chunked\r\n"
        wire.writer.write(b"")
        task = asyncio.create_task(wire.request("POST", URL, stage.key() | JSON, more=chunked))
        await asyncio.sleep(0)
        wire.writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
        status, headers = await task
        assert status == wanted
        assert (headers.get("connection") == "close") == (wanted == 413)
        wire.close()


async def test_a_slow_body_is_408(stage: Stage) -> None:
    """A body that does not come is waited for only so long, and the connection ends."""
    stage.limits = replace(stage.limits, body_seconds=0.2)
    await stage.engine.open(TENANT, "c1", Opening())
    async with served(stage.app()) as port:
        wire = await Wire.to(port)
        headers = stage.key() | JSON | {"content-length": "100"}
        status, answer = await wire.request("POST", URL, headers)
        assert (status, answer["connection"]) == (408, "close")
        assert await problem(wire, answer) == "/problems/request-timeout"
        assert await wire.reader.read() == b""
        wire.close()


async def test_a_body_that_breaks_off_is_no_fragment(stage: Stage, port: int) -> None:
    """A client that leaves in the middle of a body has sent nothing, and breaks nothing."""
    wire = await Wire.to(port)
    key = stage.key()["authorization"]
    head = f"POST {URL} HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\ncontent-type: application/json\r\n"
    wire.writer.write(f"{head}content-length: 500\r\n\r\n".encode() + FRAGMENT)
    await wire.writer.drain()
    wire.close()
    other = await Wire.to(port)
    assert (await other.request("POST", URL, stage.key() | JSON, FRAGMENT))[0] == 200
    assert len(stage.engine.fragments) == 1
    other.close()


async def test_a_connection_is_used_again(stage: Stage, port: int) -> None:
    """After good answers, refusals and HEAD the same connection goes on."""
    wire = await Wire.to(port)
    key = stage.key()
    for method, path, body, wanted in (
        ("POST", URL, FRAGMENT, 200),
        ("HEAD", "/v1/conversations/c1", b"", 200),
        ("POST", URL, b"{", 400),
        ("HEAD", "/v1/conversations/zz", b"", 404),
        ("GET", "/v1/conversations/c1", b"", 200),
    ):
        status, headers = await wire.request(method, path, key | JSON, body)
        assert status == wanted, path
        if method != "HEAD":
            await wire.reader.readexactly(int(headers["content-length"]))
    wire.close()
