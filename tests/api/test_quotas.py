"""Each tenant's quota: what is over it is refused with the time to wait, and costs nobody else anything."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import AsyncTestClient
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from copilot.api.limits import Limits
from copilot.api.quotas import Quotas
from copilot.core.types import Opening
from copilot.errors import TooMany
from tests.api.conftest import TENANT, Stage
from tests.api.serving import served as server

FRAGMENT = {"utterance_id": "u", "speaker": "customer", "text": "hello", "start_ms": 0, "end_ms": 10}


class Watch:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 3)), max_size=60))
def test_no_window_lets_more_through_than_the_quota_and_its_burst(asked: list[tuple[int, float]]) -> None:
    """In any time at most what filled up and what stood in the full bucket; one batch may be owed."""
    watch = Watch()
    quotas = Quotas(Limits(requests_per_second=10), watch)
    taken = 0
    for count, pause in asked:
        with suppress(TooMany):
            quotas.request("t", count)
            taken += count
        assert taken <= 20 + 10 * watch.now + 30
        watch.now += pause


def test_after_the_time_that_was_told_there_is_room() -> None:
    """Retry-After is no guess."""
    watch = Watch()
    quotas = Quotas(Limits(requests_per_second=2), watch)
    quotas.request("t", 4)
    with pytest.raises(TooMany) as refused:
        quotas.request("t", 4)
    watch.now += refused.value.retry_after_s
    quotas.request("t", 4)


def test_a_tenant_at_its_limit_leaves_the_others_theirs() -> None:
    """Buckets are a tenant's own, and no limit is no bucket."""
    quotas = Quotas(Limits(openings_per_minute=1), Watch())
    for _ in range(2):
        quotas.opening("a")
    with pytest.raises(TooMany):
        quotas.opening("a")
    quotas.opening("b")
    for _ in range(1_000):
        quotas.request("a")


async def served(stage: Stage, **limits: int) -> AsyncTestClient[Litestar]:
    stage.limits = replace(stage.limits, **limits)
    client = AsyncTestClient(stage.app(), raise_server_exceptions=False)
    client.headers.update(stage.key())
    return client


async def test_what_is_over_the_quota_gets_a_429_with_its_headers(stage: Stage) -> None:
    """Any call counts; the answer names the quota and when to come back."""
    async with await served(stage, requests_per_second=2) as client:
        answers = [await client.get("/v1/conversations") for _ in range(5)]
        assert [answer.status_code for answer in answers[:4]] == [200] * 4
        refused = answers[4]
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["ratelimit-policy"] == '"requests";q=2;w=1'
        assert refused.headers["ratelimit"] == '"requests";r=0;t=1'
        assert refused.json()["type"] == "/problems/too-many-requests"
        other = await client.get("/v1/conversations", headers=stage.key(tenant="other"))
        assert other.status_code == 200


async def test_each_fragment_of_a_batch_counts(stage: Stage) -> None:
    """A batch is no way around the quota, and a refused one leaves nothing behind."""
    async with await served(stage, requests_per_second=5) as client:
        await client.post("/v1/conversations", json={"id": "c1"})
        batch = [FRAGMENT | {"utterance_id": f"u{n}"} for n in range(10)]
        path = "/v1/conversations/c1/fragments"
        assert (await client.post(path, json=batch[:6])).status_code == 200
        assert (await client.post(path, json=batch)).status_code == 429


async def test_each_message_of_a_websocket_counts(stage: Stage) -> None:
    """It is answered with the problem, and the connection stays."""
    stage.limits = replace(stage.limits, requests_per_second=3)
    await stage.engine.open(TENANT, "c1", Opening())
    headers = stage.key("read", "ingest")
    async with (
        server(stage.app()) as port,
        connect(
            f"ws://localhost:{port}/v1/conversations/c1/stream",
            additional_headers=headers,
            proxy=None,
            open_timeout=60,
        ) as socket,
        asyncio.timeout(30),
    ):
        answers = []
        for number in range(7):
            await socket.send(json.dumps({"type": "ping", "ref": str(number)}))
            answers.append(json.loads(await socket.recv()))
    # The handshake was one of the six.
    assert [answer["type"] for answer in answers] == ["pong"] * 5 + ["error"] * 2
    assert answers[-1]["problem"]["status"] == 429


async def test_who_does_not_hear_that_it_is_too_much_is_cut_off(stage: Stage) -> None:
    """A flood over the quota is answered for a while, and then closes the connection with 1008."""
    stage.limits = replace(stage.limits, requests_per_second=1, messages_over_quota=20)
    await stage.engine.open(TENANT, "c1", Opening())
    async with (
        server(stage.app()) as port,
        connect(
            f"ws://localhost:{port}/v1/conversations/c1/stream",
            additional_headers=stage.key("read", "ingest"),
            proxy=None,
            open_timeout=60,
            max_queue=None,
        ) as socket,
        asyncio.timeout(30),
    ):
        with suppress(ConnectionClosed):
            for number in range(1_000):
                await socket.send(json.dumps({"type": "ping", "ref": str(number)}))
        await socket.wait_closed()
        assert socket.close_code == 1008


async def test_openings_have_a_quota_of_their_own(stage: Stage) -> None:
    """Conversations that are open go on."""
    async with await served(stage, openings_per_minute=1) as client:
        for number in range(2):
            assert (await client.post("/v1/conversations", json={"id": f"c{number}"})).status_code == 201
        refused = await client.post("/v1/conversations", json={"id": "c3"})
        assert refused.status_code == 429
        assert refused.headers["ratelimit-policy"] == '"openings";q=1;w=60'
        assert (await client.post("/v1/conversations/c1/fragments", json=FRAGMENT)).status_code == 200
