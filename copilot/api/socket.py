"""The WebSocket: fragments and feedback in, acknowledgements and the conversation's events out."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
import structlog
from litestar import WebSocket, websocket
from litestar.handlers import WebsocketRouteHandler
from litestar.params import FromPath

from copilot.api import calls, sse
from copilot.api.auth import Principal
from copilot.api.contract import KEY
from copilot.api.desk import Desk
from copilot.api.door import principal_of
from copilot.api.messages import (
    Ack,
    FeedbackMessage,
    FragmentMessage,
    Message,
    PingMessage,
    Pong,
    Trouble,
    messages,
)
from copilot.api.outlets import Ending, Outlet, first_of, held, watch
from copilot.api.problems import problem_of, refuse, translated
from copilot.api.queries import Query
from copilot.api.reading import parse
from copilot.core.events import StoredEvent, wire
from copilot.engine.coordinator import Goodbye, Growing, Reset, StreamItem
from copilot.engine.readers import parse_event_id
from copilot.errors import CallerError, Closed, Conflicting, Gone, Malformed
from copilot.ports import Key

SUBPROTOCOL = "copilot.v1"
_BATCH = 64
_DRAIN_SECONDS = 2.0
_CODES: dict[Ending, tuple[int, str]] = {
    "done": (1000, "closed"),
    "drained": (1012, "the server goes away"),
    "failed": (1011, "try again"),
    "revoked": (1008, "the key was revoked"),
    "slow": (1008, "too slow"),
    "struck": (1008, "too many bad messages"),
    "flooded": (1008, "too many messages over the quota"),
    "oversize": (1009, "message too large"),
}

AnySocket = WebSocket[Any, Any, Any]


class Sockets:
    """The handler over what the desk holds. Litestar's listener would hand over unvalidated dicts and close
    on the first message that is not JSON."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._messages = messages()
        self._log = structlog.get_logger("copilot.api")

    def routes(self) -> list[WebsocketRouteHandler]:
        path = "/v1/conversations/{conversation_id:str}/stream"
        return [websocket(path, opt={KEY: calls.SOCKET})(self.connect)]

    async def connect(self, socket: AnySocket, conversation_id: FromPath[str]) -> None:
        scope: Any = socket.scope
        desk = self._desk
        accepted = False
        try:
            key = desk.key(scope, conversation_id)
            after = self._after(scope)
            protocol = _subprotocol(scope)
            await desk.engine.known(key)
            with desk.gate.hold(key.tenant, "websocket"):
                await socket.accept(subprotocols=protocol)
                accepted = True
                link = _Link(desk, key, principal_of(scope), socket, self._messages)
                await self._run(link, socket, after)
        except Exception as error:
            # The framework would answer 403 with nothing, or close with words of the error's own.
            if not accepted:
                await refuse(error, scope, socket.receive, socket.send)
                return
            self._log.error("stream failed", problem=translated(error).slug, exc_info=error)
            await self._close(socket, "failed")

    async def _run(self, link: _Link, socket: AnySocket, after: str | None) -> None:
        ending = await link.run(after)
        if ending in ("revoked", "slow", "failed", "struck", "flooded", "oversize"):
            self._desk.metrics.stream_dropped(ending)
            self._log.warning("stream cut", reason=ending, kind="websocket", tenant=link.key.tenant)
        await self._close(socket, ending)

    async def _close(self, socket: AnySocket, ending: Ending) -> None:
        if ending in _CODES:
            code, reason = _CODES[ending]
            close: Any = {"type": "websocket.close", "code": code, "reason": reason}
            with suppress(Exception):
                async with asyncio.timeout(self._desk.limits.send_seconds):
                    await socket.send(close)

    def _after(self, scope: Any) -> str | None:
        after = Query(scope["query_string"], frozenset({"after"})).text("after")
        if after == "0":
            return self._desk.engine.event_id(0)
        if after is not None:
            parse_event_id(after)
        return after


def _subprotocol(scope: Any) -> str | None:
    offered = scope.get("subprotocols") or []
    if offered and SUBPROTOCOL not in offered:
        raise Malformed(f"The only subprotocol is {SUBPROTOCOL}.")
    return SUBPROTOCOL if offered else None


