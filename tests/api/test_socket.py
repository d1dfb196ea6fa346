"""The WebSocket on real sockets: handshake, acknowledgements, errors that keep it open, events, the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from copilot.core.events import wire
from copilot.core.types import Opening
from copilot.engine.coordinator import Goodbye, Growing
from copilot.errors import Gone, StoreUnavailable
from copilot.ports import Key
from tests.api.conftest import TENANT, Stage
from tests.api.serving import served
from tests.fakes.engine import suggestion

URL = "/v1/conversations/c1/stream"


def fragment(number: int, **changes: Any) -> dict[str, Any]:
    plain = {
        "type": "fragment",
        "utterance_id": f"u{number}",
        "speaker": "customer",
        "text": f"words {number}",
        "start_ms": 0,
        "end_ms": 1,
    }
    return plain | changes


@pytest.fixture
async def port(stage: Stage) -> AsyncIterator[int]:
    stage.limits = replace(stage.limits, message_bytes=10_000)
    await stage.engine.open(TENANT, "c1", Opening())
    async with served(stage.app()) as port:
        yield port


def link(port: int, headers: dict[str, str], path: str = URL, **options: Any) -> connect:
    return connect(
        f"ws://localhost:{port}{path}", additional_headers=headers, proxy=None, open_timeout=60, **options
    )


async def answer(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of a kind."""
    async with asyncio.timeout(30):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["type"] == kind:
                return message


async def code(socket: ClientConnection) -> int:
    """How the server closed."""
    async with asyncio.timeout(30):
        await socket.wait_closed()
    assert socket.close_code is not None
    return socket.close_code


async def test_fragments_are_acknowledged_in_order(stage: Stage, port: int) -> None:
    """Many fragments may be under way; each is acknowledged, in order, and reaches the engine in order."""
    async with link(port, stage.key("read", "ingest")) as socket:
        for number in range(100):
            await socket.send(json.dumps(fragment(number, ref=f"r{number}")))
        acks = [await answer(socket, "ack") for _ in range(100)]
    assert [ack["ref"] for ack in acks] == [f"r{number}" for number in range(100)]
    assert [ack["result"]["seq"] for ack in acks] == list(range(1, 101))
    assert acks[0]["state"]["phase"] == "venting"
    assert len(stage.engine.batches) < 100


async def test_one_conflict_does_not_refuse_its_neighbours(stage: Stage, port: int) -> None:
    """Fragments that were sent on their own are answered on their own, also when they travel together."""
    async with link(port, stage.key("read", "ingest")) as socket:
        for message in (fragment(1), fragment(1, text="other"), fragment(2)):
            await socket.send(json.dumps(message))
        error = await answer(socket, "error")
        assert error["problem"]["type"] == "/problems/conflict"
        assert error["utterance_id"] == "u1"
        assert (await answer(socket, "ack"))["result"]["utterance_id"] == "u2"


async def test_events_are_the_bytes_of_the_log(stage: Stage, port: int, c1: Key) -> None:
    """An event on the WebSocket holds the same bytes as on the event stream; growing text has no id."""
    async with link(port, stage.key("read", "ingest"), f"{URL}?after=0") as socket:
        await socket.send(json.dumps(fragment(1)))
        async with asyncio.timeout(30):
            while '"event"' not in (text := str(await socket.recv())):
                pass
        stored = (await stage.engine.history(c1, 0, 1))[0]
        assert text.encode() == b'{"type":"event","id":"e1.1","data":' + wire(stored) + b"}"
        stage.engine.show(c1, Growing(suggestion(status="partial")))
        assert (await answer(socket, "growing"))["data"]["suggestion"]["status"] == "partial"


async def test_resume_and_reset(stage: Stage, port: int, c1: Key) -> None:
    """`after` resumes; an id that means nothing is a reset."""
    async with link(port, stage.key("read", "ingest"), f"{URL}?after=e1.40") as socket:
        reset = await answer(socket, "reset")
        assert (reset["recovered"], reset["view"]["id"]) == (False, "c1")


async def test_feedback_and_ping(stage: Stage, port: int) -> None:
    """Feedback is noted and acknowledged; a ping is answered."""
    async with link(port, stage.key("read", "feedback")) as socket:
        await socket.send('{"type":"ping","ref":"p"}')
        assert (await answer(socket, "pong"))["ref"] == "p"
        await socket.send('{"type":"feedback","suggestion_id":"s-1","verdict":"used","ref":"f"}')
        assert await answer(socket, "ack") == {"type": "ack", "ref": "f", "seq": 1}
        await socket.send('{"type":"feedback","suggestion_id":"s-9","verdict":"used"}')
        assert (await answer(socket, "error"))["problem"]["status"] == 404
    assert stage.engine.feedbacks == [("s-1", "used", None)]


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("{", 400),
        ("[]", 422),
        ("null", 422),
        (b'{"type":"ping"}', 400),
        ('{"type":"SECRET"}', 422),
        ("{}", 422),
        ('{"type":"fragment"}', 422),
        ('{"type":"ping","type":"ping"}', 400),
        ('{"type":"ping","extra":1}', 422),
    ],
)
async def test_a_bad_message_is_answered_and_the_connection_stays(
    stage: Stage, port: int, message: str | bytes, status: int
) -> None:
    """What cannot be read is answered with the problem, and the next message is read as ever."""
    async with link(port, stage.key("read", "ingest")) as socket:
        await socket.send(message)
        error = await answer(socket, "error")
        assert error["problem"]["status"] == status
        assert "SECRET" not in json.dumps(error)
        await socket.send('{"type":"ping"}')
        await answer(socket, "pong")


