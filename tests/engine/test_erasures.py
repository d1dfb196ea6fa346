"""Erasure by customer and tenant, and of what was kept too long: nothing of it is left."""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
import structlog

from copilot import logs
from copilot.core.events import StoredEvent
from copilot.core.types import Customer, Opening
from copilot.engine.erasures import Erasures
from copilot.engine.namings import Namings
from copilot.errors import CopilotError, Gone, Invalid, NotFound
from copilot.ports import Key
from copilot.stores.memory import MemoryStore
from copilot.stores.sqlite import SqliteStore
from tests.fakes.parts import Bench
from tests.fakes.talk import say

DAY_MS = 86_400_000
RACES = int(os.environ.get("COPILOT_RACES", "100"))


async def _talk(bench: Bench, tenant: str, name: str, customer: str | None = None) -> Key:
    await bench.engine.open(tenant, name, Opening(channel="chat", customer=Customer(id=customer)))
    key = Key(tenant, name)
    await bench.engine.ingest(key, [say(1, f"canary of {name} at {tenant}")])
    return key


async def _left(bench: Bench, keys: list[Key]) -> list[str]:
    left = []
    for key in keys:
        try:
            left.append((await bench.engine.view(key)).id)
        except Gone:
            continue
    return left


async def test_a_customer_is_erased_wherever_they_were(tmp_path: Path) -> None:
    """Named when it opened or later; other customers and other tenants stay."""
    async with Bench() as bench:
        keys = [
            await _talk(bench, "acme", "c1", "jane"),
            await _talk(bench, "acme", "c2", "omar"),
            await _talk(bench, "acme", "c3"),
            await _talk(bench, "umbra", "c4", "jane"),
        ]
        await bench.engine.change(keys[2], agent=None, customer=Customer(id="jane"), context=None)
        assert await bench.engine.erasures.of_customer("acme", "jane", "k1") == 2
        assert await bench.engine.erasures.of_customer("acme", "jane", "k1") == 0
        assert await _left(bench, keys) == ["c2", "c4"]


async def test_a_tenant_is_erased_from_every_file(tmp_path: Path) -> None:
    """Not a byte of its conversations is in the database or the write-ahead log; the other tenant's stay."""
    async with Bench(store=SqliteStore(tmp_path / "log.db")) as bench:
        keys = [await _talk(bench, "acme", f"c{n}", f"customer canary {n}") for n in range(30)]
        other = await _talk(bench, "umbra", "c0")
        assert await bench.engine.erasures.of_tenant("acme", "k1") == 30
        assert await _left(bench, [*keys, other]) == ["c0"]
        assert _holding(tmp_path, b"canary") == []
        assert await bench.store.feed("acme", 0, 99) == []


def _holding(folder: Path, words: bytes) -> list[str]:
    return [file.name for file in folder.iterdir() if words in file.read_bytes()]


async def test_late_fragments_do_not_bring_it_back(tmp_path: Path) -> None:
    """Whatever comes while a tenant is erased, or after, is refused."""
    async with Bench(store=SqliteStore(tmp_path / "log.db")) as bench:
        keys = [await _talk(bench, "acme", f"c{n}") for n in range(20)]

        async def late(key: Key) -> None:
            for number in range(2, 30):
                await bench.engine.ingest(key, [say(number, "late canary", at=number * 600)])

        racing = [asyncio.ensure_future(late(key)) for key in keys]
        erased = await bench.engine.erasures.of_tenant("acme", "k1")
        results = await asyncio.gather(*racing, return_exceptions=True)
        assert erased == 20
        assert all(isinstance(result, CopilotError) for result in results if result is not None)
        for key in keys:
            with pytest.raises((Gone, NotFound)):
                await bench.engine.ingest(key, [say(99, "again")])
        assert await _left(bench, keys) == []


