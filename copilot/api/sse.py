"""Server-sent events: how an item of a stream is written, and the response that keeps on writing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import msgspec
import structlog
from litestar.types import Receive, Send

from copilot.api.answers import AnyScope
from copilot.api.auth import Authenticator
from copilot.api.door import is_head, principal_of
from copilot.api.limits import Limits
from copilot.api.outlets import Ending, Gate, Outlet, first_of, gone, watch
from copilot.api.problems import translated
from copilot.core.events import StoredEvent, wire
from copilot.core.suggestions import Suggestion
from copilot.engine.coordinator import FeedStep, Goodbye, Growing, Reset, StreamItem
from copilot.engine.readers import FeedReset
from copilot.metrics import Metrics
from copilot.ports import FeedItem

MEDIA = "text/event-stream"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_HEARTBEAT = b":\n\n"
# A send that has room never gives way to others; a long replay must.
_BREATHER = 32

_BREAK = re.compile(rb"[\r\n]")

# A frame, and whether it is the last one.
Frame = tuple[bytes, bool]


def frame(event: str, data: bytes, event_id: str | None = None) -> bytes:
    """One event. The data is one line of JSON, in which a line break is always escaped: nothing in it can
    end the event or forge a field."""
    assert not _BREAK.search(data)
    head = b"" if event_id is None else b"id: " + event_id.encode() + b"\n"
    return head + b"event: " + event.encode() + b"\ndata: " + data + b"\n\n"


def growing(suggestion: Suggestion) -> bytes:
    """A suggestion outside the log, in the shape of the event that it may become, but without seq."""
    return b'{"type":"suggestion","suggestion":' + msgspec.json.encode(suggestion) + b"}"


def reset(item: Reset) -> bytes:
    return msgspec.json.encode(
        {"type": "reset", "recovered": False, "reason": item.reason, "view": item.view}
    )


def item_frame(item: StreamItem, event_id: Callable[[int], str]) -> Frame:
    match item:
        case StoredEvent():
            return frame(item.type, wire(item), event_id(item.seq)), item.type == "closed"
        case Growing(suggestion):
            return frame("suggestion", growing(suggestion)), False
        case Reset(view):
            return frame("reset", reset(item), view.next_event_id), False
        case Goodbye():
            return goodbye_frame(item), True


def feed_data(item: FeedItem) -> bytes:
    """An event of the tenant's own stream: the same bytes, and before them which conversation it is."""
    return b'{"conversation":' + msgspec.json.encode(item.conversation) + b"," + wire(item.stored)[1:]


def feed_frame(item: FeedStep, event_id: Callable[[int], str]) -> Frame:
    match item:
        case FeedItem():
            return frame(item.stored.type, feed_data(item), event_id(item.position)), False
        case FeedReset(position):
            return frame("reset", b'{"type":"reset","recovered":false}', event_id(position)), False
        case Goodbye():
            return goodbye_frame(item), True


def goodbye_frame(item: Goodbye) -> bytes:
    """`retry` makes a reader that knows nothing of us wait as long, too."""
    return b"retry: %d\n" % item.retry_ms + frame("goodbye", b'{"retry_ms":%d}' % item.retry_ms)


class EventStream:
    """An ASGI response. Nothing is sent before the gate has let it in, so that a refusal can be a problem.

    Written on bare ASGI: Litestar's ServerSentEvent goes through a worker thread on each connect, which
    halves what a reconnect storm can take, and knows no send deadline.
    """

    def __init__(
        self,
        frames: AsyncGenerator[Frame],
        *,
        kind: str,
        gate: Gate,
        authenticator: Authenticator,
        limits: Limits,
        metrics: Metrics,
    ) -> None:
        self._frames = frames
        self._kind = kind
        self._gate = gate
        self._authenticator = authenticator
        self._limits = limits
        self._metrics = metrics
        self._log = structlog.get_logger("copilot.api")

    async def __call__(self, scope: AnyScope, receive: Receive, send: Send) -> None:
        principal = principal_of(scope)
        start: Any = {"type": "http.response.start", "status": 200, "headers": list(_HEADERS)}
        last: Any = {"type": "http.response.body", "body": b"", "more_body": False}
        if is_head(scope):
            await send(start)
            await send(last)
            return
        with self._gate.hold(principal.tenant, self._kind):
            await send(start)
            outlet = Outlet(send)
            ending = await first_of(
                self._relay(outlet),
                gone(receive),
                watch(outlet, self._authenticator, principal, self._limits, _chunk(_HEARTBEAT)),
            )
            if ending in ("revoked", "slow", "failed"):
                self._metrics.stream_dropped(ending)
                self._log.warning("stream cut", reason=ending, kind=self._kind, tenant=principal.tenant)
            if ending == "expired":  # whoever comes back brings a new ticket, and its last id
                await outlet.send(_chunk(goodbye_frame(Goodbye(0))))
            if ending not in ("gone", "slow"):
                await send(last)

    async def _relay(self, outlet: Outlet) -> Ending:
        await outlet.send(_chunk(b"retry: %d\n\n" % self._limits.retry_ms))
        sent = 0
        try:
            async with aclosing(self._frames) as frames:
                async for text, is_last in frames:
                    await outlet.send(_chunk(text))
                    if is_last:
                        return "done"
                    sent += 1
                    if sent % _BREATHER == 0:
                        await asyncio.sleep(0)
        except OSError:
            return "gone"
        except Exception as error:
            # Too late for a status; the reader comes back with its last id and is told then.
            self._log.error("stream failed", problem=translated(error).slug, exc_info=error)
            return "failed"
        return "done"


def _chunk(text: bytes) -> Any:
    return {"type": "http.response.body", "body": text, "more_body": True}
