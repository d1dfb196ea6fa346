"""The event stream on real sockets: framing, resume, refusals, heartbeat, revocation, the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.api.sse import feed_data, frame, item_frame
from copilot.client import EventParser
from copilot.core.events import Coached, StoredEvent, encode, wire
from copilot.core.types import Opening
from copilot.engine.coordinator import Goodbye, Growing, Reset
from copilot.errors import StoreUnavailable
from copilot.ports import Key
from tests.api.conftest import TENANT, Stage
from tests.api.serving import Wire, served
from tests.fakes.engine import phase_item, suggestion

URL = "/v1/conversations/c1/events"


def note(text: str) -> Coached:
    return Coached(rule="r", text=text, version="v")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  what is waited for happens in the server, which knows no test
            await asyncio.sleep(0.005)


async def reading(stage: Stage, key: Key) -> None:
    """Waits until the stream listens."""
    await until(lambda: stage.engine.readers(key) > 0)


async def test_frames_are_what_the_standard_says(stage: Stage, port: int, c1: Key) -> None:
    """Each stored event is id, event and one line of data, which is the log's own bytes."""
    stored = stage.engine.emit(c1, note("line\nbreak"))
    connection = await Wire.to(port)
    status, headers = await connection.request("GET", f"{URL}?after=0", stage.key("read"))
    assert status == 200
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["x-accel-buffering"] == "no"
    text = await connection.until(b"event: coach")
    assert text == b"retry: 1000\n\nid: e1.1\nevent: coach\ndata: " + wire(stored) + b"\n\n"
    connection.close()


async def test_live_growing_and_closed(stage: Stage, port: int, c1: Key) -> None:
    """Growing text has no id; after `closed` the stream ends cleanly."""
    connection = await Wire.to(port)
    await connection.request("GET", URL, stage.key("read"))
    await reading(stage, c1)
    stage.engine.show(c1, Growing(suggestion(status="partial", text="I hea")))
    await stage.engine.close(c1)
    parser = EventParser()
    events = parser.feed(await connection.rest())
    assert [(event.type, event.id) for event in events] == [("suggestion", ""), ("closed", "e1.1")]
    assert events[0].json()["suggestion"]["text"] == "I hea"
    assert stage.engine.readers(c1) == 0


async def test_resume_is_past_the_last_id_and_the_header_wins(stage: Stage, port: int, c1: Key) -> None:
    """A reader gets exactly what came after its last id."""
    for number in range(5):
        stage.engine.emit(c1, note(str(number)))
    await stage.engine.close(c1)
    connection = await Wire.to(port)
    headers = stage.key("read") | {"last-event-id": "e1.3"}
    await connection.request("GET", f"{URL}?after=e1.1", headers)
    events = EventParser().feed(await connection.rest())
    assert [event.id for event in events] == ["e1.4", "e1.5", "e1.6"]


async def test_what_cannot_be_served_is_a_reset(stage: Stage, port: int, c1: Key) -> None:
    """An id of another epoch, or of the future, is answered with a reset that carries the state and an id."""
    stage.engine.emit(c1, note("x"))
    for sent in ("other.1", "e1.99"):
        connection = await Wire.to(port)
        await connection.request("GET", URL, stage.key("read") | {"last-event-id": sent})
        event = EventParser().feed(await connection.until(b"event: reset"))[0]
        assert (event.type, event.id) == ("reset", "e1.1")
        assert event.json()["recovered"] is False
        assert event.json()["view"]["id"] == "c1"
        connection.close()


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "x",
        "e1",
        "e1.",
        "e1.-1",
        "e1." + "9" * 40,
        "e1.9007199254740993",
        "'; drop table",
        "e1.1,e1.2",
        ".",
    ],
)
async def test_malformed_ids_are_400(stage: Stage, port: int, sent: str) -> None:
    """An id that cannot be one of ours is refused before the stream begins."""
    connection = await Wire.to(port)
    status, headers = await connection.request("GET", URL, stage.key("read") | {"last-event-id": sent})
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    connection.close()


