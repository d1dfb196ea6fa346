"""A tenant has so many conversations open at once; the next one waits for one of them to end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2
import pytest

from copilot.app import build
from copilot.assembly import Knobs
from copilot.core.types import Opening
from copilot.errors import Conflicting, StoreUnavailable, TooMany
from copilot.ports import Key
from copilot.settings import Settings
from copilot.stores.memory import MemoryStore
from tests.api.serving import served
from tests.fakes.parts import Bench
from tests.fakes.talk import say

TWO = Knobs(live_per_tenant=2)
CHAT = Opening(channel="chat")


async def _opened(bench: Bench, *names: str) -> None:
    for name in names:
        await bench.engine.open("acme", name, CHAT)


async def test_what_is_over_is_refused_and_what_is_open_goes_on() -> None:
    """Others' places are their own, a repeated opening is none, and each end makes room again."""
    async with Bench(knobs=TWO) as bench:
        await _opened(bench, "c1", "c2", "c2")
        with pytest.raises(TooMany) as refused:
            await _opened(bench, "c3")
        assert refused.value.policy == '"live";q=2'
        assert refused.value.retry_after_s > 1
        await bench.engine.open("umbra", "c3", CHAT)
        await bench.engine.ingest(Key("acme", "c1"), [say(1, "still here")])
        await bench.engine.close(Key("acme", "c1"))
        await _opened(bench, "c3")
        await bench.engine.erasures.of_conversation(Key("acme", "c2"), "test")
        await _opened(bench, "c4")
        with pytest.raises(TooMany):
            await _opened(bench, "c5")


async def test_a_burst_gets_no_more_than_there_are() -> None:
    """However many are opened at once."""
    async with Bench(knobs=TWO) as bench:
        asked = [bench.engine.open("acme", f"c{n}", CHAT) for n in range(9)]
        results = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(one, TooMany) for one in results) == 7


async def test_what_was_not_opened_holds_no_place() -> None:
    """A failing store or an id that is another's leaves the place free."""
    store = MemoryStore()
    async with Bench(knobs=TWO, store=store) as bench:
        append = store.append

        async def fails(*_: object) -> None:
            raise StoreUnavailable("full")

        store.append = fails  # type: ignore[assignment]
        for name in ("c1", "c2", "c3"):
            with pytest.raises(StoreUnavailable):
                await _opened(bench, name)
        store.append = append  # type: ignore[method-assign]
        await _opened(bench, "c4")
        with pytest.raises(Conflicting):
            await bench.engine.open("acme", "c4", Opening(channel="voice"))
        await _opened(bench, "c5")


async def test_a_new_start_counts_what_is_open() -> None:
    """What was left open holds its places, as many as they are; what was closed does not."""
    store = MemoryStore()
    async with Bench(store=store) as bench:
        await _opened(bench, "c1", "c2", "c3")
        await bench.engine.close(Key("acme", "c1"))
    async with Bench(knobs=TWO, store=store) as bench:
        with pytest.raises(TooMany):
            await _opened(bench, "c4")


async def test_over_the_api_it_is_a_429_with_its_headers(tmp_path: Path) -> None:
    """COPILOT_MAX_LIVE is what it is refused by, and the answer says when to come back."""
    api, assembled = build(Settings(data_dir=tmp_path, max_live=1))
    await assembled.upkeep.start()
    try:
        async with (
            served(api) as port,
            httpx2.AsyncClient(base_url=f"http://localhost:{port}", trust_env=False) as client,
        ):
            answers = [await client.post("/v1/conversations", json={"id": f"c{n}"}) for n in range(2)]
    finally:
        await assembled.upkeep.stop()
    assert [answer.status_code for answer in answers] == [201, 429]
    refused = answers[1]
    assert refused.json()["type"] == "/problems/too-many-requests"
    assert refused.headers["retry-after"] == "10"
    assert refused.headers["ratelimit-policy"] == '"live";q=1'
    assert refused.headers["ratelimit"] == '"live";r=0;t=10'
