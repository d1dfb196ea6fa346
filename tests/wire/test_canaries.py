"""Whatever is sent, and whatever goes wrong with it: no word of it is in a log, a metric or a problem."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

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
    for name in (
        "content-type",
        "accept",
        "content-encoding",
        "last-event-id",
        "authorization",
        "user-agent",
    ):
        yield "POST", fragments, {"json": FRAGMENT, "headers": {name: CANARY}}
        yield "GET", "/v1/conversations/c/events", {"headers": {name: CANARY}}
    for path in (
        f"/v1/conversations/{CANARY}",
        f"/{CANARY}",
        f"/v1/conversations/{CANARY}/events",
        f"/problems/{CANARY}",
    ):
        for method in ("GET", "POST", "PATCH", "DELETE", CANARY.upper()):
            yield method, path, {"json": {CANARY: CANARY}}
    for query in (
        f"?status={CANARY}",
        f"?{CANARY}=1",
        f"?limit={CANARY}",
        f"?cursor={CANARY}",
        f"?phase={CANARY}",
    ):
        yield "GET", f"/v1/conversations?{query}", {}
    for after in (CANARY, f"{CANARY}.5", f"1.{CANARY}"):
        yield "GET", f"/v1/conversations/c/events?after={after}", {}
        yield "GET", f"/v1/conversations/c/history?after={after}", {}
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