async def test_two_last_event_ids_are_400(stage: Stage, port: int) -> None:
    """Two headers contradict each other."""
    connection = await Wire.to(port)
    two = "last-event-id: e1.1\r\nlast-event-id: e1.2\r\n"
    status, _ = await connection.request("GET", URL, stage.key("read"), more=two)
    assert status == 400
    connection.close()


async def test_refusals_come_before_the_stream(stage: Stage, port: int) -> None:
    """Unknown is 404, another media type 406, HEAD has no body; none of them is an event."""
    connection = await Wire.to(port)
    key = stage.key("read")
    for path, headers, wanted in (
        ("/v1/conversations/never/events", key, 404),
        (URL, key | {"accept": "application/json"}, 406),
        (URL, key | {"accept": "text/event-stream;q=0, */*"}, 406),
    ):
        status, answer = await connection.request("GET", path, headers)
        assert (status, answer["content-type"]) == (wanted, "application/problem+json")
        await connection.reader.readexactly(int(answer["content-length"]))
    status, answer = await connection.request("HEAD", URL, key)
    assert (status, answer["content-type"]) == (200, "text/event-stream; charset=utf-8")
    status, _ = await connection.request("GET", "/health/live", {})
    assert status == 200
    connection.close()


async def test_an_idle_stream_has_a_heartbeat(stage: Stage, port: int) -> None:
    """A stream on which nothing happens sends comments, which no reader shows."""
    connection = await Wire.to(port)
    await connection.request("GET", URL, stage.key("read") | {"accept": "text/event-stream"})
    assert await connection.chunk() == b"retry: 1000\n\n"
    assert await connection.chunk() == b":\n\n"
    assert await connection.chunk() == b":\n\n"
    connection.close()


@pytest.mark.parametrize("path", [URL, "/v1/events"], ids=["one", "all"])
@pytest.mark.parametrize("end", ["revoke", "expire"])
async def test_a_key_that_ends_ends_the_stream(stage: Stage, port: int, c1: Key, end: str, path: str) -> None:
    """A stream does not outlive its key, whether that is revoked or its time is over, as after a rotation."""
    connection = await Wire.to(port)
    status, _ = await connection.request("GET", path, stage.key("read", "supervise"))
    assert status == 200
    for key_id in list(stage.keys.kept):
        getattr(stage.keys, end)(key_id, stage.clock.now_ms())
    async with asyncio.timeout(30):
        await connection.rest()
    await until(lambda: stage.engine.readers(c1) == 0)


async def test_a_reader_that_leaves_is_forgotten(stage: Stage, port: int, c1: Key) -> None:
    """When the client goes, the engine's stream is closed and the gauge goes back."""
    connection = await Wire.to(port)
    await connection.request("GET", URL, stage.key("read"))
    await reading(stage, c1)
    assert b'copilot_open_streams{kind="sse"} 1.0' in stage.metrics.exposition()
    connection.close()
    await until(lambda: not stage.engine.readers(c1))
    await until(lambda: b'copilot_open_streams{kind="sse"} 0.0' in stage.metrics.exposition())


async def test_goodbye_says_when_to_come_back(stage: Stage, port: int, c1: Key) -> None:
    """A server that goes away says so, with a delay that every kind of reader keeps to."""
    connection = await Wire.to(port)
    await connection.request("GET", URL, stage.key("read"))
    await reading(stage, c1)
    stage.engine.show(c1, Goodbye(1234))
    text = await connection.rest()
    assert text.endswith(b'retry: 1234\nevent: goodbye\ndata: {"retry_ms":1234}\n\n')


async def test_too_many_streams_are_429(stage: Stage, c1: Key) -> None:
    """A tenant holds only so many streams open; the next is told to come back."""
    stage.limits = replace(stage.limits, streams_per_tenant=1)
    await stage.engine.open(TENANT, "c1", Opening())
    async with served(stage.app()) as port:
        key = stage.key("read")
        first, second = await Wire.to(port), await Wire.to(port)
        await first.request("GET", URL, key)
        await reading(stage, c1)
        status, headers = await second.request("GET", URL, key)
        assert (status, headers["retry-after"]) == (429, "1")
        assert headers["content-type"] == "application/problem+json"
        first.close()
        second.close()


