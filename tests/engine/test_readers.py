"""Readers: resumed where they were cut, never a silent gap, and told when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.events import StoredEvent
from copilot.core.types import Opening
from copilot.engine import readers
from copilot.engine.readers import FeedReset, Goodbye, Reset, parse_event_id
from copilot.errors import Malformed, NotFound, StoreUnavailable
from copilot.ports import FeedItem, Key
from copilot.stores.memory import MemoryStore
from tests.fakes.parts import Bench
from tests.fakes.talk import KEY, HeldStore, everything, opened, say


@given(st.text(max_size=30))
def test_an_event_id_is_two_parts_or_malformed(text: str) -> None:
    """Whatever a client sends, an id is read to an epoch and a number, or refused."""
    with suppress(Malformed):
        epoch, number = parse_event_id(text)
        assert epoch
        assert int(text.rsplit(".", 1)[1]) == number


@pytest.mark.parametrize(
    "text", ["", "e1", ".1", "e1.", "e1.-1", "e1.1x", "e1.99999999999999999", "e 1.1", "e1.²"]
)
def test_other_ids_are_malformed(text: str) -> None:
    """An id of another form is the caller's fault."""
    with pytest.raises(Malformed):
        parse_event_id(text)


async def _said(bench: Bench, count: int) -> list[StoredEvent]:
    await opened(bench)
    for n in range(count):
        await bench.engine.ingest(KEY, [say(n, f"hello {n}", at=n * 600)])
    return [stored for stored in await bench.store.read(KEY) if stored.audience == "public"]


