"""Assembly: the parts of an engine meet."""

from __future__ import annotations

import asyncio

from copilot.assembly import Knobs
from copilot.engine.delivery import Budget
from tests.fakes.parts import Bench
from tests.fakes.talk import KEY, everything, kinds, opened, say


async def test_knobs_reach_their_parts() -> None:
    """Pause, time to live, tone and version are those that were handed in."""
    knobs = Knobs(pause_ms=200, budget=Budget(ttl_ms=5_000), tone="warm", version="copilot@9", late_ms=10)
    async with Bench(knobs=knobs) as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "hello")])
        await bench.clock.advance(201)
        shown = (await bench.engine.view(KEY)).suggestion
        assert shown is not None
        assert shown.ttl_ms == 5_000
        assert bench.phrasebook.moments[0].tone == "warm"
        await bench.engine.close(KEY)
        closed = (await bench.store.read(KEY))[-1]
        assert b"copilot@9" in closed.payload


async def test_open_streams_are_counted() -> None:
    """Streams of conversations and feeds count while they are read, and not after."""
    async with Bench() as bench:
        await opened(bench)
        streams = bench.engine.stream(KEY, None), bench.engine.feed("t", None)
        reading = [asyncio.ensure_future(everything(stream)) for stream in streams]
        await bench.clock.settle()
        assert bench.assembled.open_streams() == 2
        bench.upkeep.drain()
        await asyncio.gather(*reading)
        assert bench.assembled.open_streams() == 0


async def test_without_a_model_the_phrasebook_answers_at_once() -> None:
    """No model: the phrase stands in the append of the fragment that called for it."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "hello")])
        assert (await kinds(bench))[-1] == "final"
