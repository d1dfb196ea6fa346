"""Whatever is sent, and whatever goes wrong with it: no word of it is in a log, a metric or a problem."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.wire.processes import ServerProcess

pytestmark = pytest.mark.wire

CANARY = "Kanarienvogel"
_POINTER = re.compile(r'"pointer":"[^"]*"')
_HEADERS = "content-type accept content-encoding last-event-id authorization user-agent".split()
_PATHS = ("/v1/conversations/{}", "/{}", "/v1/conversations/{}/events", "/problems/{}")
_QUERIES = ("status={}", "{}=1", "limit={}", "cursor={}", "phase={}")
FRAGMENT: dict[str, Any] = {
    "utterance_id": "u1",
    "revision": 0,
    "final": True,
    "speaker": "customer",
    "text": "hello",
    "start_ms": 0,
    "end_ms": 500,
}
OPENING: dict[str, Any] = {
    "id": "c1",
    "channel": "chat",
    "locale": "en",
    "agent": {"id": "a", "name": "A"},
    "customer": {"id": "k", "name": "K"},
    "context": {"facts": [{"name": "n", "value": "v"}], "allowed_remedies": []},
    "metadata": {"m": "x"},
}


def _spoiled(body: Any) -> Iterator[Any]:
    """The body with the canary in the place of each value, as a value's wrong type, and as a field's name."""
    if isinstance(body, dict):
        yield {**body, CANARY: CANARY}
        for name, value in body.items():
            yield {**body, name: CANARY}
            yield {**body, name: [CANARY]}
            yield {**body, name: {CANARY: CANARY}}
            for inner in _spoiled(value):
                yield {**body, name: inner}
    elif isinstance(body, list):
        for at, value in enumerate(body):
            for inner in _spoiled(value):
                yield [*body[:at], inner, *body[at + 1 :]]


def _requests() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for n, body in enumerate(_spoiled(OPENING)):
        numbered = {**body, "id": f"c{n}"} if body.get("id") == "c1" else body
        yield "POST", "/v1/conversations", {"json": numbered}
    fragments = "/v1/conversations/c/fragments"
    for body in _spoiled(FRAGMENT):
        yield "POST", fragments, {"json": body}
    yield "POST", fragments, {"json": [FRAGMENT, {**FRAGMENT, "text": CANARY}]}
    for raw in (f'{{"text": "{CANARY}', f'["{CANARY}"]', f'"{CANARY}"', f'{{"{CANARY}": 1, "{CANARY}": 2}}'):
        yield "POST", fragments, {"content": raw, "headers": {"content-type": "application/json"}}
    wrong = CANARY.encode() + b"\xff\xfe\r\n\x1b[31m"
    yield "POST", fragments, {"content": wrong, "headers": {"content-type": "application/json"}}
    for name in _HEADERS:
        yield "POST", fragments, {"json": FRAGMENT, "headers": {name: CANARY}}
        yield "GET", "/v1/conversations/c/events", {"headers": {name: CANARY}}
    for path in _PATHS:
        for method in ("GET", "POST", "PATCH", "DELETE", CANARY.upper()):
            yield method, path.format(CANARY), {"json": {CANARY: CANARY}}
    for query in _QUERIES:
        yield "GET", f"/v1/conversations?{query.format(CANARY)}", {}
    for after in (CANARY, f"{CANARY}.5", f"1.{CANARY}"):
        yield "GET", f"/v1/conversations/c/events?after={after}", {}
        yield "GET", f"/v1/conversations/c/history?after={after}", {}
        yield "GET", f"/v1/events?after={after}", {}
        yield "GET", "/v1/events", {"headers": {"last-event-id": after}}
    streamed = {"accept": "text/event-stream"}
    for body in ({CANARY: CANARY}, [CANARY], CANARY):
        yield "POST", "/v1/conversations/c/suggestions", {"json": body, "headers": streamed}
    yield "POST", f"/v1/conversations/{CANARY}/suggestions", {"headers": streamed}
    feedback = "/v1/conversations/c/suggestions/s1/feedback"
    for body in _spoiled({"verdict": "edited", "text": "x"}):
        yield "POST", feedback, {"json": body}
        yield "POST", feedback.replace("s1", CANARY), {"json": body}


def test_no_word_of_a_request_is_told(server: ServerProcess) -> None:
    """Every field, header and path with a canary in it: accepted or refused, it is nowhere to be read."""
    told, statuses = [], set()
    with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=30) as client:
        assert client.post("/v1/conversations", json={**OPENING, "id": "c"}).status_code == 201
        for method, path, given in _requests():
            with client.stream(method, path, **given) as answer:
                statuses.add(answer.status_code)
                if answer.status_code < 400:
                    continue
                body = answer.read().decode()
            # A pointer says where in the caller's own body it is, by the caller's own field names.
            if CANARY.lower() in _POINTER.sub("", body).lower():
                told.append((method, path, json.dumps(given, default=str)[:200], body))
        metrics = client.get("/metrics").text
    assert told == []
    assert statuses >= {200, 201, 400, 404, 405, 409, 415, 422}
    assert CANARY.lower() not in metrics.lower()
    assert CANARY.lower() not in server.log().lower()
    for line in server.log().splitlines():
        json.loads(line)


def _messages() -> Iterator[str | bytes]:
    """Messages of a WebSocket with the canary in each part of them, whole, broken, and binary."""
    feedback = {"type": "feedback", "suggestion_id": "s1", "verdict": "edited", "text": "x", "ref": "r"}
    for message in ({"type": "fragment", **FRAGMENT, "ref": "r"}, feedback, {"type": "ping", "ref": "r"}):
        for body in _spoiled(message):
            yield json.dumps(body)
    said = json.dumps({"type": "fragment", **FRAGMENT, "text": CANARY})
    for raw in (said[:-1], f'["{CANARY}"]', f'"{CANARY}"', CANARY, f'{{"{CANARY}": 1, "{CANARY}": 2}}'):
        yield raw
        yield raw.encode()


def _handshakes() -> Iterator[tuple[str, dict[str, Any]]]:
    link = "/v1/conversations/c/stream"
    yield f"/v1/conversations/no-{CANARY}/stream", {}
    for query in (f"after={CANARY}", f"after=1.{CANARY}", f"{CANARY}=1", f"after=0&after={CANARY}"):
        yield f"{link}?{query}", {}
    for name in ("Authorization", "Cookie", "X-Any"):
        yield link, {"additional_headers": {name: CANARY}}
    yield link, {"additional_headers": {"Authorization": f"Bearer {CANARY}"}}
    yield link, {"origin": f"https://{CANARY}.example"}
    yield link, {"subprotocols": [CANARY]}


async def test_no_word_of_a_link_is_told(server: ServerProcess) -> None:
    """The same over the WebSocket: handshakes and messages. An answer has the caller's own marks and names
    of fields, and nothing else of what was sent."""
    root = server.base_url.replace("http", "ws")
    told, ends, kinds = list[Any](), set[int](), set[str]()
    with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=30) as client:
        assert client.post("/v1/conversations", json={**OPENING, "id": "c"}).status_code in (200, 201)
    async with asyncio.timeout(250):
        for path, given in _handshakes():
            try:
                async with connect(root + path, proxy=None, open_timeout=60, **given):
                    ends.add(101)
            except InvalidStatus as refused:
                body = (refused.response.body or b"").decode()
                ends.add(refused.response.status_code)
                if CANARY.lower() in body.lower():
                    told.append((path, given, body))
        async with connect(f"{root}/v1/conversations/c/stream", proxy=None, open_timeout=60) as link:
            for message in _messages():
                await link.send(message)
                # What is good in between keeps the link from ending after too many bad ones.
                await link.send('{"type": "ping", "ref": "after"}')
                while (answer := json.loads(await link.recv())).get("ref") != "after":
                    kinds.add(answer["type"])
                    if answer["type"] != "error":
                        continue
                    marks = {answer.pop("ref", None), answer.pop("utterance_id", None)}
                    assert marks <= {None, "r", "u1", CANARY}
                    if CANARY.lower() in _POINTER.sub("", json.dumps(answer, separators=(",", ":"))).lower():
                        told.append((message, {}, answer))
    assert told == []
    assert ends >= {101, 400, 403, 404}
    assert kinds >= {"ack", "error", "pong"}
    assert CANARY.lower() not in server.log().lower()
    for line in server.log().splitlines():
        json.loads(line)
