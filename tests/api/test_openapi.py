"""The document: complete, valid, and with examples that the server itself takes and gives."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from copilot.api.contract import KEY
from copilot.api.prompt_examples import TEXT
from tests.api.conftest import Stage

Client = AsyncTestClient[Litestar]


@pytest.fixture
async def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/openapi.json")).json()
    return found


def every(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in document["paths"].values() for operation in item.values()]


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for inner in part.values() for found in references(inner)]
    if isinstance(part, list):
        return [found for inner in part for found in references(inner)]
    return []


def test_every_route_is_in_it(document: dict[str, Any], stage: Stage) -> None:
    """No route without its place in the document, and no operation without its route."""
    routed = {
        (route.path_format, method.lower())
        for route in stage.app().routes
        for handler in getattr(route, "route_handlers", None) or [route.route_handler]
        if handler.opt.get(KEY)
        for method in getattr(handler, "http_methods", None) or ["GET"]
    }
    shown = {(path, method) for path, item in document["paths"].items() for method in item}
    assert routed == shown
    assert len(shown) == 47
    ids = [operation["operationId"] for operation in every(document)]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """What is referred to is there."""
    names = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= names


def test_every_operation_says_how_it_fails(document: dict[str, Any]) -> None:
    """Each refusal is described as problem details, with examples."""
    for operation in every(document):
        assert "500" in operation["responses"], operation["operationId"]
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                content = response["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
                assert content["examples"]


async def test_the_examples_of_bodies_are_taken(
    client: Client, stage: Stage, document: dict[str, Any]
) -> None:
    """Every example of a body, sent as it is, succeeds."""
    stage.key("read")
    key = list(stage.keys.kept)[-1]
    for path, item in document["paths"].items():
        filled = path.replace("{conversation_id}", "c1").replace("{suggestion_id}", "s-1")
        filled = filled.replace("{name}", "next-phrase")
        if filled == "/v1/prompts/next-phrase/changes":
            await client.post("/v1/prompts/next-phrase/versions", json={"text": TEXT})
        filled = filled.replace("{key_id}", key)
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if filled.endswith("/wrap-up"):
                await client.post("/v1/conversations/c1/close")
            for name, example in content.get("examples", {}).items():
                answer = await client.request(method, filled, json=example["value"])
                assert answer.status_code in (200, 201), (filled, name, answer.text)


async def test_answers_look_like_their_examples(client: Client, document: dict[str, Any]) -> None:
    """An example of an answer has the members that the answer has."""
    fragment = document["paths"]["/v1/conversations/{conversation_id}/fragments"]["post"]
    sent = fragment["requestBody"]["content"]["application/json"]["examples"]["one"]["value"]
    for method, path, body in (
        ("post", "/v1/conversations/{conversation_id}/fragments", sent),
        ("get", "/v1/conversations/{conversation_id}", None),
        ("get", "/v1/conversations/{conversation_id}/history", None),
        ("get", "/v1/conversations", None),
        ("post", "/v1/conversations/{conversation_id}/suggestions", None),
    ):
        answer = (await client.request(method, path.replace("{conversation_id}", "c1"), json=body)).json()
        content = document["paths"][path][method]["responses"]["200"]["content"]["application/json"]
        assert set(answer) == set(content["example"]), path


def test_it_is_openapi_3_1_of_this_version(document: dict[str, Any]) -> None:
    """The head says what it is, and how a caller shows who they are."""
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "agent-copilot"
    assert document["info"]["version"] == "1.2.3"
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
