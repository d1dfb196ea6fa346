"""What a caller wants back, by the Accept header's own rules."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import RequestFactory

from copilot.api.negotiation import accepts, prefers
from copilot.errors import NotAcceptable

SSE, JSON = "text/event-stream", "application/json"


def request(accept: str | None) -> Any:
    return RequestFactory().get("/", headers={} if accept is None else {"accept": accept})


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        (None, True),
        ("*/*", True),
        ("text/*", True),
        (SSE, True),
        ("TEXT/Event-Stream ; q=0.1", True),
        ("application/json, text/event-stream", True),
        ("application/json", False),
        ("text/event-stream;q=0, */*", False),
        ("text/event-stream;q=bogus", False),
        ("", False),
    ],
)
def test_the_most_specific_range_decides(accept: str | None, taken: bool) -> None:
    """A range with q=0 refuses, also where a wider one would accept."""
    assert accepts(request(accept), SSE) is taken


@pytest.mark.parametrize(
    ("accept", "streamed"),
    [
        (None, False),
        ("*/*", False),
        (JSON, False),
        (SSE, True),
        (f"{SSE}, {JSON}", True),
        (f"{SSE};q=0.5, {JSON}", False),
        (f"{SSE}, */*;q=0.1", True),
    ],
)
def test_a_stream_is_asked_for_by_name(accept: str | None, streamed: bool) -> None:
    """JSON is what a caller gets that does not name the stream."""
    assert prefers(request(accept), SSE, JSON) is streamed


def test_neither_is_refused() -> None:
    """A caller that takes neither is told."""
    with pytest.raises(NotAcceptable):
        prefers(request("image/png"), SSE, JSON)
