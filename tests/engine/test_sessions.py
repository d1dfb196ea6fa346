"""Sessions: what is acknowledged is on disk, also when commits fail and writers meet in disorder."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.assembly import Knobs
from copilot.core.events import Feedback, StoredEvent, Transcript
from copilot.core.types import Customer, Opening
from copilot.errors import AppendConflict, CopilotError, Gone, NotFound, StoreUnavailable
from copilot.ports import Key
from copilot.stores.memory import MemoryStore
from tests.fakes.parts import Bench, draft
from tests.fakes.talk import KEY, HeldStore, everything, kinds, llm, opened, say


async def test_view_waits_for_the_disk() -> None:
    """What a view shows, and where it says to go on from, is on disk."""
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        store.held = True
        told = asyncio.ensure_future(bench.engine.ingest(KEY, [say(1, "my parcel is gone")]))
        await bench.clock.settle()
        seen = asyncio.ensure_future(bench.engine.view(KEY))
        await bench.clock.settle()
        assert not seen.done()
        store.release()
        assert (await seen).state.seq == await store.tail(KEY)
        await told


async def test_duplicate_is_not_acknowledged_before_what_it_repeats() -> None:
    """A repeat of a fragment that is not on disk yet waits for it, and fails with it."""
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        store.held = True
        sent = [asyncio.ensure_future(bench.engine.ingest(KEY, [say(1, "hello")])) for _ in range(2)]
        await bench.clock.settle()
        assert not any(one.done() for one in sent)
        store.release(failing=1)
        for one in sent:
            with pytest.raises(StoreUnavailable):
                await one


async def test_what_was_built_on_a_failed_commit_is_built_anew() -> None:
    """A write that was staged behind one that failed is tried again on the log as it is."""
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        store.held = True
        lost = asyncio.ensure_future(bench.engine.ingest(KEY, [say(1, "hello")]))
        await bench.clock.settle()
        changing = bench.engine.change(KEY, agent=None, customer=Customer(name="Jo"), context=None)
        changed = asyncio.ensure_future(changing)
        await bench.clock.settle()
        store.held = False
        store.release(failing=1)
        with pytest.raises(StoreUnavailable):
            await lost
        assert (await changed).opening.customer.name == "Jo"
        assert await kinds(bench) == ["opened", "changed"]


class CuttingStore(MemoryStore):
    """Breaks off while a log is read, once."""

    cut = False

    async def read(self, *args: Any, **kwargs: Any) -> list[StoredEvent]:
        found = await super().read(*args, **kwargs)
        if self.cut:
            self.cut = False
            return [*found[:1], StoredEvent(2, 0, "?", "public", b"{}")]
        return found


async def test_half_a_fold_is_not_kept() -> None:
    """A session whose log could not be read to its end is not served from."""
    store = CuttingStore()
    async with Bench(store=store) as first:
        await opened(first)
        await first.engine.ingest(KEY, [say(1, "hello")])
    second = Bench(store=store, clock=first.clock)
    store.cut = True
    with pytest.raises(Exception, match="type"):
        await second.engine.view(KEY)
    assert len((await second.engine.view(KEY)).transcript) == 1


async def test_unknown_names_push_nobody_out() -> None:
    """Asking for conversations that do not exist takes no place in the cache."""
    async with Bench(knobs=Knobs(live_conversations=2)) as bench:
        await opened(bench)
        reads = 0
        reading = bench.store.read

        async def counted(*args: Any, **kwargs: Any) -> list[StoredEvent]:
            nonlocal reads
            reads += args[0] == KEY
            return await reading(*args, **kwargs)

        bench.store.read = counted  # type: ignore[method-assign]
        for n in range(5):
            with pytest.raises(NotFound):
                await bench.engine.view(Key("t", f"no{n}"))
        await bench.engine.view(KEY)
        assert reads == 0


async def test_cache_is_bounded_and_reads_back() -> None:
    """Conversations beyond the bound leave memory, and are read from the log when they go on."""
    async with Bench(knobs=Knobs(live_conversations=3)) as bench:
        for n in range(10):
            await bench.engine.open("t", f"c{n}", Opening(channel="chat"))
            await bench.engine.ingest(Key("t", f"c{n}"), [say(1, "hello")])
            assert len(bench.assembled.sessions) <= 3
        for n in range(10):
            view = await bench.engine.view(Key("t", f"c{n}"))
            assert [said.text for said in view.transcript] == ["hello"]


async def test_who_is_at_work_shields_nobody_who_is_idle() -> None:
    """The longest idle leave memory, also where the one that was used before them all is still at work."""
    async with Bench(knobs=Knobs(live_conversations=2)) as bench:
        await opened(bench)
        async with bench.assembled.sessions.hold(KEY):
            for n in range(5):
                await bench.engine.open("t", f"idle{n}", Opening(channel="chat"))
                assert len(bench.assembled.sessions) <= 2


class StuckErasure(MemoryStore):
    """Erases, and then never answers."""

    async def erase(self, key: Key) -> bool:
        await super().erase(key)
        await asyncio.Event().wait()
        return True


async def test_cut_off_erasure_serves_nothing_from_memory() -> None:
    """When the caller of an erasure goes away in the middle of it, what is erased is gone for everybody."""
    async with Bench(store=StuckErasure()) as bench:
        await opened(bench)
        erasing = asyncio.ensure_future(bench.engine.erasures.of_conversation(KEY, "test"))
        await bench.clock.settle()
        erasing.cancel()
        await bench.clock.settle()
        with pytest.raises(Gone):
            await bench.engine.view(KEY)


# --- disorder -------------------------------------------------------------------------------------

_FRAGMENTS = st.builds(
    say,
    st.integers(0, 5),
    st.sampled_from(["hello", "sorry", "where is it!", "mm-hm", "it is SECRET", "what number"]),
    st.sampled_from(["customer", "agent"]),
    final=st.booleans(),
    revision=st.integers(0, 1),
    at=st.integers(0, 8).map(lambda n: n * 700),
    turn_end=st.sampled_from([None, True, False]),
)
_STEPS = st.one_of(
    st.tuples(st.just("say"), st.lists(_FRAGMENTS, min_size=1, max_size=3)),
    st.tuples(st.just("say"), st.lists(_FRAGMENTS, min_size=1, max_size=1)),
    st.tuples(st.just("advance"), st.sampled_from([50, 400, 800, 2_000])),
    st.tuples(st.just("release"), st.sampled_from([0, 0, 1, 2])),
    st.tuples(st.just("settle"), st.none()),
    st.tuples(st.sampled_from(["feedback", "change", "ask", "view"]), st.none()),
    st.tuples(st.sampled_from(["close", "erase"]), st.none()),
)


async def _ask(bench: Bench) -> list[Any]:
    return await everything(bench.engine.suggest(KEY))


def _begin(bench: Bench, step: str, value: Any) -> Any:
    match step:
        case "say":
            return bench.engine.ingest(KEY, value)
        case "feedback":
            return bench.engine.feedback(KEY, "s1", "used", None)
        case "change":
            return bench.engine.change(KEY, agent=None, customer=Customer(name="Jo"), context=None)
        case "ask":
            return _ask(bench)
        case "view":
            return bench.engine.view(KEY)
        case "close":
            return bench.engine.close(KEY)
        case _:
            return bench.engine.erasures.of_conversation(KEY, "test")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["chat", "voice"]), st.booleans(), st.lists(_STEPS, min_size=4, max_size=25))
def test_disorder(channel: Any, with_model: bool, steps: list[tuple[str, Any]]) -> None:
    """However calls and failing commits interleave: what was acknowledged is in the log, its numbers have no
    gap, the fold in memory is the fold of the log, and a reader sees the log's public part in its order."""
    asyncio.run(_disorder(channel, with_model, steps))


