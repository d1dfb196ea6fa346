"""Upkeep: what is due after a restart, what is idle, and the end."""

from __future__ import annotations

import asyncio

import pytest
import structlog

from copilot.assembly import Knobs
from copilot.core.types import Opening
from copilot.errors import StoreUnavailable
from copilot.ports import Key
from copilot.stores.memory import MemoryStore
from tests.fakes.parts import Bench, draft
from tests.fakes.talk import KEY, HeldStore, kinds, llm, opened, say


async def test_readiness() -> None:
    """Ready from the end of the start to the first sign of the end, and never again."""
    bench = Bench()
    assert not bench.upkeep.ready
    await bench.upkeep.start()
    assert bench.upkeep.ready
    bench.upkeep.drain()
    assert not bench.upkeep.ready
    await bench.upkeep.stop()
    assert not bench.upkeep.ready


class Unreadable(MemoryStore):
    stopped = False

    async def live(self) -> list[tuple[Key, int]]:
        raise StoreUnavailable("cannot be read")

    async def stop(self) -> None:
        self.stopped = True


async def test_start_that_fails_leaves_nothing_open() -> None:
    """When the start cannot be finished the store is closed again, and the server is not ready."""
    store = Unreadable()
    bench = Bench(store=store)
    with pytest.raises(StoreUnavailable):
        await bench.upkeep.start()
    assert store.stopped
    assert not bench.upkeep.ready


class Audited(MemoryStore):
    audits = 0

    async def audit(self) -> list[Key]:
        self.audits += 1
        return [KEY]


async def test_the_whole_log_is_checked_once_readers_are_back() -> None:
    """Not in the first seconds of a start, which belong to those who come back; once after them."""
    store = Audited()
    async with Bench(store=store) as bench:
        await bench.clock.advance(5_000)
        assert store.audits == 0
        with structlog.testing.capture_logs() as told:
            await bench.clock.advance(60_000)
        assert store.audits == 1
        assert [line["conversation"] for line in told if line["event"] == "damaged"] == [KEY.id]


@pytest.mark.parametrize(("waited_ms", "answered"), [(2_000, True), (2_400, False)])
async def test_only_young_triggers_are_answered(waited_ms: int, answered: bool) -> None:
    """After a restart a trigger older than the pause and the budget is left alone."""
    first = Bench()
    async with first:
        await opened(first, "voice")
        await first.engine.ingest(KEY, [say(1, "my parcel is gone")])
    await first.clock.advance(waited_ms)
    async with Bench(store=first.store, clock=first.clock) as second:
        await second.clock.settle()
        assert ((await kinds(second))[-1] == "final") is answered


async def test_who_goes_on_at_once_is_not_answered_into_their_words() -> None:
    """Whoever speaks on before a restarted process has come to their last turn is answered after it, once."""
    first = Bench()
    async with first:
        await opened(first, "voice")
        await first.engine.ingest(KEY, [say(1, "my parcel is gone")])
    async with Bench(store=first.store, clock=first.clock) as second:
        await second.engine.ingest(KEY, [say(2, "and nobody", final=False)])
        await second.clock.settle()
        assert (await kinds(second))[-1] == "customer_speaking"
        await second.engine.ingest(KEY, [say(2, "and nobody ever calls me back", turn_end=True)])
        assert (await kinds(second)).count("final") == 1


async def test_trigger_of_an_interrupted_race_is_answered() -> None:
    """A race that the end of the process cut off is run again by the next one, once."""
    model = llm((0.5, draft("One.", origin="llm")))
    first = Bench(model=model)
    async with first:
        await opened(first)
        await first.engine.ingest(KEY, [say(1, "hello")])
    async with Bench(store=first.store, clock=first.clock, model=model) as second:
        await second.clock.advance(600)
        assert (await kinds(second)).count("final") == 1


async def test_end_gives_up_clocks_and_races() -> None:
    """After the end nothing runs on: no timer, no race, no model call."""
    before = asyncio.all_tasks()
    async with Bench(model=llm((0.5, draft("One.", origin="llm")))) as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "hello", turn_end=True)])
        await bench.engine.open("t", "c2", Opening())
        await bench.engine.ingest(Key("t", "c2"), [say(1, "hello")])
        await bench.clock.settle()
    assert asyncio.all_tasks() == before


async def test_end_waits_for_what_is_being_written() -> None:
    """What was taken before the end is on disk, and acknowledged, after it."""
    store = HeldStore()
    bench = Bench(store=store)
    await bench.upkeep.start()
    await opened(bench)
    store.held = True
    told = asyncio.ensure_future(bench.engine.ingest(KEY, [say(1, "hello")]))
    await bench.clock.settle()
    stopping = asyncio.ensure_future(bench.upkeep.stop())
    await bench.clock.settle()
    assert not stopping.done()
    store.release()
    await stopping
    assert (await told).results[0].status == "accepted"


async def test_conversation_that_goes_on_during_the_sweep_stays_open() -> None:
    """A conversation that was idle when the sweep looked, and spoke before its turn came, is not closed."""
    store = HeldStore()
    async with Bench(store=store, knobs=Knobs(idle_close_ms=10_000)) as bench:
        for name in ("c0", "c1"):
            await bench.engine.open("t", name, Opening(channel="chat"))
        await bench.clock.advance(10_000)
        store.held = True
        await bench.clock.advance(5_000)  # the sweep closes one, and waits for the disk
        told = [
            asyncio.ensure_future(bench.engine.ingest(Key("t", name), [say(1, "still here")]))
            for name in ("c0", "c1")
        ]
        await bench.clock.settle()
        store.held = False
        store.release()
        await asyncio.gather(*told)
        await bench.clock.settle()
        closed = [(await bench.engine.view(Key("t", name))).closed for name in ("c0", "c1")]
        assert sorted(closed) == [False, True]


class Flaky(MemoryStore):
    """Cannot say what is live, now and then."""

    trouble = False

    async def live(self) -> list[tuple[Key, int]]:
        if self.trouble:
            self.trouble = False
            raise StoreUnavailable("busy")
        return await super().live()


async def test_sweeper_outlives_a_store_in_trouble() -> None:
    """A sweep that cannot read goes on with the next one."""
    store = Flaky()
    async with Bench(store=store, knobs=Knobs(idle_close_ms=10_000)) as bench:
        await opened(bench)
        store.trouble = True
        await bench.clock.advance(30_000)
        assert (await bench.engine.view(KEY)).closed
