"""Whatever goes wrong, and whatever the error quotes: its words are in no log line and in no answer."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from litestar.exceptions import HTTPException
from litestar.testing import AsyncTestClient

from copilot import logs
from copilot.errors import AppendConflict, CallerError, CopilotError, ModelFailure, TooMany
from tests.api.conftest import Stage

CANARY = "Kanarienvogel"
_FOREIGN = (ValueError, KeyError, OSError, RecursionError, AssertionError, TimeoutError)


def _tree(kind: type[CopilotError]) -> Iterator[type[CopilotError]]:
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