async def _disorder(channel: Any, with_model: bool, steps: list[tuple[str, Any]]) -> None:
    store = HeldStore()
    model = llm((0.3, draft("One.", done=False, origin="llm")), (0.9, draft("One. Two.", origin="llm")))
    async with Bench(store=store, model=model if with_model else None) as bench:
        await opened(bench, channel)
        reading = asyncio.ensure_future(everything(bench.engine.stream(KEY, bench.engine.event_id(0))))
        await bench.clock.settle()
        store.held = True
        begun: list[tuple[str, Any, asyncio.Future[Any]]] = []
        for step, value in steps:
            if step == "advance":
                await bench.clock.advance(value)
            elif step == "release":
                store.release(failing=value)
                await bench.clock.settle()
            elif step == "settle":
                await bench.clock.settle()
            else:
                begun.append((step, value, asyncio.ensure_future(_begin(bench, step, value))))
        store.held = False
        store.release()
        await bench.clock.advance(10_000)
        outcomes = [(step, value, await _outcome(done)) for step, value, done in begun]
        try:
            log = await store.read(KEY)
        except Gone:
            await asyncio.wait_for(reading, 30)
            with pytest.raises(Gone):
                await bench.engine.view(KEY)
            return
        assert [stored.seq for stored in log] == list(range(1, len(log) + 1))
        for outcome in outcomes:
            _is_in_the_log(outcome, log)
        fresh = Bench(store=store, clock=bench.clock)
        assert await bench.engine.view(KEY) == await fresh.engine.view(KEY)
        bench.upkeep.drain()
        seen = [item for item in await asyncio.wait_for(reading, 30) if isinstance(item, StoredEvent)]
        public = [stored for stored in log if stored.audience == "public"]
        ends = next((n for n, stored in enumerate(public, 1) if stored.type == "closed"), len(public))
        # Late finals may still be read on the way to the end, in their order.
        assert seen == public[: max(ends, len(seen))]


