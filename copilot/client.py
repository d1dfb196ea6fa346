"""A small client of our own public API: calls that are safe to repeat, and a stream that resumes."""

from __future__ import annotations

import asyncio
import codecs
import json
import random
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote

import httpx2

from copilot.errors import CallerError, CopilotError, TooMany, Unavailable

_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 10.0
# A server sends heartbeats more often than this; a longer silence is a dead connection.
_SILENCE_S = 60.0
_ANSWER_S = 30.0
_TRIES = 6
_LINE_END = re.compile(r"\r\n|\r|\n")


class ServerEvent(NamedTuple):
    """One event of a stream. `id` is what to go on from after it; growing text does not change it."""

    id: str
    type: str
    data: str

    def json(self) -> dict[str, Any]:
        value = json.loads(self.data)
        return value if isinstance(value, dict) else {"value": value}


class EventParser:
    """Bytes of a `text/event-stream` to events, as the WHATWG standard has it, however they are cut."""

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        self.retry_ms: int | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._begun = False
        self._after_cr = False
        self._type = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """The events that these bytes complete. One that has no blank line after it never counts."""
        text = self._decoder.decode(chunk)
        if not text:
            return []
        if not self._begun:
            self._begun = True
            text = text.removeprefix("\ufeff")
        if self._after_cr:
            # The CR has ended its line already; this LF belongs to it.
            text = text.removeprefix("\n")
        self._after_cr = text.endswith("\r")
        *lines, self._rest = _LINE_END.split(self._rest + text)
        return [event for line in lines if (event := self._take(line)) is not None]

    def _take(self, line: str) -> ServerEvent | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "event":
                self._type = value
            case "data":
                self._data.append(value)
            case "id" if "\0" not in value:
                self.last_id = value
            case "retry" if value.isascii() and value.isdigit():
                self.retry_ms = int(value)
        return None

    def _dispatch(self) -> ServerEvent | None:
        data, self._data = self._data, []
        kind, self._type = self._type or "message", ""
        return ServerEvent(self.last_id, kind, "\n".join(data)) if data else None


class Backoff:
    """Full jitter: a wait drawn from nothing to a limit that doubles, so that clients do not come at once."""

    def __init__(self, chance: random.Random, first_s: float = _FIRST_WAIT_S) -> None:
        self._chance = chance
        self._first_s = first_s
        self._tries = 0

    def reset(self) -> None:
        self._tries = 0

    def next_s(self, at_least_s: float = 0.0) -> float:
        limit = min(_LONGEST_WAIT_S, self._first_s * 2**self._tries)
        self._tries += 1
        return at_least_s + self._chance.uniform(0.0, limit)