@pytest.mark.parametrize("page", [1, 2, 3, 7, 500])
async def test_every_cut_is_resumed(page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any position a reader gets what is past it, whatever the size of a page, also the tail's."""
    monkeypatch.setattr(readers, "PAGE", page)
    async with Bench() as bench:
        await _said(bench, 3)
        await bench.engine.close(KEY)
        public = [stored for stored in await bench.store.read(KEY) if stored.audience == "public"]
        for seq in range(await bench.store.tail(KEY) + 1):
            items = await everything(bench.engine.stream(KEY, bench.engine.event_id(seq)))
            assert items == [stored for stored in public if stored.seq > seq]


async def test_failed_commit_leaves_no_gap() -> None:
    """A reader that comes while a commit is under way that then fails misses nothing of what follows."""
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        store.held = True
        lost = asyncio.ensure_future(bench.engine.ingest(KEY, [say(1, "hello")]))
        await bench.clock.settle()
        reading = asyncio.ensure_future(everything(bench.engine.stream(KEY, None)))
        await bench.clock.settle()
        store.held = False
        store.release(failing=1)
        with pytest.raises(StoreUnavailable):
            await lost
        await bench.engine.ingest(KEY, [say(2, "again")])
        await bench.engine.close(KEY)
        assert [item.seq for item in await reading] == [2, 3, 4, 6, 7]


class Paged(MemoryStore):
    """Counts who reads a log whole."""

    whole = 0

    async def read(self, key: Key, after: int = 0, limit: int | None = None, *more: Any) -> list[StoredEvent]:
        self.whole += limit is None
        return await super().read(key, after, limit, *more)


async def test_who_resumes_needs_no_fold() -> None:
    """A reader with a position is served from the log by a process that knows nothing of the conversation
    yet, and hears what comes; only one that is reset has it folded."""
    store = Paged()
    async with Bench(store=store) as first:
        public = await _said(first, 3)
    await first.clock.advance(60_000)  # nothing is left to be answered, for which it would be read
    store.whole = 0
    async with Bench(store=store, clock=first.clock) as second:
        reading = [
            asyncio.ensure_future(everything(second.engine.stream(KEY, second.engine.event_id(seq))))
            for seq in (0, public[1].seq)
        ]
        await second.engine.known(KEY)
        await second.clock.settle()
        assert store.whole == 0
        await second.engine.close(KEY)
        seen = await asyncio.gather(*reading)
        now = [stored for stored in await store.read(KEY) if stored.audience == "public"]
        assert seen == [now, [stored for stored in now if stored.seq > public[1].seq]]


class Pausing(MemoryStore):
    """Between a reader's last look into the log and its waiting, `meanwhile` happens, once."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def read(self, key: Key, after: int = 0, limit: int | None = None, *more: Any) -> list[StoredEvent]:
        page = await super().read(key, after, limit, *more)
        if limit is not None and len(page) < limit and self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return page


async def test_what_comes_between_the_log_and_the_waiting_is_seen() -> None:
    """A reader listens before it reads: what is committed after its last look into the log reaches it."""
    store = Pausing()
    async with Bench(store=store) as bench:
        await _said(bench, 2)
        store.meanwhile = lambda: bench.engine.close(KEY)
        stream = everything(bench.engine.stream(KEY, bench.engine.event_id(0)))
        items = await asyncio.wait_for(stream, 30)
        assert store.meanwhile is None
        assert items == [stored for stored in await store.read(KEY) if stored.audience == "public"]
        assert items[-1].type == "closed"


async def test_nothing_is_streamed_before_it_is_on_disk() -> None:
    """A reader is not told of what its conversation's commit may still take back."""
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        seen: list[object] = []

        async def read() -> None:
            async for item in bench.engine.stream(KEY, None):
                seen.append(item)

        reading = asyncio.ensure_future(read())
        await bench.clock.settle()
        store.held = True
        told = asyncio.ensure_future(bench.engine.ingest(KEY, [say(1, "hello")]))
        await bench.clock.settle()
        assert seen == []
        store.held = False
        store.release()
        await told
        await bench.clock.settle()
        assert seen == [one for one in await store.read(KEY) if one.audience == "public"]
        reading.cancel()


async def test_reader_that_comes_during_the_close_sees_it() -> None:
    """A stream opened while the close is being written ends with `closed`, not without."""
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        store.held = True
        closing = asyncio.ensure_future(bench.engine.close(KEY))
        await bench.clock.settle()
        reading = asyncio.ensure_future(everything(bench.engine.stream(KEY, bench.engine.event_id(0))))
        await bench.clock.settle()
        store.release()
        await closing
        assert [item.type for item in await reading] == ["closed"]


async def test_reader_that_fell_behind_reads_the_log() -> None:
    """A reader slower than its queue is long gets everything once, in order, and the goodbye."""
    async with Bench() as bench:
        await opened(bench)
        stream = bench.engine.stream(KEY, bench.engine.event_id(0))
        async with aclosing(stream):
            first = asyncio.ensure_future(anext(stream))
            await bench.clock.settle()
            for n in range(600):  # three public events each but the first, and a queue of a thousand
                await bench.engine.ingest(KEY, [say(n, f"hello {n}", at=n * 600)])
            bench.upkeep.drain()
            items = [await first, *[item async for item in stream]]
        assert items[:-1] == [s for s in await bench.store.read(KEY) if s.audience == "public"]
        assert isinstance(items[-1], Goodbye)


async def test_stream_opened_while_draining_ends() -> None:
    """Who comes after the end has begun gets what is past their position, and the goodbye."""
    async with Bench() as bench:
        public = await _said(bench, 1)
        bench.upkeep.drain()
        stream = bench.engine.stream(KEY, bench.engine.event_id(0))
        items = await asyncio.wait_for(everything(stream), 30)
        assert items[:-1] == public
        assert isinstance(items[-1], Goodbye)
        assert isinstance((await asyncio.wait_for(everything(bench.engine.feed("t", None)), 30))[-1], Goodbye)


async def test_reset_says_where_to_go_on() -> None:
    """After a reset the stream goes on behind the snapshot."""
    async with Bench() as bench:
        await _said(bench, 1)
        reading = asyncio.ensure_future(everything(bench.engine.stream(KEY, "other.3")))
        await bench.clock.settle()
        await bench.engine.close(KEY)
        reset, *rest = await reading
        assert isinstance(reset, Reset)
        seq = int(reset.view.next_event_id.partition(".")[2])
        assert rest == [s for s in await bench.store.read(KEY) if s.seq > seq and s.audience == "public"]


async def test_nothing_to_read() -> None:
    """A conversation that does not exist has no stream, and leaves no subscription behind."""
    async with Bench() as bench:
        with pytest.raises(NotFound):
            await everything(bench.engine.stream(KEY, None))
        assert bench.assembled.open_streams() == 0


@pytest.mark.parametrize("cursor", ["other.1", "memory.99"])
async def test_unknown_cursor_of_a_feed_is_reset(cursor: str) -> None:
    """A supervisor with a cursor that means nothing is told so, and goes on from the present tail."""
    async with Bench() as bench:
        await _said(bench, 1)
        reading = asyncio.ensure_future(everything(bench.engine.feed("t", cursor)))
        await bench.clock.settle()
        await bench.engine.close(KEY)
        await bench.clock.settle()
        bench.upkeep.drain()
        reset, item, _ = await reading
        assert reset == FeedReset(1)
        assert isinstance(item, FeedItem)
        assert (item.position, item.stored.type) == (2, "closed")


async def test_feed_resumes_from_any_cursor() -> None:
    """A supervisor gets what is past their cursor, across conversations, in the order of the commits."""
    async with Bench() as bench:
        for n in range(4):
            await bench.engine.open("t", f"c{n}", Opening(channel="chat"))
            await bench.engine.ingest(Key("t", f"c{n}"), [say(1, "hello")])
        bench.upkeep.drain()
        for position in range(5):
            items = await everything(bench.engine.feed("t", bench.engine.event_id(position)))
            assert [item.position for item in items[:-1]] == list(range(position + 1, 5))
