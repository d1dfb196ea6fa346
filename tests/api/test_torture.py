"""The torture lists against the API: broken JSON is 400, odd JSON 422, nothing is ever an error of ours."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from websockets.asyncio.client import connect

from tests.api import torture
from tests.api.conftest import Stage
from tests.api.serving import Wire
from tests.api.test_bad_input import GOOD, JSON, URL, raw

Client = AsyncTestClient[Litestar]


async def test_broken_json_is_400(client: Client, stage: Stage) -> None:
    """Whatever is no strict JSON is malformed, and nothing of it is taken."""
    wrong = []
    bodies = list(torture.broken_json(raw()))
    for body in bodies:
        answer = await client.post(URL, content=body, headers=JSON)
        if (answer.status_code, answer.json()["type"]) != (400, "/problems/malformed"):
            wrong.append((answer.status_code, body[:80]))
    assert wrong == []
    assert len(bodies) > 900
    assert stage.engine.fragments == []


async def test_odd_json_is_422(client: Client) -> None:
    """JSON that is no fragment is invalid, however odd; a broken escape is 400."""
    for body in torture.odd_json():
        answer = await client.post(URL, content=body, headers=JSON)
        assert answer.status_code == 422, (answer.status_code, body)


async def test_other_encodings_are_400(client: Client) -> None:
    """Only UTF-8 is read, without a mark, overlong forms or surrogates."""
    text = json.dumps(GOOD | {"text": "é"}, ensure_ascii=False)
    assert (await client.post(URL, content=text.encode(), headers=JSON)).status_code == 200
    for name, body in torture.encodings(text):
        answer = await client.post(URL, content=body, headers=JSON)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed"), name


async def test_torture_texts_are_taken_as_texts(client: Client, stage: Stage) -> None:
    """Any text is accepted, cleaned of what cannot be seen, or refused as empty; nothing breaks on it."""
    seen: Counter[int] = Counter()
    for number, text in enumerate(torture.texts(500)):
        answer = await client.post(URL, json=GOOD | {"utterance_id": f"t{number}", "text": text})
        seen[answer.status_code] += 1
    assert set(seen) <= {200, 422}
    assert seen[200] > 450
    for fragment in stage.engine.fragments:
        assert not any(ord(each) < 32 or each in "\u202e\u200b\ufeff" for each in fragment.text)


async def test_torture_paths_lead_nowhere(stage: Stage, port: int) -> None:
    """A request target in the raw is refused with 4xx, by the server's parser or by the API."""
    key = stage.key()
    for path in torture.paths():
        wire = await Wire.to(port)
        try:
            status, _ = await wire.request("GET", path, key)
        except (asyncio.IncompleteReadError, ConnectionError):
            status = 400  # too long for a parser: hung up on
        assert 400 <= status < 500, (status, path[:80])
        wire.close()


SMUGGLED = {
    "length and chunks": b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": b"transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": b"content-length: 2\r\ncontent-length: 3\r\n\r\n{} ",
    "a negative length": b"content-length: -1\r\n\r\n{}",
    "a length with a sign": b"content-length: +2\r\n\r\n{}",
    "a length that overflows": b"content-length: 99999999999999999999999\r\n\r\n{}",
    "chunks that are none": b"transfer-encoding: chunked\r\n\r\nxyz\r\n",
    "a chunk of a negative size": b"transfer-encoding: chunked\r\n\r\n-1\r\n{}\r\n",
    "an encoding that is none": b"transfer-encoding: chunked, x\r\n\r\n0\r\n\r\n",
    "a name with a space": b"content-length : 2\r\n\r\n{}",
    "a folded line": b"x: a\r\n b\r\ncontent-length: 2\r\n\r\n{}",
    "a NUL in a value": b"x: a\0b\r\n\r\n",
    "another host": b"host: elsewhere\r\ncontent-length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("sent", SMUGGLED.values(), ids=SMUGGLED.keys())
async def test_no_second_request_hides_in_one(stage: Stage, port: int, sent: bytes) -> None:
    """What two servers could read differently is refused and the connection ends."""
    head = f"POST {URL} HTTP/1.1\r\nhost: localhost\r\nauthorization: {stage.key()['authorization']}\r\n"
    said = await exchange(port, head.encode() + b"content-type: application/json\r\n" + sent)
    assert said.startswith(b"HTTP/1.1 4"), said
    assert said.count(b"HTTP/1.1 ") == 1
    assert stage.engine.fragments == []


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"\x00" * 64,
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"G\xc3\x8bT / HTTP/1.1\r\nhost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"*1\r\n$4\r\nPING\r\n",
        b"SSH-2.0-x\r\n",
    ],
    ids=["TLS", "NULs", "no target", "version", "method", "HTTP/2", "Redis", "SSH"],
)
async def test_other_protocols_are_hung_up_on(port: int, sent: bytes) -> None:
    """Bytes that are no HTTP/1.1 end the connection with at most one refusal."""
    said = await exchange(port, sent)
    assert said == b"" or said.startswith(b"HTTP/1.1 4"), said


async def exchange(port: int, sent: bytes) -> bytes:
    """All that is answered until the server hangs up, after we said that nothing more comes."""
    wire = await Wire.to(port)
    wire.writer.write(sent)
    wire.writer.write_eof()
    try:
        async with asyncio.timeout(30):
            return await wire.reader.read()
    except ConnectionError:
        return b""
    finally:
        wire.close()


async def test_torture_messages_on_a_websocket(stage: Stage, port: int) -> None:
    """Each broken or odd message is answered with its problem, and the connection goes on."""
    messages = [*torture.broken_json(b'{"type":"ping","ref":"r"}'), *torture.odd_json()]
    url = f"ws://localhost:{port}/v1/conversations/c1/stream"
    sent = 0
    async with connect(url, additional_headers=stage.key(), proxy=None, open_timeout=60) as socket:
        for message in messages:
            try:
                text = message.decode()
            except UnicodeDecodeError:
                continue  # not a text message at all: see the frames
            await socket.send(text)
            await socket.send('{"type":"ping","ref":"next"}')
            async with asyncio.timeout(30):
                answers = [json.loads(await socket.recv()) for _ in range(2)]
            assert [each["type"] for each in answers] == ["error", "pong"], message
            assert answers[0]["problem"]["status"] in (400, 422), message
            sent += 1
    assert sent > 500
