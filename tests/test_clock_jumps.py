"""A wall clock that jumps: order, ids and deadlines do not come from it."""

from __future__ import annotations

import pytest

from tests.fakes.parts import Bench
from tests.fakes.talk import KEY, opened, say


@pytest.mark.parametrize("jump_ms", [3_600_000, -3_600_000])
async def test_a_jump_changes_no_order(jump_ms: int) -> None:
    """An hour forth or back in the middle: positions go on by one, resuming misses nothing, ids of cards
    differ, and the next turn gets its phrase."""
    async with Bench() as bench:
        await opened(bench, "chat")
        await bench.engine.ingest(KEY, [say(1, "where is my parcel")])
        before = await bench.store.read(KEY)
        bench.clock._start_ms += jump_ms  # the wall clock alone: its monotonic one goes on
        await bench.engine.ingest(KEY, [say(2, "nobody calls me back about the parcel", at=9_000)])
        await bench.clock.advance(1_000)
        after = await bench.store.read(KEY)
        assert [stored.seq for stored in after] == list(range(1, len(after) + 1))
        assert after[: len(before)] == before
        cards = {event.event.suggestion.id for event in after if event.type == "suggestion"}
        assert len(cards) >= 2
