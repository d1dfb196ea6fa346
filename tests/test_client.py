"""Tests of the client: how a stream is read however it is cut, and how it goes on after a cut."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Callable
from itertools import pairwise

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.client import Backoff, CopilotClient, EventParser, ServerEvent
from copilot.errors import Conflicting, Invalid, NotFound, Unavailable


def read(*chunks: bytes) -> list[ServerEvent]:
    parser = EventParser()
    return [event for chunk in chunks for event in parser.feed(chunk)]


VECTORS = [
    pytest.param([b"data: a\n\n"], [("", "message", "a")], id="plain"),
    pytest.param([b"\xef\xbb\xbfdata: a\n\n"], [("", "message", "a")], id="BOM at the start"),
    pytest.param([b"\xef", b"\xbb\xbf", b"data: a\n\n"], [("", "message", "a")], id="BOM cut"),
    pytest.param([b"data: a\n\n\xef\xbb\xbfdata: b\n\n"], [("", "message", "a")], id="BOM later is a name"),
    pytest.param([b"data: a\r\rdata: b\r\r"], [("", "message", "a"), ("", "message", "b")], id="CR"),
    pytest.param([b"data: a\r\n\r\n"], [("", "message", "a")], id="CRLF"),
    pytest.param(
        [b"data: a\r", b"\n\r", b"\ndata: b\r", b"\n", b"\r\n"],
        [("", "message", "a"), ("", "message", "b")],
        id="CRLF cut",
    ),
    pytest.param(
        [b"data: a\r", b"\ndata: b\r\n\r\n"], [("", "message", "a\nb")], id="the LF of a cut CRLF is no line"
    ),
    pytest.param(
        [b"data: a\r", b"data: b\r", b"\r"], [("", "message", "a\nb")], id="CR at the end of a chunk"
    ),
    pytest.param(
        [b"data:  a\ndata:b\ndata\n\n"], [("", "message", " a\nb\n")], id="one space goes, lines join"
    ),
    pytest.param([b": ping\n\n:\n\n"], [], id="comments are nothing"),
    pytest.param([b"id: 1\n\ndata: a\n\n"], [("1", "message", "a")], id="an id without data still counts"),
    pytest.param(
        [b"id: 1\ndata: a\n\nid: 2\x00\ndata: b\n\n"],
        [("1", "message", "a"), ("1", "message", "b")],
        id="NUL id",
    ),
    pytest.param(
        [b"id: 1\ndata: a\n\nid\ndata: b\n\n"],
        [("1", "message", "a"), ("", "message", "b")],
        id="empty id clears",
    ),
    pytest.param(
        [b"event: phase\ndata: a\n\ndata: b\n\n"],
        [("", "phase", "a"), ("", "message", "b")],
        id="the type is of one event",
    ),
    pytest.param(
        [b"event: phase\n\ndata: b\n\n"], [("", "message", "b")], id="a type without data is forgotten"
    ),
    pytest.param(
        [b"data: a\n\ndata: b\n"], [("", "message", "a")], id="an unfinished last event never counts"
    ),
    pytest.param([b"DATA: a\nfoo: b\n\n"], [], id="unknown fields, names in other case"),
    pytest.param(
        ["data: é\u2028x\x85y\x0bz\n\n".encode()],
        [("", "message", "é\u2028x\x85y\x0bz")],
        id="only CR and LF end lines",
    ),
    pytest.param([b"data: \xff\n\n"], [("", "message", "\ufffd")], id="bytes that are no UTF-8"),
]


@pytest.mark.parametrize(("chunks", "events"), VECTORS)
def test_stream_vectors(chunks: list[bytes], events: list[tuple[str, str, str]]) -> None:
    """A stream is read as the WHATWG standard says."""
    assert read(*chunks) == events


@pytest.mark.parametrize(("chunks", "events"), VECTORS)
def test_stream_vectors_byte_by_byte(chunks: list[bytes], events: list[tuple[str, str, str]]) -> None:
    """Where the bytes are cut changes nothing."""
    assert read(*(bytes([byte]) for chunk in chunks for byte in chunk)) == events


@given(
    st.text(alphabet="ad: \r\n\x00\ufeffé", max_size=60).map(lambda noise: f"id: 7\ndata: x\n\n{noise}"),
    st.lists(st.integers(0, 120), max_size=8),
)
def test_any_cut_reads_the_same(text: str, cuts: list[int]) -> None:
    """Any stream reads the same however it is cut."""
    raw = text.encode()
    edges = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    assert read(*(raw[a:b] for a, b in pairwise(edges))) == read(raw)


def test_retry_is_digits_only() -> None:
    """A `retry` counts only when it is nothing but digits."""
    parser = EventParser()
    parser.feed("retry: 50\nretry: 1e3\nretry: ٣\nretry:\n".encode())
    assert parser.retry_ms == 50


def test_backoff_has_full_jitter() -> None:
    """A wait is drawn between nothing and a limit that doubles, after what the server asks for."""
    waits = [Backoff(random.Random(seed)) for seed in range(200)]
    limits = [0.2, 0.4, 0.8]
    for limit in limits:
        drawn = [backoff.next_s() for backoff in waits]
        assert 0 <= min(drawn) < limit * 0.1
        assert limit * 0.9 < max(drawn) <= limit
    backoff = Backoff(random.Random(1))
    assert all(3 <= backoff.next_s(3) <= 13 for _ in range(50))
    assert max(backoff.next_s() for _ in range(50)) <= 10


class _Cut(httpx2.AsyncByteStream):
    """A body that breaks off after what it had to say."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body
        raise httpx2.ReadError("cut")