class CopilotClient:
    """Calls of the public API as plain dicts. Raises what the server answered as an error of our tree."""

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        chance: random.Random | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # Loopback is the norm here, and a proxy of the environment would only be in the way.
        self._http = httpx2.AsyncClient(
            base_url=base_url,
            headers=headers,
            transport=transport,
            timeout=httpx2.Timeout(_ANSWER_S),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=64),
            trust_env=False,
        )
        self.base_url = base_url
        self._chance = chance or random.Random()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def ready(self) -> bool:
        """Does the server answer, and is it ready for work?"""
        try:
            return (await self._http.get("/health/ready")).status_code == 200
        except httpx2.TransportError:
            return False

    async def open(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Opens a conversation. Safe to repeat where the body has an `id`."""
        return await self._call("POST", "/v1/conversations", body)

    async def send(self, conversation: str, fragments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Sends fragments. Safe to repeat: the server answers `duplicate` to what it has."""
        return await self._call("POST", f"{_path(conversation)}/fragments", list(fragments))

    async def get(self, conversation: str) -> dict[str, Any]:
        return await self._call("GET", _path(conversation))

    async def close(self, conversation: str) -> dict[str, Any]:
        return await self._call("POST", f"{_path(conversation)}/close")

    async def outcomes(self, prompt: str, days: int) -> dict[str, Any]:
        return await self._call("GET", f"/v1/prompts/{quote(prompt, safe='')}/outcomes?days={days}")

    async def events(self, conversation: str, after: str | None = None) -> AsyncIterator[ServerEvent]:
        """Every event past `after` once and in order, over any number of connections, until `closed`.

        `reset` says that what was missed cannot be had: its data is the conversation as it stands.
        """
        last_id, backoff, wait_s = after, Backoff(self._chance), 0.0
        while True:
            try:
                async with aclosing(self._connection(conversation, last_id)) as connection:
                    async for event in connection:
                        backoff.reset()
                        if event.type == "goodbye":
                            wait_s = event.json().get("retry_ms", 0) / 1000
                            break
                        last_id = event.id or last_id
                        yield event
                        if event.type == "closed":
                            return
            except (Unavailable, TooMany) as error:
                wait_s = error.retry_after_s or 0.0
            await asyncio.sleep(backoff.next_s(wait_s))
            wait_s = 0.0

    async def _connection(self, conversation: str, last_id: str | None) -> AsyncGenerator[ServerEvent]:
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_id} if last_id else {})
        timeout = httpx2.Timeout(_ANSWER_S, read=_SILENCE_S)
        parser = EventParser(last_id or "")
        url = f"{_path(conversation)}/events"
        try:
            async with self._http.stream("GET", url, headers=headers, timeout=timeout) as response:
                if response.status_code != 200:
                    await response.aread()
                    raise refused(response)
                async for chunk in response.aiter_bytes():
                    for event in parser.feed(chunk):
                        yield event
        except httpx2.TransportError as error:
            raise self._unreachable(error) from error

    async def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        backoff = Backoff(self._chance)
        for _ in range(_TRIES - 1):
            try:
                return await self._once(method, path, body)
            except (Unavailable, TooMany) as error:
                await asyncio.sleep(backoff.next_s(error.retry_after_s or 0.0))
        return await self._once(method, path, body)

    async def _once(self, method: str, path: str, body: Any) -> dict[str, Any]:
        try:
            response = await self._http.request(method, path, json=body)
        except httpx2.TransportError as error:
            raise self._unreachable(error) from error
        if not response.is_success:
            raise refused(response)
        answer: dict[str, Any] = response.json()
        return answer

    def _unreachable(self, error: httpx2.TransportError) -> CopilotError:
        return _error(Unavailable, f"no answer from {self.base_url} ({error or type(error).__name__})")


def refused(response: httpx2.Response) -> CopilotError:
    """The problem that the server answered, as the error of our tree that it began as."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    problem = problem if isinstance(problem, dict) else {}
    slug = str(problem.get("type", "")).rpartition("/")[2].rpartition(":")[2]
    usual = CallerError if response.status_code < 500 else Unavailable
    kind = next((known for known in _tree(CopilotError) if known.slug == slug), usual)
    reasons = [f"{e.get('pointer', '')} {e.get('detail', '')}".strip() for e in problem.get("errors") or []]
    detail = "; ".join(str(part) for part in (problem.get("detail"), *reasons) if part)
    after = response.headers.get("Retry-After", "")
    wait_s = int(after) if after.isascii() and after.isdigit() else None
    return _error(kind, detail or f"HTTP {response.status_code}", wait_s)


def _error(kind: type[CopilotError], detail: str, retry_after_s: int | None = None) -> CopilotError:
    error = kind.__new__(kind)  # some kinds take other arguments than the words they are told in
    CopilotError.__init__(error, detail)
    error.retry_after_s = retry_after_s
    return error


def _tree(root: type[CopilotError]) -> Iterator[type[CopilotError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _tree(kind)


def _path(conversation: str) -> str:
    return f"/v1/conversations/{quote(conversation, safe='')}"
