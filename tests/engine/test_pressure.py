"""What is let go when the server is behind, in which order, and when it comes back."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.clocks import SimulatedClock
from copilot.core.types import Opening
from copilot.engine.pressure import ORDER, Memory, Pressure
from copilot.errors import Overloaded
from copilot.ports import Key
from tests.fakes.parts import Bench, CountingMeter, draft
from tests.fakes.talk import KEY, llm, opened, say


def pressed(late_ms: float, pressure: Pressure | None = None) -> Pressure:
    """After a while at one lateness."""
    pressure = pressure or Pressure(SimulatedClock(), CountingMeter(), behind_ms=100)
    for _ in range(40):
        pressure.note(late_ms)
    return pressure


@pytest.mark.parametrize(
    ("late_ms", "shed"),
    [(99, []), (150, ["partials"]), (250, ["partials", "model"]), (500, ["partials", "model", "openings"])],
)
def test_partials_go_first_then_the_model_then_new_conversations(late_ms: float, shed: list[str]) -> None:
    """Each at a multiple of the lateness that the one before takes."""
    assert [what for what in ORDER if pressed(late_ms).sheds(what)] == shed


def test_one_long_step_is_no_overload() -> None:
    """A second late once among many that were in time lets nothing go for long."""
    pressure = pressed(0)
    pressure.note(240)
    assert not pressure.sheds("partials")


def test_what_was_let_go_comes_back_later_than_it_went() -> None:
    """Between half the lateness and the whole of it, things stay as they are."""
    assert not pressed(75).sheds("partials")
    pressure = pressed(75, pressed(150))
    assert pressure.sheds("partials")
    assert not pressed(40, pressure).sheds("partials")


@given(st.lists(st.floats(0, 5_000), max_size=60))
def test_the_order_holds_whatever_happens(lates: list[float]) -> None:
    """What goes later is never gone while what goes earlier is there."""
    pressure = Pressure(SimulatedClock(), CountingMeter(), behind_ms=100)
    for late_ms in lates:
        pressure.note(late_ms)
        gone = [pressure.sheds(what) for what in ORDER]
        assert gone == sorted(gone, reverse=True)


async def test_a_blocked_loop_is_noticed() -> None:
    """Time that passes while nothing runs counts as lateness."""
    clock = SimulatedClock()
    meter = CountingMeter()
    watching = asyncio.create_task(Pressure(clock, meter, behind_ms=100).watch())
    await clock.advance(200)
    assert meter.counts["late ms"] == 0
    clock._ms += 2_000  # time in which nothing ran
    await clock.advance(100)
    assert meter.counts["late ms"] >= 250
    watching.cancel()


async def test_partials_are_acknowledged_and_not_read() -> None:
    """The sender learns it; the state of the reply is what it was, and a final is read as ever."""
    async with Bench() as bench:
        await opened(bench, "voice")
        pressed(600, bench.assembled.pressure)
        partial = await bench.engine.ingest(KEY, [say(1, "i am cross!", final=False)])
        assert (partial.results[0].status, partial.results[0].reason) == ("accepted", "unread")
        assert partial.state.heat == 0
        final = await bench.engine.ingest(KEY, [say(1, "i am cross!")])
        assert (final.results[0].status, final.results[0].reason) == ("accepted", None)
        assert final.state.heat == 2
        assert bench.meter.counts["shed partials"] == 1


async def test_the_phrasebook_answers_when_the_model_is_let_go() -> None:
    """There is a phrase all the same, at once, and the model is not asked."""
    async with Bench(model=llm((0.1, draft("From the model.")))) as bench:
        await opened(bench, "chat")
        pressed(600, bench.assembled.pressure)
        await bench.engine.ingest(KEY, [say(1, "where is my parcel")])
        shown = [event for event in await bench.store.read(KEY) if event.type == "suggestion"]
        assert b'"origin":"phrasebook"' in shown[-1].payload
        assert bench.model.moments == []  # type: ignore[union-attr]
        assert bench.meter.counts["shed model"] == 1


async def test_new_conversations_are_put_off_and_known_ones_are_not() -> None:
    """Opening again what is open is no new load."""
    async with Bench() as bench:
        await opened(bench, "chat")
        before = (await bench.engine.view(KEY)).opening
        pressed(2_000, bench.assembled.pressure)
        with pytest.raises(Overloaded) as refused:
            await bench.engine.open("t", "another", Opening(channel="chat"))
        assert refused.value.retry_after_s
        assert bench.meter.counts["shed openings"] == 1
        assert (await bench.engine.open(KEY.tenant, KEY.id, before))[1] is False
        pressed(0, bench.assembled.pressure)
        assert (await bench.engine.open("t", "another", Opening(channel="chat")))[1] is True
        assert await bench.engine.view(Key("t", "another"))


async def test_a_standstill_is_known_while_it_lasts_and_a_little_longer() -> None:
    """Also to who asks before the turn that measures it; a short step is none."""
    clock, meter = SimulatedClock(), CountingMeter()
    pressure = Pressure(clock, meter, behind_ms=100)
    watching = asyncio.create_task(pressure.watch())
    await clock.advance(200)
    clock._ms += 1_900
    assert not pressure.blocked
    await clock.advance(100)
    assert not pressure.blocked
    clock._ms += 2_500
    assert pressure.blocked
    await clock.advance(100)
    assert pressure.blocked
    assert meter.counts["standstill"] == 1
    await clock.advance(5_000)
    assert not pressure.blocked
    watching.cancel()


async def test_little_memory_keeps_out_what_is_new_and_nothing_else() -> None:
    """Conversations and streams; it is tried to win some back, and with some again they are let in."""
    clock, meter = SimulatedClock(), CountingMeter()
    left, relieved = [200], []
    memory = Memory(lambda: left[0], 100, lambda: relieved.append(clock.monotonic()))
    pressure = Pressure(clock, meter, behind_ms=100, memory=memory)
    watching = asyncio.create_task(pressure.watch())
    await clock.advance(1_000)
    assert not pressure.sheds("streams")
    left[0] = 99
    await clock.advance(1_000)
    assert [what for what in (*ORDER, "streams") if pressure.sheds(what)] == ["openings", "streams"]
    assert pressure.refuses("streams")
    assert meter.counts["shed streams"] == 1
    await clock.advance(10_000)
    assert 2 <= len(relieved) <= 3
    left[0] = 200
    await clock.advance(1_000)
    assert not pressure.refuses("openings")
    assert meter.counts["memory left"] == 200
    watching.cancel()