async def test_five_in_a_row_are_too_many(stage: Stage, port: int) -> None:
    """Four bad messages and a good one are forgiven; five bad ones in a row close with 1008."""
    async with link(port, stage.key("read")) as socket:
        for message in ["{"] * 4 + ['{"type":"ping"}'] + ["{"] * 5:
            await socket.send(message)
        assert await code(socket) == 1008


async def test_a_bad_message_keeps_its_ref(stage: Stage, port: int) -> None:
    """The caller's own mark comes back also with a refusal."""
    async with link(port, stage.key("read", "ingest")) as socket:
        await socket.send(json.dumps(fragment(1, speaker="dog", ref="mine")))
        assert (await answer(socket, "error"))["ref"] == "mine"


async def test_scopes_count_for_each_message(stage: Stage, port: int) -> None:
    """A key that may only read can open the connection, and send nothing on it; that is no strike."""
    async with link(port, stage.key("read")) as socket:
        for _ in range(6):
            await socket.send(json.dumps(fragment(1)))
            assert (await answer(socket, "error"))["problem"]["status"] == 403
        await socket.send('{"type":"ping"}')
        await answer(socket, "pong")


async def test_a_full_disk_is_an_error_message(stage: Stage, port: int) -> None:
    """What could not be written is answered as an error for each fragment, and the connection stays."""
    stage.engine.trouble = StoreUnavailable("/secret/path")
    async with link(port, stage.key("read", "ingest")) as socket:
        await socket.send(json.dumps(fragment(1)))
        error = await answer(socket, "error")
        assert error["problem"]["status"] == 503
        assert "secret" not in json.dumps(error)


async def test_oversize_is_1009(stage: Stage, port: int) -> None:
    """A message over the limit closes the connection with 1009."""
    async with link(port, stage.key("read")) as socket:
        await socket.send('"' + "x" * 20_000 + '"')
        assert await code(socket) == 1009


async def test_closed_is_1000_and_goodbye_1012(stage: Stage, port: int, c1: Key) -> None:
    """After `closed` the connection ends well; before a restart it says goodbye."""
    async with link(port, stage.key("read")) as socket:
        await socket.send('{"type":"ping"}')
        await answer(socket, "pong")
        stage.engine.show(c1, Goodbye(70))
        assert (await answer(socket, "goodbye"))["retry_ms"] == 70
        assert await code(socket) == 1012
    async with link(port, stage.key("read")) as socket:
        await socket.send('{"type":"ping"}')
        await answer(socket, "pong")
        await stage.engine.close(c1)
        assert (await answer(socket, "event"))["data"]["type"] == "closed"
        assert await code(socket) == 1000


@pytest.mark.parametrize("end", ["revoke", "expire"])
async def test_a_key_that_ends_closes_it(stage: Stage, port: int, end: str) -> None:
    """A connection does not outlive its key, whether that is revoked or its time is over."""
    async with link(port, stage.key("read")) as socket:
        for key_id in list(stage.keys.kept):
            getattr(stage.keys, end)(key_id, stage.clock.now_ms())
        assert await code(socket) == 1008


async def test_handshakes_are_refused_with_a_status(stage: Stage, port: int) -> None:
    """No key is 401, a foreign origin 403, an unknown conversation 404, a wrong subprotocol or id 400."""
    key = stage.key("read")
    for headers, path, options, wanted in (
        ({}, URL, {}, 401),
        (stage.key("ingest"), URL, {}, 403),
        (key, URL, {"origin": "https://evil.example"}, 403),
        (key, "/v1/conversations/never/stream", {}, 404),
        (key, "/v1/conversations/%00/stream", {}, 404),
        (key, "/v1/nothing", {}, 404),
        (key, f"{URL}?after=x", {}, 400),
        (key, URL, {"subprotocols": ["other"]}, 400),
        (key | {f"x-{number}": "y" for number in range(100)}, URL, {}, 431),
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with link(port, headers, path, **options):
                pass
        assert refused.value.response.status_code == wanted, path
        assert json.loads(refused.value.response.body)["status"] == wanted


async def test_our_own_origin_and_protocol_are_fine(stage: Stage, port: int) -> None:
    """The server's own pages, and origins on the list, may connect."""
    stage.limits = replace(stage.limits, origins=frozenset({"https://desk.example"}))
    async with served(stage.app()) as other:
        for origin in (f"http://localhost:{other}", "https://desk.example"):
            async with link(other, stage.key("read"), origin=origin, subprotocols=["copilot.v1"]) as socket:
                assert socket.subprotocol == "copilot.v1"


async def test_a_stream_that_fails_is_1011(stage: Stage, port: int, c1: Key) -> None:
    """When the log cannot be read any more the connection ends with 1011: try again."""
    async with link(port, stage.key("read")) as socket:
        await socket.send('{"type":"ping"}')
        await answer(socket, "pong")
        stage.engine.show(c1, StoreUnavailable("SECRET"))
        assert await code(socket) == 1011


async def test_what_is_erased_before_its_first_event_ends(stage: Stage, port: int) -> None:
    """A link that was let in and then finds nothing any more is closed as over, not as a failure."""

    async def gone(*_: object, **__: object) -> AsyncIterator[object]:
        raise Gone
        yield

    stage.engine.stream = gone  # type: ignore[method-assign, assignment]
    url = f"ws://localhost:{port}/v1/conversations/c1/stream"
    async with connect(url, additional_headers=stage.key(), proxy=None) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1000
