"""Standing by: what another process writes is folded ahead, and is a cache that may be void."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from copilot.assembly import Knobs
from copilot.core.events import StoredEvent
from copilot.core.types import Opening
from copilot.engine.standby import Standby
from copilot.errors import Gone
from copilot.ports import Key
from copilot.stores.memory import MemoryStore
from copilot.stores.sqlite import SqliteStore
from copilot.stores.sqlite_beside import SqliteBeside
from tests.fakes.parts import Bench
from tests.fakes.talk import KEY, opened, say


class Asked(SqliteStore):
    """Writes down from where on conversations are read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked: list[int] = []

    async def read(self, key: Key, after: int = 0, *more: object) -> list[StoredEvent]:  # type: ignore[override]
        self.asked.append(after)
        return await super().read(key, after, *more)  # type: ignore[arg-type]


class Now:
    """A clock of seconds that each look finds late enough for the next one."""

    def __init__(self) -> None:
        self._at = 0.0

    def __call__(self) -> float:
        self._at += 1.0
        return self._at


def _standing_by(bench: Bench, path: Path) -> tuple[Standby, Callable[[], int]]:
    """With what folds until there is nothing new, and says how many conversations had something."""
    standby = Standby(SqliteBeside(path), bench.assembled.sessions, Now())

    def catch_up() -> int:
        count = 0
        while standby.step():
            count += 1
        return count

    return standby, catch_up


async def _speak(bench: Bench, first: int, key: Key = KEY) -> None:
    for n in range(first, first + 4):
        speaker = "agent" if n % 2 else "customer"
        await bench.engine.ingest(key, [say(n, f"my parcel {n} is gone", speaker, at=n * 900)])


async def test_who_takes_over_reads_only_what_is_new(tmp_path: Path) -> None:
    """What was written before is folded while another process still has the log; the state is the one that
    the whole log gives, and what stood there is not read again."""
    path = tmp_path / "log.sqlite"
    first, store = Bench(store=SqliteStore(path)), Asked(path)
    second = Bench(store=store, clock=first.clock)
    standby, catch_up = _standing_by(second, path)
    async with first:
        await opened(first)
        await _speak(first, 0)
        assert not standby.ready
        assert catch_up() == 1
        folded = await first.store.tail(KEY)
        assert catch_up() == 0
        await first.clock.advance(5_000)
        await _speak(first, 4)
    await second.clock.advance(60_000)
    async with second:
        standby.end()
        seen = await second.engine.view(KEY)
    assert store.asked == [folded]
    async with Bench(store=SqliteStore(path), clock=first.clock) as third:
        assert seen == await third.engine.view(KEY)


async def test_what_was_folded_goes_on(tmp_path: Path) -> None:
    """Of a conversation that was folded twice nothing is doubled, and it is spoken into after the start."""
    path = tmp_path / "log.sqlite"
    first = Bench(store=SqliteStore(path))
    second = Bench(store=SqliteStore(path), clock=first.clock)
    standby, catch_up = _standing_by(second, path)
    async with first:
        await opened(first)
        for start in (0, 4):
            await _speak(first, start)
            await first.clock.advance(1_000)
            assert catch_up() == 1
    async with second:
        standby.end()
        await _speak(second, 8)
        assert [said.utterance_id for said in (await second.engine.view(KEY)).transcript] == [
            f"u{n}" for n in range(12)
        ]


async def test_what_goes_on_and_on_is_ready_once(tmp_path: Path) -> None:
    """Where something new is said before each look, it is ready all the same: when what stood there at first
    was folded."""
    path = tmp_path / "log.sqlite"
    first = Bench(store=SqliteStore(path))
    standby, _ = _standing_by(Bench(store=SqliteStore(path)), path)
    async with first:
        await opened(first)
        assert not standby.ready
        for n in range(3):
            assert standby.step()
            assert standby.ready
            await first.clock.advance(1_000)
            await _speak(first, 4 * n)
    standby.end()


class Told:
    """The log of another process as the test tells it."""

    def __init__(self, store: MemoryStore, epoch: str) -> None:
        self._store = store
        self.epoch = epoch
        self.events: list[StoredEvent] = []
        self.reads = 0

    def live(self) -> tuple[str, list[tuple[Key, int]]]:
        return self.epoch, [(KEY, len(self.events))]

    def read(self, key: Key, after: int) -> Sequence[StoredEvent]:
        self.reads += 1
        if not self.events:
            raise Gone()
        return self.events[after:]

    def close(self) -> None:
        return


async def test_another_log_makes_it_void() -> None:
    """Where the log that is taken over is not the one that was folded, the fold begins anew."""
    async with Bench() as other:
        await opened(other)
        await _speak(other, 0)
        told = Told(MemoryStore(), "replaced")
        told.events = await other.store.read(KEY)
    store = MemoryStore()
    async with Bench(store=store) as writing:
        await writing.engine.open("t", "c1", Opening(channel="voice"))
    second = Bench(store=store)
    standby = Standby(told, second.assembled.sessions, Now())
    assert standby.step()
    async with second:
        view = await second.engine.view(KEY)
        assert (view.state.seq, view.opening.channel, view.transcript) == (1, "voice", ())


async def test_a_log_that_is_replaced_while_one_waits_is_folded_anew() -> None:
    """A fold goes on only with the log that it began with."""
    async with Bench() as bench:
        await opened(bench)
        await _speak(bench, 0)
        second = Bench(store=bench.store)
        told = Told(MemoryStore(), "before")
        told.events = await bench.store.read(KEY)
        standby = Standby(told, second.assembled.sessions, Now())
        assert standby.step()
        told.epoch = bench.store.epoch
        assert standby.step()
        assert await second.engine.view(KEY) == await bench.engine.view(KEY)


async def test_what_cannot_be_read_is_left_to_the_start(tmp_path: Path) -> None:
    """No log yet, or a conversation that is gone, stops nothing: each is tried again when it changes."""
    second = Bench()
    nothing = Standby(SqliteBeside(tmp_path / "none.sqlite"), second.assembled.sessions, Now())
    assert not nothing.step()
    assert nothing.ready
    told = Told(MemoryStore(), "memory")
    standby = Standby(told, second.assembled.sessions, Now())
    assert standby.step()
    assert not standby.step()
    assert told.reads == 1


@pytest.mark.parametrize("bound", [2, 5])
async def test_no_more_is_folded_than_is_kept(tmp_path: Path, bound: int) -> None:
    """Of more conversations than the cache holds, those that were spoken into last are folded."""
    path = tmp_path / "log.sqlite"
    first = Bench(store=SqliteStore(path))
    knobs = Knobs(live_conversations=bound)
    sessions = Bench(store=SqliteStore(path), knobs=knobs).assembled.sessions
    async with first:
        for n in range(4):
            await first.engine.open("t", f"c{n}", Opening(channel="chat"))
            await first.clock.advance(10)
        epoch = first.store.epoch
        standby = Standby(SqliteBeside(path), sessions, Now())
        while standby.step():
            pass
        standby.end()
    folded = [sessions.foreseen(epoch, Key("t", f"c{n}")) > 0 for n in range(4)]
    assert folded == ([True] * 4 if bound == 5 else [False, False, True, True])
