"""The table of bad inputs: each answers with its own problem, in problem details, and echoes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.conftest import Stage

Client = AsyncTestClient[Litestar]
GOOD: dict[str, Any] = {
    "utterance_id": "u1",
    "revision": 0,
    "final": True,
    "speaker": "customer",
    "text": "SECRETWORD",
    "start_ms": 0,
    "end_ms": 10,
}
JSON = {"content-type": "application/json"}
URL = "/v1/conversations/c1/fragments"


def raw(**changes: str) -> bytes:
    """The good fragment with some members replaced by JSON as it is written."""
    members = {name: json.dumps(value) for name, value in GOOD.items()} | changes
    return ("{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}").encode()


MALFORMED = {
    "empty": b"",
    "truncated": raw()[:-2],
    "two values": raw() + raw(),
    "UTF-16": raw().decode().encode("utf-16"),
    "UTF-16 without a mark": raw().decode().encode("utf-16-le"),
    "byte order mark": b"\xef\xbb\xbf" + raw(),
    "invalid UTF-8": raw(text='"@"').replace(b"@", b"\xff\xfe"),
    "overlong UTF-8": raw(text='"@"').replace(b"@", b"\xc0\xaf"),
    "30,000 arrays": b"[" * 30_000 + b"]" * 30_000,
    "33 arrays": raw(metadata="[" * 33 + "]" * 33),
    "NaN": raw(confidence="NaN"),
    "Infinity": raw(confidence="-Infinity"),
    "5,000 digits": raw(start_ms="1" * 5_000),
    "doubled name": raw()[:-1] + b',"text":"other"}',
    "doubled name by an escape": raw()[:-1] + b',"te\\u0078t":"other"}',
    "doubled name inside": b"[" + raw()[:-1] + b',"text":"other"}]',
    "lone surrogate": raw(text='"\\ud800"'),
    "swapped surrogates": raw(text='"\\udc00\\ud800"'),
    "raw control": raw(text='"a\nb"'),
}
INVALID = {
    "list of nothing": b"[]",
    "null": b"null",
    "a number": b"5",
    "missing": b'{"utterance_id":"u1"}',
    "unknown": raw(tenant='"x"'),
    "negative": raw(revision="-1"),
    "fraction": raw(start_ms="1.5"),
    "whole fraction": raw(start_ms="1.0"),
    "1e400": raw(start_ms="1e400"),
    "1e400 for a float": raw(confidence="1e400"),
    "400 digits": raw(end_ms="9" * 400),
    "text for a number": raw(revision='"1"'),
    "text for a truth": raw(final='"yes"'),
    "number for a truth": raw(final="1"),
    "truth for a number": raw(revision="true"),
    "null for a text": raw(text="null"),
    "another speaker": raw(speaker='"SECRETWORD"'),
    "id with a space": raw(utterance_id='"SECRET WORD"'),
    "empty id": raw(utterance_id='""'),
    "id with a line break after it": raw(utterance_id='"u1\\n"'),
    "backwards in time": raw(start_ms="20"),
    "a year": raw(end_ms="31536000000"),
    "long text": raw(text=json.dumps("x" * 8_001)),
    "501 fragments": b"[" + b",".join([raw()] * 501) + b"]",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_no_json_is_400(client: Client, body: bytes) -> None:
    """A body that is not strict JSON in UTF-8 is malformed."""
    answer = await client.post(URL, content=body, headers=JSON)
    assert_problem(answer, 400, "malformed")


@pytest.mark.parametrize("body", INVALID.values(), ids=INVALID.keys())
async def test_what_does_not_fit_is_422(client: Client, stage: Stage, body: bytes) -> None:
    """JSON that is not what the schema asks for is invalid; nothing is coerced and nothing is taken."""
    answer = await client.post(URL, content=body, headers=JSON)
    assert_problem(answer, 422, "invalid")
    assert answer.json()["errors"]
    assert stage.engine.fragments == []


@pytest.mark.parametrize(
    "media",
    [
        None,
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        "application/json; x=y",
    ],
)
async def test_only_json_is_read(client: Client, media: str | None) -> None:
    """A body of another media type or charset is 415, whatever is in it."""
    answer = await client.post(URL, content=raw(), headers={"content-type": media} if media else {})
    assert_problem(answer, 415, "unsupported-media-type")


async def test_a_time_that_runs_backwards_is_pointed_at(client: Client) -> None:
    """A fragment that ends before it starts is told at its end, also within a list."""
    alone = await client.post(URL, content=raw(start_ms="20"), headers=JSON)
    listed = await client.post(URL, content=b"[" + raw(start_ms="20") + b"]", headers=JSON)
    detail = "end_ms is before start_ms"
    assert alone.json()["errors"] == [{"pointer": "/end_ms", "detail": detail}]
    assert listed.json()["errors"] == [{"pointer": "/0/end_ms", "detail": detail}]


async def test_utf_8_may_be_named(client: Client) -> None:
    """The one charset may be said."""
    headers = {"content-type": 'Application/JSON; charset="UTF-8"'}
    assert (await client.post(URL, content=raw(), headers=headers)).status_code == 200


async def test_compressed_bodies_are_refused(client: Client) -> None:
    """A Content-Encoding is 415: a bomb is never unpacked."""
    answer = await client.post(URL, content=raw(), headers=JSON | {"content-encoding": "gzip"})
    assert_problem(answer, 415, "unsupported-media-type")


async def test_large_bodies_are_413(client: Client, stage: Stage) -> None:
    """A body over the limit is refused by its announced length."""
    big = b"[" + b" " * stage.limits.body_bytes + b"]"
    assert_problem(await client.post(URL, content=big, headers=JSON), 413, "too-large")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/conversations/%00",
        "/v1/conversations/%ff%fe",
        "/v1/conversations/..%2fc1",
        "/v1/conversations/c%D1%96",
        "/v1/conversations/" + "c" * 129,
        "/v1/conversations/c1/suggestions/%00",
        "/v1/nothing",
        "/nothing",
    ],
)
async def test_what_is_no_path_is_404(client: Client, path: str) -> None:
    """Ids with other letters than an id has do not exist."""
    assert_problem(await client.get(path), 404, "not-found")


async def test_long_paths_are_414(client: Client) -> None:
    """A URI beyond the limit is refused before it is looked at."""
    assert_problem(await client.get("/v1/conversations/" + "c" * 3_000), 414, "uri-too-long")


@pytest.mark.parametrize(
    "query",
    [
        "limit=abc",
        "limit=" + "9" * 1_000,
        "limit=-1",
        "limit=0",
        "limit=201",
        "limit=%D9%A1",
        "min_heat=4",
        "phase=angry",
        "status=",
        "unheard_of=1",
    ],
)
async def test_queries_are_strict(client: Client, query: str) -> None:
    """A query parameter that is unknown or does not fit is 422, without its value."""
    answer = await client.get(f"/v1/conversations?{query}")
    assert_problem(answer, 422, "invalid")
    assert "9999" not in answer.text
    assert "angry" not in answer.text
    assert "unheard_of" not in answer.text


async def test_doubled_parameters_are_400(client: Client) -> None:
    """A query parameter that is there twice has no meaning."""
    assert_problem(await client.get("/v1/conversations?limit=1&limit=2"), 400, "malformed")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
async def test_other_methods_are_405_with_allow(client: Client, method: str) -> None:
    """A method that a path does not have is 405, and Allow names those that it has."""
    answer = await client.request(method, "/v1/conversations")
    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_large_heads_are_431(client: Client) -> None:
    """Too many header fields, or too many bytes in them, are refused."""
    assert_problem(await client.get("/health/live", headers={"x": "y" * 100_000}), 431, "headers-too-large")
    many = {f"x-{number}": "1" for number in range(200)}
    assert_problem(await client.get("/health/live", headers=many), 431, "headers-too-large")


async def test_unknown_fields_are_named_only_by_names(client: Client) -> None:
    """The pointer of an unknown field holds its name if it looks like one, and nothing that strayed in."""
    named = await client.post(URL, content=raw(tenant='"x"'), headers=JSON)
    assert named.json()["errors"] == [{"pointer": "/tenant", "detail": "no such field"}]
    strayed = await client.post(URL, content=raw(**{"4111 1111": "1"}), headers=JSON)
    assert strayed.json()["errors"][0]["pointer"] == "/?"


async def test_bodies_where_none_belongs(client: Client) -> None:
    """A call without a body takes nothing or an empty object."""
    close = "/v1/conversations/c1/close"
    assert_problem(await client.post(close, content=b"{}"), 415, "unsupported-media-type")
    assert_problem(await client.post(close, json={"a": 1}), 422, "invalid")
    assert (await client.post(close, json={})).status_code == 200


def assert_problem(answer: Any, status: int, slug: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"/problems/{slug}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["instance"].startswith("req_")
    assert "SECRET" not in answer.text
