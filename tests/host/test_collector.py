"""The collector after a start, and what is left to it."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import FrameType

import pytest

from copilot.api.outlets import Ending, first_of
from copilot.core.types import Opening
from copilot.errors import AppendConflict, NotFound, StoreUnavailable
from copilot.stores.sqlite import SqliteStore
from tests.fakes.openai_server import failing
from tests.fakes.parts import Bench
from tests.fakes.records import writing
from tests.fakes.talk import KEY, HeldStore, opened, say
from tests.stores.samples import opened as an_opening

_CHURN = """
import gc
from collections import deque
from copilot.host.collector import spare_what_is_there

loaded = [[n] for n in range(1_000_000)]
spare_what_is_there()
assert gc.get_freeze_count() > len(loaded)
before = gc.get_stats()[2]["collections"]
lately = deque(maxlen=10_000)
for _ in range(200_000):
    cycle = []
    cycle.append(cycle)
    lately.append(cycle)
print(gc.get_stats()[2]["collections"] - before)
"""


def test_garbage_does_not_pile_up_beside_what_was_loaded() -> None:
    """However much was loaded at the start, what comes and goes after it is collected soon."""
    done = subprocess.run([sys.executable, "-c", _CHURN], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0


@asynccontextmanager
async def _log(folder: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(folder / "log.db")
    await store.start()
    yield store
    await store.stop()


@asynccontextmanager
async def _no_such_conversation(folder: Path) -> AsyncIterator[None]:
    async with _log(folder) as store:
        with pytest.raises(NotFound):
            await store.read(KEY)
        assert await store.live() == []  # by now the thread has let go of what it answered before
        yield


@asynccontextmanager
async def _another_tail(folder: Path) -> AsyncIterator[None]:
    async with _log(folder) as store:
        with pytest.raises(AppendConflict):
            await store.append(KEY, 7, [an_opening()], 1)
        assert await store.append(KEY, 0, [an_opening()], 1)  # as above
        yield


@asynccontextmanager
async def _full_disk(_: Path) -> AsyncIterator[None]:
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        store.held = True
        writes = [
            asyncio.ensure_future(bench.engine.ingest(KEY, [say(1, "my parcel is gone")])),
            asyncio.ensure_future(bench.engine.open("t", "another", Opening())),
        ]
        await bench.clock.settle()
        store.release(failing=2)
        while writes:
            with pytest.raises(StoreUnavailable):
                await writes.pop()
        yield


@asynccontextmanager
async def _failing_model(_: Path) -> AsyncIterator[None]:
    async with writing(failing(500)) as made:
        await opened(made.bench)
        await made.closed()
        await made.written()
        yield


@asynccontextmanager
async def _broken_stream(_: Path) -> AsyncIterator[None]:
    async def breaks() -> Ending:
        raise RuntimeError

    async def lasts() -> Ending:
        await asyncio.Event().wait()
        return "gone"

    with pytest.raises(RuntimeError):
        await first_of(lasts(), breaks())
    yield


@asynccontextmanager
async def _full_disk_for_who_asked(_: Path) -> AsyncIterator[None]:
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        store.held = True
        asked = asyncio.ensure_future(anext(aiter(bench.engine.suggest(KEY))))
        await bench.clock.settle()
        store.release(failing=1)
        with pytest.raises(StoreUnavailable):
            await asked
        del asked
        yield


@pytest.mark.parametrize(
    "failure",
    [
        _no_such_conversation,
        _another_tail,
        _full_disk,
        _failing_model,
        _broken_stream,
        _full_disk_for_who_asked,
    ],
)
async def test_what_failed_is_gone_at_once(
    tmp_path: Path, failure: Callable[[Path], AbstractAsyncContextManager[None]]
) -> None:
    """No failure holds itself by its trace, and with it a conversation, until the collector comes by."""
    gc.collect()
    gc.disable()
    try:
        async with failure(tmp_path):
            await asyncio.sleep(0)
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            gc.set_debug(0)
            left = Counter(_named(each) for each in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    ours = {name: count for name, count in left.items() if name.startswith("copilot.")}
    assert not ours, f"left to the collector: {ours}"


def _named(thing: object) -> str:
    """A frame by the function that it is of, anything else by its type."""
    if isinstance(thing, FrameType):
        return f"{thing.f_globals['__name__']}.{thing.f_code.co_name}"
    return f"{type(thing).__module__}.{type(thing).__qualname__}"
