"""Erasure over the API: by `admin` alone, in its own tenant, of exactly what was named."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.conftest import TENANT, Stage

Client = AsyncTestClient[Litestar]


async def test_a_customer_or_all_of_ones_own_tenant(client: Client, stage: Stage) -> None:
    """What was named reaches the engine with the caller's tenant and key, and comes back as a number."""
    by = next(iter(stage.keys.kept))
    for body, done in (
        ({"customer": "cust-88"}, ("customer", TENANT, "cust-88", by)),
        ({"tenant": True}, ("tenant", TENANT, by)),
    ):
        answer = await client.post("/v1/erasures", json=body)
        assert (answer.status_code, answer.json()) == (200, {"conversations": 0})
        assert stage.engine.erasures.done[-1] == done
    assert (await client.delete("/v1/conversations/c1")).status_code == 204
    assert stage.engine.erasures.done[-1] == ("conversation", TENANT, "c1", by)


@pytest.mark.parametrize(
    "body", [{}, {"tenant": False}, {"customer": ""}, {"customer": "a", "tenant": True}, {"customer": None}]
)
async def test_what_names_nothing_or_two_is_refused(
    client: Client, stage: Stage, body: dict[str, object]
) -> None:
    """Exactly one is named; else nothing is erased."""
    assert (await client.post("/v1/erasures", json=body)).status_code == 422
    assert stage.engine.erasures.done == []


async def test_only_admin_may(client: Client, stage: Stage) -> None:
    """A key with every other scope erases nothing."""
    others = stage.key("ingest", "read", "feedback", "prompts", "supervise")
    answer = await client.post("/v1/erasures", json={"tenant": True}, headers=others)
    assert answer.status_code == 403
    assert stage.engine.erasures.done == []
