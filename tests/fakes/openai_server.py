"""A scriptable OpenAI-compatible server on loopback: what it does wrong, and when, is the test's to say.

    async with FakeOpenAI(stream(completion('{"act": …}'))) as server:
        client = connect(server.base_url, "key")

Each request takes the next reply of the script; the last one is repeated. `server.requests` holds what was
asked; `await server.requests[0].gone.wait()` waits until that client hung up.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Literal, Self

End = Literal["clean", "fin", "rst", "hang"]


@dataclass(frozen=True)
class Pause:
    """Nothing is sent for so long."""

    seconds: float


@dataclass(frozen=True)
class Torn:
    """The beginning of a chunk of `size` bytes; the rest of it never comes."""

    data: bytes
    size: int


Piece = bytes | Pause | Torn


@dataclass(frozen=True)
class Reply:
    """One answer. `body` is sent piece by piece, then the connection ends as `end` says.

    `clean` ends the body as HTTP asks for and keeps the connection; `fin` and `rst` cut it; `hang` waits
    until the client hangs up. `body` may be endless. Nothing is sent before `before` seconds are over and
    what `once` makes has come about.
    """

    body: Iterable[Piece] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "text/event-stream"})
    end: End = "clean"
    before: float = 0.0
    once: Callable[[], Awaitable[object]] | None = None


@dataclass
class Received:
    """One request as it came in. `gone` is set once its client has hung up."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Script = Reply | Sequence[Reply] | Callable[[Received], Reply]


class FakeOpenAI:
    """The server. `refusing` binds a port and listens to nobody."""

    def __init__(self, script: Script, *, refusing: bool = False) -> None:
        self._script = script
        self._refusing = refusing
        self._socket = socket.socket()
        self._server: asyncio.Server | None = None
        self.requests: list[Received] = []
        self.asked = asyncio.Event()
        self._talks: set[asyncio.Task[object]] = set()
        self.connections = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    async def __aenter__(self) -> Self:
        self._socket.bind(("127.0.0.1", 0))
        if not self._refusing:
            self._server = await asyncio.start_server(self._serve, sock=self._socket)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        if self._talks:
            await asyncio.wait(self._talks)
        self._socket.close()

    def reply_with(self, script: Script) -> None:
        """Another script from now on, counted anew."""
        self._script = script
        self.requests.clear()

    def _next(self, request: Received) -> Reply:
        self.requests.append(request)
        self.asked.set()
        if isinstance(self._script, Reply):
            return self._script
        if isinstance(self._script, Sequence):
            return self._script[min(len(self.requests), len(self._script)) - 1]
        return self._script(request)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._answer(await _read(reader), reader, writer):
                pass
        self._talks.discard(task)
        writer.close()

    async def _answer(
        self, request: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Sends the reply while it watches for the client to hang up. True if the connection goes on."""
        reply = self._next(request)
        hung_up = asyncio.ensure_future(reader.read(1))
        sending = asyncio.ensure_future(_send(writer, reply))
        try:
            await asyncio.wait({hung_up, sending}, return_when=asyncio.FIRST_COMPLETED)
            sent = sending.done() and not sending.cancelled() and sending.exception() is None
            if sent and reply.end == "clean" and not hung_up.done():
                return True
            request.gone.set()
            return False
        finally:
            sending.cancel()
            hung_up.cancel()
            await asyncio.wait({sending, hung_up})


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {
        name.lower(): value.strip() for name, value in (line.split(":", 1) for line in head[1:] if line)
    }
    return Received(method, path, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    await asyncio.sleep(reply.before)
    if reply.once is not None:
        await reply.once()
    lines = [f"HTTP/1.1 {reply.status} Whatever", "transfer-encoding: chunked"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    for piece in reply.body:
        if isinstance(piece, Pause):
            await writer.drain()
            await asyncio.sleep(piece.seconds)
        elif isinstance(piece, Torn):
            writer.write(b"%x\r\n%s" % (piece.size, piece.data))
        elif piece:
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            # Let the loop turn: an endless body must not keep it.
            await asyncio.sleep(0)
    if reply.end == "clean":
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    if reply.end == "hang":
        await asyncio.Event().wait()
    if reply.end == "rst":
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()


@contextmanager
def running(script: Script) -> Iterator[str]:
    """The address of a server in a loop and thread of its own, for code that runs a loop itself."""
    loop, started, ended = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    server = FakeOpenAI(script)

    async def serve() -> None:
        async with server:
            started.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait()
    try:
        yield server.base_url
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


# --- bodies ---------------------------------------------------------------------------------------


def event(data: object) -> bytes:
    return b"data: " + (data if isinstance(data, str) else json.dumps(data)).encode() + b"\n\n"


def chunk(
    content: str | None = None, *, finish: str | None = None, index: int = 0, **delta: object
) -> dict[str, object]:
    """A `chat.completion.chunk` with one choice."""
    if content is not None:
        delta["content"] = content
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def usage(tokens_in: int = 900, tokens_cached: int = 800, tokens_out: int = 40) -> dict[str, object]:
    """The chunk without choices that carries the cost."""
    counts = {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
        "prompt_tokens_details": {"cached_tokens": tokens_cached},
    }
    return {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [],
        "usage": counts,
    }


def completion(text: str, *, size: int = 6, finish: str | None = "stop", done: bool = True) -> list[bytes]:
    """The events of a whole answer as endpoints send them: role, text in pieces, end, usage, [DONE]."""
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    events = [event(chunk("", role="assistant")), *(event(chunk(piece)) for piece in pieces)]
    if finish is not None:
        events.append(event(chunk(finish=finish)))
    events.append(event(usage()))
    return [*events, event("[DONE]")] if done else events


def stream(events: Iterable[Piece], *, end: End = "clean", before: float = 0.0) -> Reply:
    return Reply(body=events, end=end, before=before)


def cut(events: Iterable[bytes], at: int, *, end: End = "fin") -> Reply:
    """Only the first so many bytes, then the connection ends."""
    return Reply(body=[b"".join(events)[:at]], end=end)


def resized(events: Iterable[bytes], size: int) -> list[bytes]:
    """The same bytes in chunks of another size."""
    whole = b"".join(events)
    return [whole[start : start + size] for start in range(0, len(whole), size)]


def dripping(events: Iterable[bytes], pause_s: float) -> Iterator[bytes | Pause]:
    """An event at a time, with a pause after each."""
    for each in events:
        yield each
        yield Pause(pause_s)


def until(gate: asyncio.Event) -> Iterator[bytes | Pause]:
    """Comments, which say that the endpoint is still there, until the gate is open."""
    while not gate.is_set():
        yield b": wait\n\n"
        yield Pause(0.05)


def forever(piece: bytes, pause_s: float = 0.0) -> Iterator[bytes | Pause]:
    for each in repeat(piece):
        yield each
        if pause_s:
            yield Pause(pause_s)


def failing(status: int, body: bytes = b'{"error": {"message": "no"}}', **headers: str) -> Reply:
    """An answer that is no success; underscores in header names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(body=[body], status=status, headers={"content-type": "application/json"} | named)
