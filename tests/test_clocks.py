"""Clocks: the simulated one keeps order and always gets on; the system's is real."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.clocks import SimulatedClock, SystemClock


@given(st.lists(st.integers(0, 5_000).map(lambda ms: ms / 1_000), max_size=12))
def test_sleepers_wake_in_the_order_of_their_times(naps: list[float]) -> None:
    """Each wakes at its own time, not before and not out of order."""

    async def scene() -> None:
        clock = SimulatedClock()
        woken: list[tuple[float, float]] = []

        async def sleep(seconds: float) -> None:
            await clock.sleep(seconds)
            woken.append((seconds, clock.monotonic()))

        async with asyncio.TaskGroup() as group:
            for seconds in naps:
                group.create_task(sleep(seconds))
            await clock.advance(6_000)
        assert sorted(naps) == [seconds for seconds, _ in woken]
        assert all(abs(at - seconds) < 0.001 for seconds, at in woken)

    asyncio.run(scene())


async def test_what_rounding_leaves_over_is_not_slept_for_ever() -> None:
    """A loop that sleeps until a time gets there, however small the last step."""
    clock = SimulatedClock()
    until = clock.monotonic() + 0.7

    async def wait() -> None:
        while (left := until - clock.monotonic()) > 0:
            await clock.sleep(min(left, 1e-17) if left < 1e-9 else left)

    waiting = asyncio.ensure_future(wait())
    for _ in range(7):
        await clock.advance(100.1)
    assert waiting.done()


async def test_wall_clock_and_monotonic_move_together() -> None:
    """A second on the one is a second on the other."""
    clock = SimulatedClock(start_ms=5_000)
    await clock.advance(1_500)
    assert (clock.now_ms(), clock.monotonic()) == (6_500, 1.5)


async def test_settling_lets_all_that_can_run_run() -> None:
    """Whatever follows from what was begun has happened, however long the chain; what sleeps sleeps on."""
    clock = SimulatedClock()
    done: list[int] = []

    async def chain(left: int) -> None:
        await asyncio.sleep(0)
        if left:
            await asyncio.ensure_future(chain(left - 1))
        done.append(left)

    async def late() -> None:
        await clock.sleep(1)
        done.append(-1)

    asleep = asyncio.ensure_future(late())
    chained = asyncio.ensure_future(chain(8))
    await clock.settle()
    assert done == list(range(9))
    assert chained.done()
    asleep.cancel()


async def test_system_clock_goes_on() -> None:
    """The system's clock sleeps at least as long as it was told."""
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.01)
    assert clock.monotonic() - before >= 0.009
    assert clock.now_ms() > 1_600_000_000_000


async def test_a_timeout_passes_with_the_clock_and_not_with_real_time() -> None:
    """A block is given up when simulated time is over, and not before."""
    clock = SimulatedClock()

    async def wait() -> None:
        async with clock.timeout(2.0):
            await clock.sleep(60)

    waiting = asyncio.ensure_future(wait())
    await clock.advance(1_999)
    assert not waiting.done()
    await clock.advance(2)
    with pytest.raises(TimeoutError):
        await waiting


async def test_a_block_that_ends_in_time_is_left_alone() -> None:
    """What is done before its time is up raises nothing, then or later."""
    clock = SimulatedClock()

    async def wait() -> str:
        async with clock.timeout(2.0):
            await clock.sleep(1)
        await clock.sleep(5)
        return "done"

    waiting = asyncio.ensure_future(wait())
    await clock.advance(10_000)
    assert await waiting == "done"


async def test_time_stands_still_for_work_outside() -> None:
    """Simulated time does not pass while real work is waited for."""
    clock = SimulatedClock()
    arrived = asyncio.Event()
    at: list[float] = []

    async def ask() -> None:
        await clock.outside(arrived.wait())
        at.append(clock.monotonic())

    asking = asyncio.ensure_future(ask())
    moving = asyncio.ensure_future(clock.advance(5_000))
    for _ in range(500):
        await asyncio.sleep(0)
    assert not moving.done()
    arrived.set()
    await moving
    assert asking.done()
    assert at == [0.0]
