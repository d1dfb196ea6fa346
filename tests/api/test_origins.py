"""Pages of other origins: those on the list may read, the others may not, and cookies never travel."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.conftest import Stage

Client = AsyncTestClient[Litestar]
KNOWN, STRANGE = "https://desk.example", "https://evil.example"
ASKS = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}


@pytest.fixture
async def listed(stage: Stage) -> AsyncIterator[Client]:
    stage.limits = dataclasses.replace(stage.limits, origins=frozenset({KNOWN}))
    async with AsyncTestClient(stage.app(), raise_server_exceptions=False) as client:
        client.headers.update(stage.key())
        await client.post("/v1/conversations", json={"id": "c1"})
        yield client


async def test_a_listed_origin_may_ask_and_read(listed: Client) -> None:
    """The preflight names what may be sent; the answer, a refusal too, names the origin and never cookies."""
    asked = await listed.options("/v1/conversations/c1/tickets", headers={"origin": KNOWN, **ASKS})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == KNOWN
    assert "Authorization" in asked.headers["access-control-allow-headers"]
    assert "Last-Event-ID" in asked.headers["access-control-allow-headers"]
    for path, status in (("/v1/conversations/c1", 200), ("/v1/conversations/never", 404)):
        answer = await listed.get(path, headers={"origin": KNOWN})
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == KNOWN
        assert "access-control-allow-credentials" not in answer.headers
        assert "origin" in answer.headers["vary"].lower()


async def test_a_strange_origin_may_not(listed: Client) -> None:
    """Its preflight and its answers name no origin: the browser keeps them from its script."""
    asked = await listed.options("/v1/conversations/c1", headers={"origin": STRANGE, **ASKS})
    answer = await listed.get("/v1/conversations/c1", headers={"origin": STRANGE})
    for found in (asked, answer):
        assert "access-control-allow-origin" not in found.headers
        assert "origin" in found.headers["vary"].lower()


async def test_without_a_list_nobody_may(client: Client) -> None:
    """The list is empty unless an operator fills it."""
    answer = await client.get("/v1/conversations/c1", headers={"origin": KNOWN})
    assert "access-control-allow-origin" not in answer.headers