class _Link:
    """One open WebSocket. Fragments go to the engine in order of arrival; those that came while others were
    being written go together: that is one trip to the disk for all of them."""

    def __init__(self, desk: Desk, key: Key, principal: Principal, socket: AnySocket, adapter: Any) -> None:
        self.key = key
        self._desk = desk
        self._principal = principal
        self._socket = socket
        self._outlet = Outlet(socket.send)
        self._adapter = adapter
        self._waiting: asyncio.Queue[Message] = asyncio.Queue(desk.limits.messages_in_flight)
        self._strikes = 0
        self._over = 0
        self._log = structlog.get_logger("copilot.api")

    async def run(self, after: str | None) -> Ending:
        return await first_of(
            self._read(),
            self._work(),
            self._relay(after),
            watch(self._outlet, self._desk.authenticator, self._principal, self._desk.limits, None),
        )

    # --- in -----------------------------------------------------------------------------------

    async def _read(self) -> Ending:
        while True:
            message: Any = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return "gone"
            text = message.get("text")
            if text is not None and len(text) > self._desk.limits.message_bytes:
                return "oversize"
            try:
                await self._take(text)
                self._strikes = self._over = 0
            except CallerError as error:
                await self._say(Trouble(problem=problem_of(error, ""), ref=_ref_of(text)))
                self._strikes += error.status in (400, 422)
                if self._strikes >= self._desk.limits.strikes:
                    return "struck"
                self._over += error.status == 429
                if self._over >= self._desk.limits.messages_over_quota:
                    return "flooded"

    async def _take(self, text: str | None) -> None:
        """Reads a message; waits when too many are under way. Raises Malformed, Invalid, Forbidden,
        TooMany."""
        if text is None:
            raise Malformed("Send JSON as text, not as binary.")
        message: Message = parse(text, self._adapter, self._desk.limits.json_depth)
        self._desk.quotas.request(self.key.tenant)
        match message:
            case PingMessage():
                await self._say(Pong(ref=message.ref))
            case FragmentMessage():
                self._principal.require("ingest")
                await self._waiting.put(message)
            case FeedbackMessage():
                self._principal.require("feedback")
                await self._waiting.put(message)

    async def _work(self) -> Ending:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < _BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            run: list[FragmentMessage] = []
            for message in batch:
                if isinstance(message, FragmentMessage):
                    run.append(message)
                    continue
                await self._ingest(run)
                run = []
                if isinstance(message, FeedbackMessage):
                    await self._note(message)
            await self._ingest(run)
            for _ in batch:
                self._waiting.task_done()

    async def _ingest(self, run: list[FragmentMessage]) -> None:
        """All together; if one of them is refused, one by one, so that each gets its own answer."""
        if not run:
            return
        try:
            done = await self._desk.engine.ingest(self.key, [message.fragment() for message in run])
        except Exception as error:
            if len(run) > 1 and isinstance(error, Conflicting) and not isinstance(error, Closed):
                for message in run:
                    await self._ingest([message])
                return
            for message in run:
                await self._complain(error, message)
            return
        for message, result in zip(run, done.results, strict=True):
            await self._say(Ack(ref=message.ref, result=result, state=done.state))

    async def _note(self, message: FeedbackMessage) -> None:
        try:
            seq = await self._desk.engine.feedback(
                self.key, message.suggestion_id, message.verdict, message.said()
            )
        except Exception as error:
            await self._complain(error, message)
        else:
            await self._say(Ack(ref=message.ref, seq=seq))

    async def _complain(self, error: Exception, message: FragmentMessage | FeedbackMessage) -> None:
        ours = translated(error)
        if ours.status >= 500:
            self._log.error("message failed", problem=ours.slug, tenant=self.key.tenant, exc_info=error)
        utterance_id = message.utterance_id if isinstance(message, FragmentMessage) else None
        await self._say(Trouble(ref=message.ref, utterance_id=utterance_id, problem=problem_of(ours, "")))

    # --- out ----------------------------------------------------------------------------------

    async def _relay(self, after: str | None) -> Ending:
        ending: Ending = "done"
        try:
            async with held(self._desk.engine.stream(self.key, after)) as items:
                async for item in items:
                    await self._send(_item(item, self._desk.engine.event_id))
                    await asyncio.sleep(0)
                    if isinstance(item, Goodbye):
                        ending = "drained"
                        break
        except OSError:
            return "gone"
        except Gone:  # erased since the handshake
            return "done"
        except Exception as error:
            # Too late for a status; the reader comes back with its last id and is told then.
            self._log.error("stream failed", problem=translated(error).slug, exc_info=error)
            return "failed"
        # What was sent before the end still gets its answer.
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await self._waiting.join()
        return ending

    async def _say(self, answer: msgspec.Struct) -> None:
        await self._send(msgspec.json.encode(answer))

    async def _send(self, data: bytes) -> None:
        await self._outlet.send({"type": "websocket.send", "text": data.decode(), "bytes": None})


def _item(item: StreamItem, event_id: Any) -> bytes:
    match item:
        case StoredEvent():
            return b'{"type":"event","id":"%s","data":%s}' % (event_id(item.seq).encode(), wire(item))
        case Growing(suggestion):
            return b'{"type":"growing","data":%s}' % sse.growing(suggestion)
        case Reset():
            return sse.reset(item)
        case Goodbye(retry_ms):
            return b'{"type":"goodbye","retry_ms":%d}' % retry_ms


def _ref_of(text: str | None) -> str | None:
    """The caller's own mark on a message that is refused, if it can be read at all."""
    try:
        found = msgspec.json.decode(text or "", type=dict[str, Any]).get("ref")
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return found if isinstance(found, str) and len(found) <= 128 else None
