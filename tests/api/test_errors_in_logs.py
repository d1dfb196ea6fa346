"""Whatever goes wrong, and whatever the error quotes: its words are in no log line and in no answer."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import structlog
from litestar.exceptions import HTTPException
from litestar.testing import AsyncTestClient
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from copilot import logs
from copilot.core.types import Opening
from copilot.errors import AppendConflict, CallerError, CopilotError, ModelFailure, TooMany
from tests.api.conftest import TENANT, Stage
from tests.api.serving import Wire, served
from tests.fakes.engine import suggestion

CANARY = "Kanarienvogel"
_FOREIGN = (ValueError, KeyError, OSError, RecursionError, AssertionError, TimeoutError)


def _tree(kind: type[CopilotError]) -> Iterator[type[CopilotError]]:
    """All that stand in the product's list of errors, whatever else other tests have imported by now."""
    if kind.__module__ == CopilotError.__module__:
        yield kind
        for inner in kind.__subclasses__():
            yield from _tree(inner)


def _error(kind: type[Exception]) -> Exception:
    """One of a kind that quotes the canary wherever it can, and was caused by another that does."""
    made: Exception
    if issubclass(kind, AppendConflict):
        made = kind(7)
    elif issubclass(kind, TooMany):
        made = kind(CANARY, retry_after_s=2)
    elif issubclass(kind, ModelFailure):
        made = kind("stalled", CANARY)
    elif issubclass(kind, CopilotError):
        made = kind(CANARY, errors=[{"pointer": "/text", "detail": CANARY}])
    elif issubclass(kind, HTTPException):
        made = kind(CANARY, status_code=500)
    else:
        made = kind(CANARY)
    made.__cause__ = RuntimeError(CANARY)
    return made


KINDS = [*dict.fromkeys(_tree(CopilotError)), *_FOREIGN, HTTPException]


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure("DEBUG", stream=stream)
    yield stream
    structlog.reset_defaults()


async def test_no_error_tells_what_it_quotes(stage: Stage, out: io.StringIO) -> None:
    """Every kind of ours and some of others', from the middle of a call: what is not the caller's own fault
    says nothing to them, and no log line says a word of any, nor of its cause."""
    failing: list[Exception] = []

    async def fails(*_: Any, **__: Any) -> Any:
        raise failing[-1]

    stage.engine.view = fails  # type: ignore[method-assign]
    async with AsyncTestClient(stage.app(), raise_server_exceptions=False) as client:
        for kind in KINDS:
            failing.append(_error(kind))
            answer = await client.get("/v1/conversations/c1", headers=stage.key())
            assert answer.status_code >= 400
            assert answer.headers["content-type"].startswith("application/problem+json")
            if not issubclass(kind, CallerError):
                assert CANARY not in answer.text, kind
                assert answer.status_code >= 500
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert sum(line["event"] == "request failed" for line in told) == sum(
        not issubclass(kind, CallerError) for kind in KINDS
    )
    assert CANARY not in out.getvalue()


C1 = "/v1/conversations/c1"
SAID = {"utterance_id": "u1", "speaker": "customer", "text": "hello", "start_ms": 0, "end_ms": 1}
FRAGMENT = json.dumps({"type": "fragment", **SAID})
FEEDBACK = json.dumps({"type": "feedback", "suggestion_id": "s1", "verdict": "used"})


async def _streamed(port: int, method: str, path: str, headers: dict[str, str]) -> str:
    """All bytes of an answer to its end."""
    wire = await Wire.to(port)
    asked = {**headers, "accept": "text/event-stream", "connection": "close"}
    try:
        status, told = await wire.request(method, path, asked)
        async with asyncio.timeout(30):  # one that does not break off would beat for ever
            return f"{status} {told} {(await wire.reader.read()).decode()}"
    finally:
        wire.close()


async def _linked(port: int, message: str | None, headers: dict[str, str]) -> str:
    """The answer to a message, or how the link ended: at the handshake, or later with a code and a reason."""
    url = f"ws://localhost:{port}{C1}/stream"
    try:
        async with connect(url, additional_headers=headers, proxy=None, open_timeout=60) as socket:
            if message is not None:
                await socket.send(message)
            return str(await socket.recv())
    except InvalidStatus as refused:
        return f"{refused.response.status_code} {(refused.response.body or b'').decode()}"
    except ConnectionClosed as closed:
        return str(closed)


