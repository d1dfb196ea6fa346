"""The walls before the routes: keys, scopes, hosts and origins, for every operation of the document."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from litestar import Litestar, get
from litestar.testing import AsyncTestClient
from litestar.types import ASGIApp

from copilot.api.answers import Answer
from copilot.api.door import is_local
from copilot.ports import SCOPES
from tests.api.conftest import Stage

Client = AsyncTestClient[Litestar]


async def operations(client: Client) -> list[tuple[str, str, dict[str, Any]]]:
    """Every HTTP operation of the document, with its path filled in."""
    document = (await client.get("/openapi.json")).json()
    return [
        (method, path.replace("{conversation_id}", "c1").replace("{suggestion_id}", "s-1"), operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if operation["security"] and "x-websocket" not in operation
    ]


async def test_every_operation_needs_a_key(client: Client, stage: Stage) -> None:
    """Missing, empty, malformed, wrong, expired, revoked and query keys are all 401, on every operation."""
    revoked, expired, good = stage.key(), stage.key(), stage.key()
    stage.keys.revoke(_id(revoked), 1)
    stage.keys.kept[_id(expired)] = _with(stage.keys.kept[_id(expired)], expires_ms=stage.clock.ms)
    plain = good["authorization"].removeprefix("Bearer ")
    attempts = [
        "",
        "Bearer",
        "Bearer ",
        "Basic " + plain,
        plain,
        "Bearer x" + plain,
        good["authorization"] + "x",
    ]
    attempts += [f"Bearer {plain.swapcase()}", f"Bearer {plain.upper()}", f"Bearer {plain[:-1]}"]
    attempts += [revoked["authorization"], expired["authorization"], f"Bearer {plain}, Bearer {plain}"]
    every = await operations(client)
    assert len(every) >= 13
    del client.headers["authorization"]
    for method, path, _ in every:
        for headers in [{}, *({"authorization": value} for value in attempts)]:
            answer = await client.request(method, f"{path}?key={plain}&access_token={plain}", headers=headers)
            assert answer.status_code == 401, (method, path, headers)
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.json()["type"] == "/problems/unauthenticated"


async def test_every_operation_needs_its_scope(client: Client, stage: Stage) -> None:
    """A key with every scope but those that an operation names is 403."""
    for method, path, operation in await operations(client):
        will_do = {operation["x-scope"], *operation.get("x-scope-also", ())}
        others = tuple(other for other in SCOPES if other not in will_do)
        answer = await client.request(method, path, headers=stage.key(*others))
        assert answer.status_code == 403, (method, path)
        assert answer.json()["type"] == "/problems/forbidden"


async def test_an_open_server_knows_only_local_names(stage: Stage) -> None:
    """Without keys everybody may do everything, but only under a local name; a rebound name is 421."""
    async with AsyncTestClient(stage.app(is_open=True), base_url="http://localhost.local") as client:
        for host in ("localhost", "localhost:1", "127.0.0.1:8765", "[::1]:8765"):
            answer = await client.get("/v1/conversations", headers={"host": host})
            assert answer.status_code == 200, host
        for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", ""):
            answer = await client.get("/v1/conversations", headers={"host": host})
            assert answer.status_code == 421, host


async def test_an_open_server_hears_no_other_sites(stage: Stage) -> None:
    """A page of another site cannot change anything on an open server; a page of ours and a program can."""
    async with AsyncTestClient(stage.app(is_open=True), base_url="http://localhost.local") as client:
        for origin, status in (("https://evil.example", 403), ("null", 403), ("http://localhost", 201)):
            headers = {"origin": origin, "host": "localhost"}
            answer = await client.post("/v1/conversations", json={}, headers=headers)
            assert answer.status_code == status, origin
        program = await client.post("/v1/conversations", json={}, headers={"host": "localhost"})
        assert program.status_code == 201


async def test_what_says_nothing_is_shut(stage: Stage) -> None:
    """A handler without a contract is open to nobody, so that one cannot be forgotten."""

    @get("/forgotten")
    async def forgotten() -> ASGIApp:
        return Answer(b"{}")

    app = stage.app()
    app.register(forgotten)
    async with AsyncTestClient(app) as client:
        assert (await client.get("/forgotten", headers=stage.key())).status_code == 403


async def test_every_answer_has_an_id_and_is_not_kept(client: Client) -> None:
    """Answers carry the request's id, are not stored by anybody between, and are not guessed at."""
    answer = await client.get("/v1/conversations/never")
    assert answer.headers["x-request-id"] == answer.json()["instance"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers


async def test_a_fault_of_ours_is_a_500_without_words(client: Client, stage: Stage) -> None:
    """An exception that nobody foresaw is a problem with an opaque id; what it says stays inside."""
    stage.engine.trouble = RuntimeError("SECRET /path")
    body = {"utterance_id": "u", "speaker": "agent", "text": "x", "start_ms": 0, "end_ms": 0}
    answer = await client.post("/v1/conversations/c1/fragments", json=body)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/internal",
        "title": "Internal error",
        "status": 500,
        "instance": answer.headers["x-request-id"],
    }


async def test_head_is_get_without_its_body(client: Client) -> None:
    """Every GET has its HEAD."""
    answer = await client.head("/v1/conversations/c1")
    assert (answer.status_code, answer.content) == (200, b"")


def test_local_names() -> None:
    """Only the loopback's own names are local."""
    assert all(map(is_local, (b"LOCALHOST:80", b"127.0.0.1", b"[::1]", b"[::1]:80")))
    assert not any(map(is_local, (b"127.0.0.2", b"[::2]", b"localhost.", b"0.0.0.0", b"")))


def _id(headers: dict[str, str]) -> str:
    return headers["authorization"].split("_")[1]


def _with(key: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(key, **changes)


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/health/live", "/metrics", "/problems/gone"])
async def test_what_explains_the_server_needs_no_key(client: Client, path: str) -> None:
    """Health, metrics and documents are open: they tell of no conversation."""
    del client.headers["authorization"]
    assert (await client.get(path)).status_code == 200


async def test_other_tenants_words_never_show(client: Client, stage: Stage) -> None:
    """With another tenant's key every operation on an id answers as if it did not exist."""
    rival = stage.key(tenant="rival")
    for method, path, operation in await operations(client):
        if "/c1" not in path:
            continue
        body = next(iter(_examples(operation)), None)
        sent = {} if body is None else {"content": json.dumps(body), "headers": rival | _JSON}
        theirs = await client.request(method, path, **(sent or {"headers": rival}))
        absent = await client.request(method, path.replace("/c1", "/zz"), **(sent or {"headers": rival}))
        assert theirs.status_code == absent.status_code == 404, (method, path, theirs.text)
        assert {**theirs.json(), "instance": ""} == {**absent.json(), "instance": ""}


_JSON = {"content-type": "application/json"}


def _examples(operation: dict[str, Any]) -> list[Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return [example["value"] for example in content.get("examples", {}).values()]


async def test_options_says_what_a_path_can_do(client: Client) -> None:
    """OPTIONS needs no key and names every method of the path; it lets no other site in."""
    del client.headers["authorization"]
    answer = await client.options("/v1/conversations/c1", headers={"origin": "https://evil.example"})
    assert answer.status_code == 204
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"
    assert not [name for name in answer.headers if name.startswith("access-control")]