async def _outcome(done: asyncio.Future[Any]) -> Any:
    assert done.done()
    try:
        return await done
    except AppendConflict:
        raise
    except CopilotError:
        return None


def _is_in_the_log(outcome: tuple[str, Any, Any], log: list[StoredEvent]) -> None:
    step, sent, answer = outcome
    if answer is None:
        return
    if step == "say":
        for fragment, result in zip(sent, answer.results, strict=True):
            if fragment.final or result.seq is not None:
                event = log[result.seq - 1].event
                assert isinstance(event, Transcript)
                assert event.utterance_id == fragment.utterance_id
    elif step == "feedback":
        assert isinstance(log[answer - 1].event, Feedback)
    elif step == "ask":
        finals = [answered for answered in answer if getattr(answered, "status", "") == "final"]
        assert all(any(stored.payload.find(f'"{f.id}"'.encode()) >= 0 for stored in log) for f in finals)
    elif step in {"change", "view"}:
        assert answer.state.seq <= len(log)


async def test_a_list_shows_what_a_supervisor_looks_for() -> None:
    """Since when nobody acknowledged, since when it is in its phase, and its heat stand in the list."""
    async with Bench() as bench:
        await opened(bench)
        began = bench.clock.now_ms()
        await bench.clock.advance(5_000)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        (listed,) = await bench.engine.page(
            KEY.tenant, closed=False, phase=None, min_heat=0, after=None, limit=9
        )
        marks = listed.summary.marks
        assert marks.heats == ((5, 2),)
        assert marks.phase_since_ms == marks.unheard_since_ms == began + 5_000
        await bench.clock.advance(1_000)
        await bench.engine.ingest(KEY, [say(2, "I'm sorry about that.", "agent")])
        (listed,) = await bench.engine.page(
            KEY.tenant, closed=False, phase=None, min_heat=0, after=None, limit=9
        )
        assert listed.summary.marks.unheard_since_ms is None
        assert listed.summary.marks.phase_since_ms == began + 6_000