async def test_no_race_brings_anything_back(tmp_path: Path) -> None:
    """Whenever the erasure comes among fragments and openings, nothing of it is there when all have ended."""
    chance = random.Random(7)
    async with Bench(store=SqliteStore(tmp_path / "log.db")) as bench:
        for number in range(RACES):
            key = await _talk(bench, "acme", f"r{number}", f"racer {number}")

            async def late(key: Key = key, waits: int = chance.randrange(12)) -> None:
                for _ in range(waits):
                    await asyncio.sleep(0)
                for at in range(2, 8):
                    await bench.engine.ingest(key, [say(at, "late canary", at=at * 600)])

            async def again(key: Key = key, waits: int = chance.randrange(40)) -> None:
                for _ in range(waits):
                    await asyncio.sleep(0)
                await bench.engine.open("acme", key.id, Opening(channel="voice"))

            racing = [asyncio.ensure_future(work()) for work in (late, late, again)]
            for _ in range(chance.randrange(12)):
                await asyncio.sleep(0)
            assert await bench.engine.erasures.of_customer("acme", f"racer {number}", "k1") == 1
            results = await asyncio.gather(*racing, return_exceptions=True)
            assert all(isinstance(result, CopilotError) for result in results if result is not None)
            assert await _left(bench, [key]) == []
        assert _holding(tmp_path, b"canary") == _holding(tmp_path, b"racer") == []