class Failing:
    """Breaks one part of the engine by the error in hand, at once or after one thing was given."""

    def __init__(self, stage: Stage) -> None:
        self._engine: Any = stage.engine
        self.error: Exception = RuntimeError()

    def call(self, name: str) -> None:
        async def fails(*_: Any, **__: Any) -> Any:
            raise self.error

        setattr(self._engine, name, fails)

    def stream(self, name: str, *first: Any) -> None:
        async def fails(*_: Any, **__: Any) -> AsyncIterator[Any]:
            for item in first:
                yield item
            raise self.error

        setattr(self._engine, name, fails)

    def mend(self) -> None:
        for name in ("known", "ingest", "feedback", "stream", "feed", "suggest"):
            self._engine.__dict__.pop(name, None)


_Break = Callable[[Failing], None]
STREAMED: dict[str, tuple[str, str, _Break]] = {
    "events refused": ("GET", f"{C1}/events", lambda at: at.call("known")),
    "events break off": ("GET", f"{C1}/events", lambda at: at.stream("stream")),
    "all events break off": ("GET", "/v1/events", lambda at: at.stream("feed")),
    "suggestion refused": ("POST", f"{C1}/suggestions", lambda at: at.stream("suggest")),
    "suggestion breaks off": (
        "POST",
        f"{C1}/suggestions",
        lambda at: at.stream("suggest", suggestion(status="partial")),
    ),
}
LINKED: dict[str, tuple[str | None, _Break]] = {
    "handshake": (None, lambda at: at.call("known")),
    "events": (None, lambda at: at.stream("stream")),
    "fragment": (FRAGMENT, lambda at: at.call("ingest")),
    "feedback": (FEEDBACK, lambda at: at.call("feedback")),
}

BREAK_OFF = {"events break off", "all events break off", "suggestion breaks off", "events"}


async def test_no_stream_tells_what_an_error_quotes(stage: Stage, out: io.StringIO) -> None:
    """Every kind, before and in the middle of an event stream, at a WebSocket's handshake, in its events and
    under its messages: what comes back and what is logged has no word of it, but for the caller's own fault,
    which a refusal explains; and what can still be a problem is one."""
    await stage.engine.open(TENANT, "c1", Opening())
    failing, headers, wrong = Failing(stage), stage.key(), []
    async with served(stage.app()) as port:
        for kind in KINDS:
            failing.error = _error(kind)
            for name, (method, path, break_) in STREAMED.items():
                break_(failing)
                said = await _streamed(port, method, path, headers)
                failing.mend()
                wrong += _faults(kind, name, said)
            for name, (message, break_) in LINKED.items():
                break_(failing)
                said = await _linked(port, message, headers)
                failing.mend()
                wrong += _faults(kind, name, said)
    assert wrong == []
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    broken = {line["event"] for line in lines if line["level"] == "error"}
    assert broken >= {"request failed", "stream failed", "message failed"}, broken
    assert CANARY not in out.getvalue()


def _faults(kind: type[Exception], name: str, said: str) -> list[tuple[str, str, str]]:
    """What is wrong with the answer to a part that broke by an error of this kind."""
    refused = name not in BREAK_OFF
    tells = CANARY in said and not (refused and issubclass(kind, CallerError))
    no_problem = refused and '"type":"/problems/' not in said
    return [(kind.__name__, name, said)] if tells or no_problem else []


async def test_a_link_that_breaks_later_says_only_that(
    stage: Stage, out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody thought of, long after the handshake: the link ends with 'try again', the log names it."""

    def fails(_: str) -> None:
        raise LookupError(CANARY)

    await stage.engine.open(TENANT, "c1", Opening())
    async with served(stage.app()) as port:
        url = f"ws://localhost:{port}{C1}/stream"
        async with connect(url, additional_headers=stage.key(), proxy=None, open_timeout=60) as socket:
            monkeypatch.setattr(stage.keys, "find", fails)
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1011, "try again")
    assert "LookupError" in out.getvalue()
    assert CANARY not in out.getvalue()
