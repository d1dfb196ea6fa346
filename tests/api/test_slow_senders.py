"""Slow senders on a real socket: each is cut off in its time, and nobody else notices."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest

from copilot.api.slow_senders import PunctualProtocol
from copilot.core.types import Opening
from tests.api.conftest import TENANT, Stage
from tests.api.serving import Wire, served

URL = "/v1/conversations/c1/fragments"
JSON = {"content-type": "application/json"}
DRIPPED = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nx: " + b"y" * 400


class Hasty(PunctualProtocol):
    head_s = 0.3
    body_s = 0.6


@pytest.fixture
async def port(stage: Stage) -> AsyncIterator[int]:
    await stage.engine.open(TENANT, "c1", Opening())
    async with served(stage.app(), Hasty) as port:
        yield port


def prompt(port: int, first: bytes) -> socket.socket:
    """A connection on which `first` has been sent before the server so much as hears of it: no standstill of
    the machine comes between the two, however short the server's clocks."""
    own = socket.create_connection(("127.0.0.1", port))
    own.sendall(first)
    own.setblocking(False)
    return own


async def drip(port: int, data: bytes, first: bytes = b"") -> bytes:
    """Sends `first` and a byte at once and then byte by byte, never in time, until the server has hung up;
    all that it said. A socket of its own: a stream forgets what came just before the connection was reset."""
    loop = asyncio.get_running_loop()
    with prompt(port, first + data[:1]) as own:

        async def send() -> None:
            with suppress(OSError):
                for byte in data[1:]:
                    await loop.sock_sendall(own, bytes((byte,)))
                    await asyncio.sleep(0.02)

        sending, said = asyncio.create_task(send()), b""
        async with asyncio.timeout(30):
            with suppress(ConnectionError):
                while more := await loop.sock_recv(own, 4_096):
                    said += more
        sending.cancel()
        return said


@pytest.mark.parametrize("data", [DRIPPED, b"\r\n" * 300], ids=["a head", "empty lines"])
async def test_a_dripping_head_is_408(port: int, data: bytes) -> None:
    """A head that comes a byte at a time is not waited for, although something always comes."""
    assert (await drip(port, data)).startswith(b"HTTP/1.1 408 ")


async def test_a_later_head_has_its_time_too(port: int) -> None:
    """A connection that was used once is no way to wait for ever."""
    said = await drip(port, DRIPPED, b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in said


async def test_a_body_that_nobody_reads_is_not_waited_for(port: int) -> None:
    """An answer that needs no body comes at once, and the body's drip ends the connection all the same."""
    head = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400\r\n\r\n"
    said = await drip(port, b"z" * 399, head)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " not in said


async def test_a_dripping_body_is_408(stage: Stage) -> None:
    """What is too slow in its body gets the API's own answer."""
    stage.limits = replace(stage.limits, body_seconds=0.2)
    await stage.engine.open(TENANT, "c1", Opening())
    head = f"POST {URL} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    head += f"authorization: {stage.key()['authorization']}\r\ncontent-length: 400\r\n\r\n"
    async with served(stage.app()) as port:  # whose own clock for a body is far behind the API's
        answer = await drip(port, b" " * 399, head.encode())
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"/problems/request-timeout" in answer


async def test_two_hundred_idle_connections_harm_nobody(port: int) -> None:
    """While they wait to be cut off a request is answered; then all of them are gone, without a word."""
    idle = [await Wire.to(port) for _ in range(200)]
    healthy = await Wire.on(prompt(port, b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    assert (await healthy.head())[0] == 200
    async with asyncio.timeout(30):
        assert {await wire.reader.read() for wire in idle} == {b""}
    for wire in (*idle, healthy):
        wire.close()


async def test_streams_outlive_every_clock(stage: Stage, port: int) -> None:
    """A request that came in time is answered for as long as its answer lasts."""
    key = stage.key()["authorization"]
    head = f"GET /v1/conversations/c1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: {key}\r\n\r\n"
    wire = await Wire.on(prompt(port, head.encode()))
    assert (await wire.head())[0] == 200
    for _ in range(20):  # heartbeats every 50 ms: longer than both clocks together
        await wire.until(b":")
    wire.close()


async def test_no_clock_is_wound_for_what_comes_in_one_piece(stage: Stage) -> None:
    """Beyond a new connection's clock there is one only for a body that does not come with its head."""
    wound: list[float] = []
    for_a_body = asyncio.Event()

    class Noting(PunctualProtocol):
        def _wind(self, seconds: float) -> None:
            wound.append(seconds)
            if seconds == self.body_s:
                for_a_body.set()
            super()._wind(seconds)

    await stage.engine.open(TENANT, "c1", Opening())
    head = f"POST {URL} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    head += f"authorization: {stage.key()['authorization']}\r\ncontent-length: %d\r\n\r\n%s"
    async with served(stage.app(), Noting) as port:
        wire = await Wire.to(port)
        for number, in_pieces in enumerate((False, False, True)):
            body = f'{{"utterance_id":"u{number}","speaker":"agent","text":"hm","start_ms":0,"end_ms":1}}'
            wire.writer.write((head % (len(body), "" if in_pieces else body)).encode())
            if in_pieces:
                async with asyncio.timeout(30):
                    await for_a_body.wait()
                wire.writer.write(body.encode())
            status, answered = await wire.head()
            assert status == 200, (number, answered)
            await wire.reader.readexactly(int(answered["content-length"]))
        wire.close()
    assert wound == [Noting.head_s, Noting.body_s]