@pytest.mark.parametrize("whole_tenant", [False, True])
async def test_what_is_opened_meanwhile_is_gone_or_clearly_after(tmp_path: Path, whole_tenant: bool) -> None:
    """What was answered before the erasure was is erased, also what named the customer while it ran; what is
    answered after it stands, and nothing else does."""
    chance = random.Random(11)
    async with Bench(store=SqliteStore(tmp_path / "log.db")) as bench:
        for number in range(RACES // 10):
            tenant = f"tenant {number}"
            before = [await _talk(bench, tenant, f"b{n}", "jane") for n in range(3)]
            unnamed = [await _talk(bench, tenant, f"u{n}") for n in range(3)]
            answered = await _race(bench, unnamed, whole_tenant, chance)
            at = answered.index(None)
            assert await _left(bench, [*before, *filter(None, answered[:at])]) == []
            after = [key for key in answered[at:] if key is not None]
            assert await _left(bench, after) == [key.id for key in after]
            assert await bench.engine.erasures.of_customer(tenant, "jane", "k1") == len(after)


async def _race(
    bench: Bench, unnamed: list[Key], whole_tenant: bool, chance: random.Random
) -> list[Key | None]:
    """Names the customer in new and in other conversations while they (or all) are erased; the conversations
    in the order of the answers, None for the erasure's."""
    engine, customer, answered = bench.engine, Customer(id="jane"), list[Key | None]()
    tenant = unnamed[0].tenant

    async def names(key: Key) -> None:
        if key in unnamed:
            await engine.change(key, agent=None, customer=customer, context=None)
        else:
            await engine.open(tenant, key.id, Opening(channel="chat", customer=customer))
        answered.append(key)

    async def erases() -> None:
        one = engine.erasures
        await (one.of_tenant(tenant, "k1") if whole_tenant else one.of_customer(tenant, "jane", "k1"))
        answered.append(None)

    racing = [asyncio.ensure_future(erases())]
    for key in chance.sample([*(Key(tenant, f"f{n}") for n in range(6)), *unnamed], 9):
        for _ in range(chance.randrange(8)):
            await asyncio.sleep(0)
        racing.append(asyncio.ensure_future(names(key)))
    results = await asyncio.gather(*racing, return_exceptions=True)
    assert all(isinstance(result, CopilotError) for result in results if result is not None)
    return answered


class _Held(MemoryStore):
    """Writes when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()
        self.asked = asyncio.Event()

    async def append(self, *given: Any) -> list[StoredEvent]:
        self.asked.set()
        await self.let_go.wait()
        return await super().append(*given)


async def test_what_is_being_written_is_waited_for() -> None:
    """An opening that is on its way to the disk when the erasure comes is erased before that is answered, and
    one that comes then waits, and stands."""
    async with Bench(store=(store := _Held())) as bench:
        jane = Opening(channel="chat", customer=Customer(id="jane"))
        first = asyncio.ensure_future(bench.engine.open("acme", "c1", jane))
        await store.asked.wait()
        erasing = asyncio.ensure_future(bench.engine.erasures.of_customer("acme", "jane", "k1"))
        for _ in range(50):
            await asyncio.sleep(0)
        second = asyncio.ensure_future(bench.engine.open("acme", "c2", jane))
        await asyncio.sleep(0)
        assert not erasing.done()
        store.let_go.set()
        await asyncio.gather(first, second)
        assert await erasing == 1
        assert await _left(bench, [Key("acme", "c1"), Key("acme", "c2")]) == ["c2"]


async def test_who_hangs_up_leaves_nothing_behind(tmp_path: Path) -> None:
    """An opening whose caller gave up is erased too, wherever it was when they did."""
    async with Bench(store=SqliteStore(tmp_path / "log.db")) as bench:
        for turns in range(12):
            jane = Opening(channel="chat", customer=Customer(id=f"jane {turns}"))
            opening = asyncio.ensure_future(bench.engine.open("acme", f"c{turns}", jane))
            for _ in range(turns):
                await asyncio.sleep(0)
            opening.cancel()
            await asyncio.sleep(0)
            await bench.engine.erasures.of_customer("acme", f"jane {turns}", "k1")
            await _talk(bench, "acme", f"later {turns}")  # whatever was under way is on disk by now
            assert await _left_of(bench, f"c{turns}") == []


async def _left_of(bench: Bench, name: str) -> list[str]:
    listed = await bench.store.page("acme", closed=None, phase=None, min_heat=0, after=None, limit=99)
    return [one.id for one in listed if one.id == name]


async def test_an_id_that_is_kept_masked_is_refused() -> None:
    """An e-mail address as an id is kept as a placeholder that many share: none of them is erased by it."""
    async with Bench() as bench:
        key = await _talk(bench, "acme", "c1", "SECRET")
        for named in ("SECRET", "[card]"):
            with pytest.raises(Invalid):
                await bench.engine.erasures.of_customer("acme", named, "k1")
        assert await _left(bench, [key]) == ["c1"]


async def test_what_was_kept_too_long_goes() -> None:
    """By each tenant's own days after the last event; without a number it is kept."""
    async with Bench() as bench:
        days = {"acme": 30, "umbra": 60}
        keys = [await _talk(bench, tenant, "c1") for tenant in ("acme", "umbra", "ever")]
        now_ms = bench.clock.now_ms()
        erasures = bench.engine.erasures

        async def erase(key: Key) -> None:
            await erasures.of_conversation(key, "test")

        assert await erasures.outdated(days.get) == 0
        for day, left in ((31, ["umbra", "ever"]), (61, ["ever"])):
            shifted = _Later(bench.clock, now_ms + day * DAY_MS)
            later = Erasures(bench.store, erase, shifted, _as_it_is, Namings())
            assert await later.outdated(days.get) == 1
            assert [key.tenant for key in keys if await _left(bench, [key])] == left


def _as_it_is(tenant: str, text: str) -> str:
    return text


class _Later:
    """A clock that is ahead."""

    def __init__(self, clock: object, now_ms: int) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        return


async def test_the_record_says_that_and_not_what() -> None:
    """When, by whom, a tenant, a reason and a number are in the log; nobody's words, name or id."""
    out = io.StringIO()
    logs.configure("INFO", stream=out)
    try:
        async with Bench() as bench:
            await _talk(bench, "acme", "c1-secret", "jane-secret")
            await bench.engine.erasures.of_customer("acme", "jane-secret", "k1")
    finally:
        structlog.reset_defaults()
    (line,) = [one for one in map(json.loads, out.getvalue().splitlines()) if one["event"] == "erased"]
    assert (line["tenant"], line["reason"], line["conversations"]) == ("acme", "customer", 1)
    assert line["by"] == "k1"
    assert line["timestamp"]
    assert "secret" not in out.getvalue()
    assert "canary" not in out.getvalue()
