"""Answers of a model on file: each by the hash of its request, with the time of every piece of it.

A file a conversation, `ROOT/PROMPT@VERSION/MODEL/CONVERSATION.jsonl`, a line an answer. On replay the pieces
come at their times on the run's own clock. A request without a recording is an error of the run, or, when
recording was asked for, a live call; it is never a live call without having been asked for.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Protocol, TypeVar

import httpx2
import msgspec
from msgspec import Struct

from copilot.errors import CopilotError, Invalid

Came = TypeVar("Came")
_STREAM = "text/event-stream"


class Pace(Protocol):
    """The clock by which recorded pieces come. `outside` waits for real work, for which it stands still."""

    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...
    async def outside(self, work: Awaitable[Came]) -> Came: ...


class NotRecorded(CopilotError):
    """Requests of the run have no recording, and live calls were not asked for."""

    slug = "not-recorded"


class LiveCallFailed(CopilotError):
    """The endpoint gave no answer that can be kept. Trying again may help."""

    slug = "live-call-failed"


class Recording(Struct, frozen=True, kw_only=True):
    """One answer as it came: `pieces` are ms since the call began, and text."""

    request: str
    content_type: str = _STREAM
    pieces: tuple[tuple[float, str], ...]


class Recordings:
    """The recordings of one conversation with one prompt on one model."""

    def __init__(self, path: Path) -> None:
        """Reads the file if there is one. Raises Invalid with the line that is no recording."""
        self.path = path
        self._known: dict[str, Recording] = {}
        for number, line in enumerate(_whole_lines(path), 1):
            try:
                recording = msgspec.json.decode(line, type=Recording)
            except msgspec.DecodeError as error:
                raise Invalid(f"{path}, line {number}: {error}") from error
            self._known[recording.request] = recording

    def find(self, request: str) -> Recording | None:
        return self._known.get(request)

    def add(self, recording: Recording) -> None:
        """Keeps an answer, in the file too: what was asked once is not asked again."""
        self._known[recording.request] = recording
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(msgspec.json.encode(recording) + b"\n")


def _whole_lines(path: Path) -> list[bytes]:
    """The lines of a file. One that a break-off left without its end is cut off: it is asked for again."""
    if not path.exists():
        return []
    whole, _, torn = path.read_bytes().rpartition(b"\n")
    if torn:
        with path.open("r+b") as file:
            file.truncate(len(whole) + 1 if whole else 0)
    return whole.splitlines()


def place(root: Path, prompt: str, model: str, conversation: str) -> Path:
    """Where the recordings of a conversation stand."""
    folder = re.sub(r"[^A-Za-z0-9._-]", "_", model)
    return root / prompt / folder / f"{conversation}.jsonl"


def request_hash(body: bytes) -> str:
    """The hash of all that decides the answer: the whole body, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(json.loads(body), sort_keys=True).encode()).hexdigest()


class RecordedTransport(httpx2.AsyncBaseTransport):
    """Takes the network's place under the client library: plays what is recorded, at its pace.

    With `live`, an answer that is not recorded is asked for, read to its end in real time, kept, and then
    played like any other. What went wrong is told by `check`: the suggester itself takes a missing answer
    for a failure of the model, and the phrasebook would answer.
    """

    def __init__(
        self, recordings: Recordings, clock: Pace, live: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self._recordings = recordings
        self._clock = clock
        self._live = live
        self._missing: list[str] = []
        self._troubles: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":  # the list of models, which the client library is warmed up with
            return httpx2.Response(200, json={"object": "list", "data": []}, request=request)
        key = request_hash(await request.aread())
        recording = self._recordings.find(key)
        if recording is None:
            if self._live is None:
                self._missing.append(key)
                raise httpx2.ConnectError("not recorded", request=request)
            recording = await self._clock.outside(self._record(self._live, request, key))
        return httpx2.Response(
            200,
            headers={"content-type": recording.content_type},
            stream=_Played(recording, self._clock),
            request=request,
        )

    async def _record(self, live: httpx2.AsyncBaseTransport, request: httpx2.Request, key: str) -> Recording:
        started = time.monotonic()
        pieces: list[tuple[float, str]] = []
        text = codecs.getincrementaldecoder("utf-8")("replace")
        try:
            response = await live.handle_async_request(request)
            assert isinstance(response.stream, httpx2.AsyncByteStream)
            async for chunk in response.stream:
                # A character that was cut in two belongs to the piece that completes it.
                piece = text.decode(chunk)
                if piece:
                    pieces.append((round((time.monotonic() - started) * 1000, 1), piece))
            await response.aclose()
        except httpx2.HTTPError as error:
            self._troubles.append(type(error).__name__)
            raise
        if response.status_code != httpx2.codes.OK:
            self._troubles.append(f"HTTP {response.status_code}")
            raise httpx2.ReadError(f"HTTP {response.status_code}", request=request)
        content_type = response.headers.get("content-type", _STREAM)
        recording = Recording(request=key, content_type=content_type, pieces=tuple(pieces))
        self._recordings.add(recording)
        return recording

    def check(self) -> None:
        """Raises NotRecorded, LiveCallFailed when a request since the beginning got no answer."""
        if self._missing:
            raise NotRecorded(
                f"{len(self._missing)} requests are not recorded in {self._recordings.path} "
                f"(the first is {self._missing[0][:12]}…). A new prompt, model or tracker asks the model "
                "anew: set COPILOT_MODEL_BASE_URL and COPILOT_MODEL and run again with --record"
            )
        if self._troubles:
            raise LiveCallFailed(f"the endpoint gave no answer to keep: {', '.join(self._troubles)}")


class _Played(httpx2.AsyncByteStream):
    """The pieces of a recording at their times, counted from when the request was sent."""

    def __init__(self, recording: Recording, clock: Pace) -> None:
        self._recording = recording
        self._clock = clock
        self._started = clock.monotonic()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for ms, text in self._recording.pieces:
            left = self._started + ms / 1000 - self._clock.monotonic()
            if left > 0:
                await self._clock.sleep(left)
            yield text.encode()
