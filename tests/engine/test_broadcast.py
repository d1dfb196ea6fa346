"""Broadcast: no reader is waited for, and none misses the end."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from copilot.engine.broadcast import Broadcast


async def test_each_reader_gets_everything_of_its_topic() -> None:
    """Items come in order, to every reader of their topic and to no other."""
    broadcast: Broadcast[str, int] = Broadcast()
    one, two, other = broadcast.subscribe("a"), broadcast.subscribe("a"), broadcast.subscribe("b")
    for item in range(3):
        broadcast.publish("a", item)
    broadcast.publish("b", 9)
    assert await one.wait() == await two.wait() == [0, 1, 2]
    assert await other.wait() == [9]


async def test_topics_without_readers_are_forgotten() -> None:
    """The last reader takes its topic along; leaving twice is no error."""
    broadcast: Broadcast[str, int] = Broadcast()
    reader = broadcast.subscribe("a")
    broadcast.unsubscribe("a", reader)
    broadcast.unsubscribe("a", reader)
    broadcast.publish("a", 1)
    assert broadcast.count() == 0


async def test_slow_reader_is_told() -> None:
    """A reader that fell behind loses what waited, and is told once that it did."""
    broadcast: Broadcast[str, int] = Broadcast(bound=2)
    slow = broadcast.subscribe("a")
    for item in range(3):
        broadcast.publish("a", item)
    assert await slow.wait() == []
    assert slow.take_lost()
    assert not slow.take_lost()


@given(st.lists(st.integers(0, 9), max_size=6), st.booleans())
def test_the_end_reaches_everybody(items: list[int], late: bool) -> None:
    """Whatever was lost before it, the last item comes last, each time, also to those who come later."""

    async def scene() -> list[int]:
        broadcast: Broadcast[str, int] = Broadcast(bound=2)
        reader = broadcast.subscribe("a")
        for item in items:
            broadcast.publish("a", item)
        broadcast.end_all(lambda: -1)
        if late:
            reader = broadcast.subscribe("a")
        got = await asyncio.wait_for(reader.wait(), 30)
        assert await asyncio.wait_for(reader.wait(), 30) == [-1]
        return got

    got = asyncio.run(scene())
    assert got[-1] == -1
    assert -1 not in got[:-1]


async def test_ending_a_topic_ends_no_other() -> None:
    """The end of one topic is told to its readers alone."""
    broadcast: Broadcast[str, int] = Broadcast()
    ended, goes_on = broadcast.subscribe("a"), broadcast.subscribe("b")
    broadcast.end("a", -1)
    broadcast.publish("b", 1)
    assert await ended.wait() == [-1]
    assert await goes_on.wait() == [1]