async def test_a_stalled_reader_is_given_up(stage: Stage, c1: Key) -> None:
    """A reader that takes nothing is cut once a send has been stuck for too long."""
    stage.limits = replace(stage.limits, send_seconds=0.1)
    await stage.engine.open(TENANT, "c1", Opening())
    async with served(stage.app()) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        key = stage.key("read")["authorization"]
        writer.write(f"GET {URL} HTTP/1.1\r\nhost: localhost\r\nauthorization: {key}\r\n\r\n".encode())
        await reading(stage, c1)
        async with asyncio.timeout(30):
            while stage.engine.readers(c1):
                stage.engine.emit(c1, note("x" * 100_000))
                await asyncio.sleep(0.001)
        await until(lambda: b'copilot_streams_ended_total{reason="slow"} 1.0' in stage.metrics.exposition())
        writer.transport.abort()


async def test_the_feed_names_the_conversation(stage: Stage, port: int) -> None:
    """A tenant's stream has its own ids, and each event says which conversation it is of."""
    connection = await Wire.to(port)
    await connection.request("GET", "/v1/events", stage.key("supervise"))
    await until(lambda: TENANT in stage.engine.feeds)
    stage.engine.feeds[TENANT].put_nowait(phase_item(17, "c1"))
    stage.engine.feeds[TENANT].put_nowait(Goodbye(5))
    event, goodbye = EventParser().feed(await connection.rest())
    assert (event.id, event.type, event.json()["conversation"]) == ("e1.17", "phase", "c1")
    assert goodbye.type == "goodbye"


async def test_a_suggestion_can_be_streamed(stage: Stage, port: int) -> None:
    """Asked for as a stream, a suggestion comes as it grows, and then the stream ends."""
    stage.engine.asked = [Growing(suggestion(status="partial", text="I")), suggestion()]
    connection = await Wire.to(port)
    headers = stage.key() | {"accept": "text/event-stream", "content-length": "0"}
    await connection.request("POST", "/v1/conversations/c1/suggestions", headers)
    events = EventParser().feed(await connection.rest())
    assert [event.json()["suggestion"]["status"] for event in events] == ["partial", "final"]


@given(st.text(), st.text())
def test_no_text_forges_a_field(text: str, name: str) -> None:
    """Whatever a text holds, a frame is one event with that text as its data."""
    payload = encode(note(text.encode("utf-8", "replace").decode()))
    stored = StoredEvent(7, 1, "coach", "public", payload)
    data, last = item_frame(stored, lambda seq: f"e.{seq}")
    events = EventParser().feed(data)
    assert [(event.id, event.type) for event in events] == [("e.7", "coach")]
    assert events[0].data.encode() == wire(stored)
    assert not last
    assert data.count(b"\n") == 4


def test_a_frame_of_two_lines_is_never_written() -> None:
    """Data with a raw line break would be two fields: it is a fault of ours, not an event."""
    with pytest.raises(AssertionError):
        frame("coach", b"{}\nid: 9")


def test_a_reset_can_be_read(stage: Stage) -> None:
    """A reset is one line of JSON as well."""
    view = asyncio.run(stage.engine.open(TENANT, "c1", Opening()))[0]
    data, last = item_frame(Reset(view, "another_epoch"), lambda seq: f"e.{seq}")
    event = EventParser().feed(data)[0]
    assert event.json()["reason"] == "another_epoch"
    assert not last


def test_feed_data_is_json() -> None:
    """The conversation's id is added inside the event's own object."""
    item = phase_item(3, 'a"b')
    assert json.loads(feed_data(item)) == {
        "conversation": 'a"b',
        **msgspec.json.decode(wire(item.stored)),
    }


async def test_a_stream_that_fails_ends(stage: Stage, port: int, c1: Key) -> None:
    """When the log cannot be read any more the stream ends, and the reader comes back with its last id."""
    connection = await Wire.to(port)
    await connection.request("GET", URL, stage.key("read"))
    await reading(stage, c1)
    stage.engine.show(c1, StoreUnavailable("SECRET"))
    assert b"SECRET" not in await connection.rest()
    assert b'copilot_streams_ended_total{reason="failed"} 1.0' in stage.metrics.exposition()
