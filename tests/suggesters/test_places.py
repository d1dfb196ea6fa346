"""Places: how many calls run at once, and that no tenant keeps another from the model."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.clocks import SimulatedClock
from copilot.errors import ModelFailure
from copilot.suggesters.places import Places


class Room:
    """Places on a simulated clock, and who holds one."""

    def __init__(self, total: int, queue_s: float = 0.2) -> None:
        self.clock = SimulatedClock()
        self.places = Places(total, queue_s, self.clock.timeout)
        self.inside: list[str] = []
        self.refused: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []

    def enter(self, tenant: str, seconds: float = 1.0) -> None:
        self.tasks.append(asyncio.ensure_future(self._stay(tenant, seconds)))

    async def _stay(self, tenant: str, seconds: float) -> None:
        try:
            async with self.places.hold(tenant):
                self.inside.append(tenant)
                try:
                    await self.clock.sleep(seconds)
                finally:
                    self.inside.remove(tenant)
        except ModelFailure:
            self.refused.append(tenant)

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_one_tenant_alone_may_use_them_all() -> None:
    """Nothing is kept free for nobody."""
    room = Room(4)
    for _ in range(5):
        room.enter("a")
    await room.clock.settle()
    assert room.inside == ["a"] * 4
    await room.clock.advance(250)
    assert room.refused == ["a"]
    await room.close()


async def test_a_burst_leaves_a_place_for_others() -> None:
    """A tenant at many times its share takes no place that keeps the next one waiting."""
    room = Room(8)
    room.enter("b", 0.01)
    await room.clock.advance(20)
    for _ in range(100):
        room.enter("a", 10)
    await room.clock.settle()
    room.enter("b")
    await room.clock.settle()
    assert room.inside.count("b") == 1
    assert room.inside.count("a") == 6
    await room.close()


async def test_a_free_place_goes_to_who_holds_the_fewest() -> None:
    """Who comes later and has less is served before the next of a long queue."""
    room = Room(2, queue_s=60)
    room.enter("b", 5)
    room.enter("a", 1)
    for _ in range(10):
        room.enter("a", 1)
    room.enter("c", 1)
    await room.clock.advance(1_010)
    assert sorted(room.inside) == ["b", "c"]
    await room.close()


async def test_work_that_can_wait_takes_no_place_that_is_needed() -> None:
    """A shadow call runs only while half of all places are free, and never queues."""
    room = Room(4)
    room.enter("a")
    await room.clock.settle()
    async with room.places.hold("a", idle_only=True):
        with pytest.raises(ModelFailure):
            async with room.places.hold("a", idle_only=True):
                pass
    await room.close()


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 5),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 400), st.integers(1, 600), st.booleans()),
        max_size=40,
    ),
)
def test_no_place_is_lost_or_made(total: int, comings: list[tuple[str, int, int, bool]]) -> None:
    """However calls come, give up, wait in vain and end: never more at once than there are, all free at
    last."""
    asyncio.run(_comings(total, comings))


async def _comings(total: int, comings: list[tuple[str, int, int, bool]]) -> None:
    room = Room(total)
    for tenant, wait_ms, stay_ms, given_up in comings:
        await room.clock.advance(wait_ms)
        room.enter(tenant, stay_ms / 1000)
        await room.clock.settle()
        if given_up:
            room.tasks[-1].cancel()
        assert len(room.inside) <= total
    await room.clock.advance(2_000)
    assert room.places.held == 0
    async with AsyncExitStack() as stack:
        for number in range(total):
            await stack.enter_async_context(room.places.hold(f"new-{number}"))
    await room.close()