Answer = Callable[[httpx2.Request], httpx2.Response]


class _Calm(random.Random):
    """A chance that never makes anybody wait."""

    def uniform(self, a: float, b: float) -> float:
        return 0.0


def client_of(answers: list[Answer]) -> tuple[CopilotClient, list[httpx2.Request]]:
    asked: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return answers[len(asked) - 1](request)

    transport = httpx2.MockTransport(handle)
    return CopilotClient("http://copilot", "k", transport=transport, chance=_Calm()), asked


def cut(body: str) -> Answer:
    return lambda _: httpx2.Response(200, stream=_Cut(body.encode()))


def whole(body: str) -> Answer:
    return lambda _: httpx2.Response(200, content=body.encode())


def problem(status: int, slug: str, headers: dict[str, str] | None = None) -> Answer:
    body = {"type": f"https://example.org/problems/{slug}", "status": status, "detail": "why"}
    return lambda _: httpx2.Response(status, json=body, headers=headers)


def unreachable(_: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("refused")


async def collected(client: CopilotClient, after: str | None = None) -> list[ServerEvent]:
    return [event async for event in client.events("c1", after)]


CLOSED = "id: e.9\nevent: closed\ndata: {}\n\n"


async def test_events_go_on_after_a_cut() -> None:
    """After a cut the stream is asked for from the last event that was complete."""
    client, asked = client_of(
        [
            cut("id: e.1\nevent: phase\ndata: {}\n\nid: e.2\ndata: half"),
            unreachable,
            problem(503, "unavailable", {"Retry-After": "0"}),
            whole('event: suggestion\ndata: {"grows": 1}\n\n'),
            whole(CLOSED),
        ]
    )
    events = await collected(client, "e.0")
    assert [event.type for event in events] == ["phase", "suggestion", "closed"]
    assert [request.headers["Last-Event-ID"] for request in asked] == ["e.0", "e.1", "e.1", "e.1", "e.1"]


async def test_goodbye_and_reset_are_followed() -> None:
    """`goodbye` means come back; `reset` is passed on and its id is gone on from."""
    client, asked = client_of(
        [
            whole('id: e.4\nevent: phase\ndata: {}\n\nevent: goodbye\ndata: {"retry_ms": 0}\n\n'),
            whole('id: f.2\nevent: reset\ndata: {"next_event_id": "f.2"}\n\n'),
            whole(CLOSED),
        ]
    )
    assert [event.type for event in await collected(client)] == ["phase", "reset", "closed"]
    assert [request.headers.get("Last-Event-ID") for request in asked] == [None, "e.4", "f.2"]


@pytest.mark.parametrize(
    ("status", "slug", "kind"), [(404, "not-found", NotFound), (409, "conflict", Conflicting)]
)
async def test_what_the_server_refuses_ends_the_stream(status: int, slug: str, kind: type[Exception]) -> None:
    """A stream that the server refuses for good raises that error of our tree, and is not asked for again."""
    client, asked = client_of([problem(status, slug)])
    with pytest.raises(kind, match="why"):
        await collected(client)
    assert len(asked) == 1


async def test_calls_are_repeated_until_they_are_answered() -> None:
    """A call is sent again when nobody answers, the server is not able now, or it asks for patience."""
    ok: Answer = lambda request: httpx2.Response(202, json={"sent": json.loads(request.content)})  # noqa: E731
    client, asked = client_of(
        [unreachable, problem(503, "store-unavailable"), problem(429, "too-many-requests"), ok]
    )
    assert await client.send("a/b", [{"text": "hi"}]) == {"sent": [{"text": "hi"}]}
    assert {request.url.raw_path for request in asked} == {b"/v1/conversations/a%2Fb/fragments"}
    assert {request.headers["Authorization"] for request in asked} == {"Bearer k"}


async def test_a_dead_server_is_said_in_one_line() -> None:
    """When nobody answers at all, the error names the server."""
    client, asked = client_of([unreachable] * 6)
    with pytest.raises(Unavailable, match=r"^no answer from http://copilot \(refused\)$"):
        await client.get("c1")
    assert len(asked) == 6


async def test_a_refusal_names_the_places() -> None:
    """What is wrong with the input is in the error with its pointers, and it is not sent again."""
    body = {"type": "urn:x:invalid", "detail": "no", "errors": [{"pointer": "/0/text", "detail": "too long"}]}
    client, asked = client_of([lambda _: httpx2.Response(422, json=body)])
    with pytest.raises(Invalid, match=r"^no; /0/text too long$"):
        await client.send("c1", [{}])
    assert len(asked) == 1


@pytest.mark.parametrize("content", [b"<html>", b"[]", b""])
async def test_an_answer_that_is_no_problem_is_still_an_error(content: bytes) -> None:
    """A foreign error page becomes an error of our tree by its status."""
    client, _ = client_of([lambda _: httpx2.Response(400, content=content)])
    with pytest.raises(Exception, match="HTTP 400") as caught:
        await client.get("c1")
    assert type(caught.value).__name__ == "CallerError"


async def test_ready_says_so() -> None:
    """A server is ready when it says so, and not when it does not answer."""
    client, _ = client_of([unreachable, problem(503, "unavailable"), whole("{}")])
    assert [await client.ready() for _ in range(3)] == [False, False, True]
