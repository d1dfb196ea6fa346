"""Tests of recordings: played by hash and at their times, never a live call without having been asked for."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx2
import pytest

from copilot.clocks import SimulatedClock
from copilot.errors import Invalid, ModelFailure
from copilot.shipped import shipped
from copilot.suggesters.upstream import bounded
from evals.runs.recordings import (
    LiveCallFailed,
    NotRecorded,
    RecordedTransport,
    Recording,
    Recordings,
    place,
    request_hash,
)
from evals.runs.subject import LIVE_SILENCE_S, Endpoint, load_subject
from tests.fakes.evals import under_test
from tests.fakes.moments import moment
from tests.fakes.openai_server import FakeOpenAI, Pause, completion, failing, stream

BODY = {"model": "small-1", "messages": [{"role": "user", "content": "Hello"}], "stream": True}
KEY = request_hash(json.dumps(BODY).encode())


async def asked(
    transport: RecordedTransport, clock: SimulatedClock, url: str = "http://127.0.0.1:1/v1"
) -> list[tuple[float, bytes]]:
    """The pieces of an answer, with the simulated ms at which each came."""
    pieces: list[tuple[float, bytes]] = []

    async def ask() -> None:
        async with (
            httpx2.AsyncClient(transport=transport, trust_env=False) as client,
            client.stream("POST", f"{url}/chat/completions", json=BODY) as response,
        ):
            async for piece in response.aiter_raw():
                pieces.append((round(clock.monotonic() * 1000), piece))

    asking = asyncio.ensure_future(ask())
    await clock.advance(60_000)
    await asking
    return pieces


def test_the_hash_is_of_the_request_and_not_of_its_layout() -> None:
    """The same request in another order of fields has the same hash, another text has another."""
    turned = json.dumps(dict(reversed(BODY.items())), indent=2).encode()
    assert request_hash(turned) == KEY
    assert request_hash(json.dumps(BODY | {"temperature": 1}).encode()) != KEY


async def test_pieces_come_at_their_times_on_the_runs_clock(tmp_path: Path) -> None:
    """A recorded answer takes as long in simulated time as it took when it was recorded."""
    recordings, clock = Recordings(tmp_path / "a.jsonl"), SimulatedClock()
    recordings.add(Recording(request=KEY, pieces=((250.0, "data: a"), (900.0, "data: b"))))
    await clock.advance(5_000)
    transport = RecordedTransport(recordings, clock)
    assert await asked(transport, clock) == [(5_250, b"data: a"), (5_900, b"data: b")]
    transport.check()


async def test_a_missing_recording_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    """Without --record nothing is asked live; the run's error names the file and the way to record."""
    clock = SimulatedClock()
    async with FakeOpenAI(stream(completion("hi"))) as server:
        transport = RecordedTransport(Recordings(tmp_path / "a.jsonl"), clock)
        with pytest.raises(httpx2.ConnectError):
            await asked(transport, clock, server.base_url)
        assert server.requests == []
    with pytest.raises(NotRecorded, match=r"a\.jsonl.*--record"):
        transport.check()


async def test_what_was_asked_live_is_kept_and_never_asked_again(tmp_path: Path) -> None:
    """A live answer is played from its recording, the same to the byte when the endpoint is gone."""
    file, clock = tmp_path / "deep" / "a.jsonl", SimulatedClock()
    events = completion("Größe 😤 zählt")
    torn = [part for event in events for part in (event[:7], event[7:])]
    async with FakeOpenAI(stream([*torn[:6], Pause(0.05), *torn[6:]])) as server:
        live = bounded()
        first = await asked(RecordedTransport(Recordings(file), clock, live), clock, server.base_url)
        again = await asked(RecordedTransport(Recordings(file), clock, live), clock, server.base_url)
        assert len(server.requests) == 1
        await live.aclose()
    offline = await asked(RecordedTransport(Recordings(file), clock), clock)
    assert b"".join(piece for _, piece in first) == b"".join(events)
    assert [piece for _, piece in first] == [piece for _, piece in again] == [piece for _, piece in offline]
    assert first[-1][0] >= 45


class _Noting(httpx2.AsyncBaseTransport):
    """Fails each request, and notes how long its answer would have been waited for."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.waits.append(request.extensions["timeout"]["read"])
        raise httpx2.ConnectError("nobody there", request=request)


async def test_a_slow_endpoint_is_waited_for_when_recording(tmp_path: Path) -> None:
    """Recording waits longer for a first byte than any agent would; the recording is then judged."""
    noting, clock = _Noting(), SimulatedClock()
    model = under_test(load_subject(shipped()), tmp_path, Endpoint("http://m/v1", "none", noting)).model
    assert model is not None
    suggester, transport = await model.connect("a", clock, lambda _, __: None, 30)
    asking = asyncio.ensure_future(anext(suggester.suggest(moment())))  # type: ignore[arg-type]
    await clock.advance(60_000)
    with pytest.raises(ModelFailure):
        await asking
    assert noting.waits == [LIVE_SILENCE_S]
    with pytest.raises(LiveCallFailed):
        transport.check()


async def test_a_live_answer_that_is_none_is_not_kept(tmp_path: Path) -> None:
    """An error of the endpoint is an error of the run, and leaves no recording."""
    file, clock = tmp_path / "a.jsonl", SimulatedClock()
    async with FakeOpenAI(failing(503)) as server:
        live = bounded()
        transport = RecordedTransport(Recordings(file), clock, live)
        with pytest.raises(httpx2.ReadError):
            await asked(transport, clock, server.base_url)
        await live.aclose()
    with pytest.raises(LiveCallFailed, match="HTTP 503"):
        transport.check()
    assert not file.exists()


def test_a_file_that_is_no_recording_is_refused_with_its_line(tmp_path: Path) -> None:
    """A damaged line is Invalid, with its place."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"request":"x","pieces":[]}\n{"request":\n')
    with pytest.raises(Invalid, match="line 2"):
        Recordings(file)


def test_a_line_that_a_break_off_left_is_asked_for_again(tmp_path: Path) -> None:
    """The last line without its end is cut off; what follows it is whole."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"request":"x","pieces":[]}\n{"request":"y","pie')
    recordings = Recordings(file)
    assert recordings.find("x") is not None
    assert recordings.find("y") is None
    recordings.add(Recording(request="z", pieces=()))
    assert Recordings(file).find("z") is not None


def test_each_model_has_its_own_place(tmp_path: Path) -> None:
    """Recordings stand by prompt version, model and conversation; a model's name cannot leave the folder."""
    found = place(tmp_path, "next-phrase@1.0.0", "../org/model:7b", "bank-calm-limit")
    assert found == tmp_path / "next-phrase@1.0.0" / ".._org_model_7b" / "bank-calm-limit.jsonl"
