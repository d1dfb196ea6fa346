"""Triggers: the pause clock, races, asking, and what is recorded of them."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.assembly import Knobs
from copilot.core.attention import Attention
from copilot.core.events import Answered, Suggested, Unshown
from copilot.core.suggestions import Suggestion
from copilot.core.types import Context, Opening, Refusal
from copilot.errors import ModelFailure, StoreUnavailable
from copilot.ports import Clock, Key, Suggester
from tests.fakes.parts import Bench, ScriptedSuggester, draft
from tests.fakes.talk import KEY, HeldStore, everything, kinds, llm, opened, say


async def test_speaking_again_while_the_end_is_written_keeps_the_clock() -> None:
    """When the customer goes on before the end of their turn is on disk, the pause clock goes on too."""
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        store.held = True
        await bench.clock.advance(701)
        going_on = asyncio.ensure_future(bench.engine.ingest(KEY, [say(2, "for a week", at=1_300)]))
        await bench.clock.settle()
        store.held = False
        store.release()
        await going_on
        await bench.clock.advance(800)
        assert (await kinds(bench))[-2:] == ["speech", "final"]


async def test_failed_write_does_not_stop_the_clock() -> None:
    """A write that fails while the customer pauses leaves their turn to end, and to be answered."""
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        store.held = True
        changing = bench.engine.change(KEY, agent=None, customer=None, context=Context())
        lost = asyncio.ensure_future(changing)
        await bench.clock.settle()
        store.held = False
        store.release(failing=1)
        with pytest.raises(StoreUnavailable):
            await lost
        await bench.clock.advance(701)
        assert (await kinds(bench))[-1] == "final"


@pytest.mark.parametrize("with_model", [False, True], ids=["alone", "behind a model"])
async def test_what_guards_made_the_phrasebook_pass_over_is_counted_and_kept(with_model: bool) -> None:
    """A phrase that a guard refused stands in the log beside the card that took its place, with guard and
    reason, and is counted; who reads the conversation is not told of it."""

    def model(clock: Clock) -> Suggester:
        return ScriptedSuggester(clock, [(0.0, ModelFailure("http_5xx"))], "llm")

    async with Bench(model=model if with_model else None) as bench:
        refused = draft("That boat is free.", phrase_id="boat-1")
        refused = msgspec.structs.replace(refused, refused=Refusal("remedies", "no boat is allowed"))
        bench.phrasebook.steps = [(0.0, refused), (0.0, draft("I hear you.", phrase_id="hear-1"))]
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "where is my boat?")])
        await bench.clock.settle()
        (kept,) = [e.event for e in await bench.store.read(KEY) if isinstance(e.event, Unshown)]
        assert (kept.reason, kept.refused, kept.because) == ("refused", "remedies", "no boat is allowed")
        assert kept.suggestion.phrase_id == "boat-1"
        assert bench.meter.counts["refusal remedies"] == 1
        readable = await bench.store.read(KEY, audience="public")
        shown = [e.event.suggestion for e in readable if isinstance(e.event, Suggested)][-1]
        assert (shown.id, shown.text) == (kept.suggestion.id, "I hear you.")
        assert not any(b"boat-1" in stored.payload for stored in readable)
        assert (await bench.engine.explain(KEY, shown.id)).unshown == ()
        told = await bench.engine.explain(KEY, shown.id, internal=True)
        assert [each["because"] for each in told.unshown] == ["no boat is allowed"]


async def test_backchannel_of_the_agent_takes_no_turn() -> None:
    """An agent who says 'mm-hm' while the customer speaks still gets the phrase after the pause."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        await bench.engine.ingest(KEY, [say(2, "mm-hm", "agent", at=300)])
        await bench.clock.advance(701)
        assert (await kinds(bench))[-1] == "final"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(10, 3_500)), min_size=1, max_size=8))
def test_turn_ends_once_after_the_last_word(words: list[tuple[bool, int]]) -> None:
    """However finals and partials follow each other, a turn ends one pause after its last word: four pauses
    after a partial."""
    asyncio.run(_words(words))


async def _words(words: list[tuple[bool, int]]) -> None:
    async with Bench() as bench:
        await opened(bench, "voice")
        ends = 0
        for n, (final, wait_ms) in enumerate(words):
            await bench.engine.ingest(KEY, [say(n, "it is late", final=final, at=n * 600)])
            await bench.clock.advance(wait_ms)
            ends += wait_ms >= (700 if final else 2_800)
            heard = [s.event.state for s in await bench.store.read(KEY) if s.type == "speech"]  # type: ignore[union-attr]
            assert heard.count("ended") == ends


async def test_race_gives_way_to_an_agent_who_does_it_by_another_act() -> None:
    """An agent who does what a phrase in the making would do, if by a neighbouring act, ends its making."""
    async with Bench(model=llm((0.5, draft("I see.", origin="llm")))) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        await bench.engine.ingest(KEY, [say(2, "so sorry", "agent", at=900)])  # the phrase acknowledges
        await bench.clock.advance(3_000)
        assert "final" not in await kinds(bench)


async def test_asking_that_is_over_leaves_nothing_under_way() -> None:
    """A conversation whose agent asked can leave memory like any other."""
    async with Bench(knobs=Knobs(live_conversations=1)) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        await everything(bench.engine.suggest(KEY))
        await bench.engine.open("t", "c2", Opening())
        await bench.engine.view(Key("t", "c2"))
        before = len(bench.phrasebook.moments)
        reading, reads = bench.store.read, []

        async def counted(key: Key, *args: object, **kwargs: object):  # type: ignore[no-untyped-def]
            reads.append(key)
            return await reading(key, *args, **kwargs)  # type: ignore[arg-type]

        bench.store.read = counted  # type: ignore[method-assign]
        await bench.engine.view(KEY)
        assert reads == [KEY]
        assert len(bench.phrasebook.moments) == before


async def test_asking_says_when_the_log_cannot_be_written() -> None:
    """A phrase on request that cannot be stored is an error for who asked, not a silence."""
    store = HeldStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        store.held = True
        asked = asyncio.ensure_future(everything(bench.engine.suggest(KEY)))
        await bench.clock.settle()
        store.held = False
        store.release(failing=1)
        with pytest.raises(StoreUnavailable):
            await asked


async def _with_a_spare(bench: Bench) -> None:
    await opened(bench)
    await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
    await bench.clock.advance(1_300)


async def test_spare_begins_anew_when_it_is_asked_for() -> None:
    """A model's late answer is shown on request for as long as any card, and follows the one on show."""
    async with Bench(model=llm((1.2, draft("Late.", origin="llm")))) as bench:
        await _with_a_spare(bench)
        await bench.clock.advance(40_000)
        shown = (await bench.engine.view(KEY)).suggestion
        (asked,) = await everything(bench.engine.suggest(KEY))
        assert shown is not None
        assert (asked.text, asked.supersedes) == ("Late.", shown.id)
        assert asked.valid_until == bench.clock.now_ms() + asked.ttl_ms


@pytest.mark.parametrize("what", ["agent", "context", "customer"])
async def test_spare_is_not_for_another_moment(what: str) -> None:
    """A late answer is forgotten once anybody spoke, or what may be offered changed."""
    async with Bench(model=llm((1.2, draft("Late.", origin="llm")))) as bench:
        await _with_a_spare(bench)
        if what == "agent":
            await bench.engine.ingest(KEY, [say(2, "one moment", "agent", at=900)])
        elif what == "customer":
            await bench.engine.ingest(KEY, [say(2, "well?", at=900)])
        else:
            await bench.engine.change(KEY, agent=None, customer=None, context=Context())
        assert isinstance(bench.model, ScriptedSuggester)
        before = len(bench.model.moments)
        asked = asyncio.ensure_future(everything(bench.engine.suggest(KEY)))
        await bench.clock.advance(2_000)
        await asked
        assert len(bench.model.moments) == before + 1


async def test_who_asks_and_goes_away_stops_the_model() -> None:
    """The model is not kept busy for a caller who is gone."""
    steps = (0.2, draft("One.", done=False, origin="llm")), (1.0, draft("One. Two.", origin="llm"))
    async with Bench(model=llm(*steps)) as bench:
        await opened(bench)
        assert isinstance(bench.model, ScriptedSuggester)
        async with aclosing(bench.engine.suggest(KEY)) as asked:
            first = asyncio.ensure_future(anext(asked))
            await bench.clock.advance(300)
            await first
            assert bench.model.open == 1
        await bench.clock.settle()
        assert bench.model.open == 0


async def test_overtaken_asking_ends_without_a_phrase() -> None:
    """When the customer goes on while the model thinks for the agent, nothing is shown."""
    async with Bench(model=llm((0.4, draft("One.", origin="llm")))) as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "it is late")])
        asked = asyncio.ensure_future(everything(bench.engine.suggest(KEY)))
        await bench.clock.settle()
        await bench.engine.ingest(KEY, [say(2, "and more", final=False, at=600)])
        await bench.clock.advance(100)
        assert await asked == []


async def test_ids_go_on_after_a_restart() -> None:
    """A card's id is never that of an older one, also when another process made that."""
    first = Bench()
    async with first:
        await opened(first)
        for n in range(3):
            await first.engine.ingest(KEY, [say(n, f"hello {n}", at=n * 600)])
    async with Bench(store=first.store, clock=first.clock) as second:
        await second.engine.ingest(KEY, [say(9, "well?", at=9_000)])
    made = [s.event.suggestion for s in await first.store.read(KEY) if isinstance(s.event, Suggested)]
    assert [s.id for s in made if s.status == "final"] == ["s1", "s2", "s3", "s4"]


class RecordingModel(ScriptedSuggester):
    """Tells what it answered before it yields, as the real one does."""

    bench: Bench

    async def suggest(self, moment):  # type: ignore[no-untyped-def, override]
        async for step in super().suggest(moment):
            answered = Answered(
                suggestion_id="",
                prompt="p",
                prompt_hash="h",
                request_hash="r",
                raw="raw",
                outcome="ok",
                version="m",
            )
            self.bench.assembled.recording.heard(moment, answered)
            yield step


async def test_what_the_model_said_stands_beside_its_card() -> None:
    """The model's raw answer is in the log under the id of the card it was for, and readers do not see it."""
    async with Bench(
        model=lambda clock: RecordingModel(clock, [(0.1, draft("One.", origin="llm"))], "llm")
    ) as bench:
        assert isinstance(bench.model, RecordingModel)
        bench.model.bench = bench
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "hello")])
        await bench.clock.advance(200)
        (answer,) = (await bench.engine.explain(KEY, "s1", internal=True)).answers
        assert answer["raw"] == "raw"
        assert "answer" not in [stored.type for stored in await bench.engine.history(KEY, 0, 100)]


async def test_broken_model_leaves_the_phrasebook() -> None:
    """A model that fails on the way is answered for by the phrasebook, under the same trigger."""
    async with Bench(model=llm((0.1, ModelFailure("refused")))) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "hello")])
        await bench.clock.advance(150)
        shown = (await bench.engine.view(KEY)).suggestion
        assert isinstance(shown, Suggestion)
        assert (shown.origin, shown.trigger_seq) == ("phrasebook", 2)


async def test_enough_cards_for_this_minute() -> None:
    """Past the limit of cards a minute there is silence with that reason, until a minute has gone by."""
    async with Bench(knobs=Knobs(attention=Attention(cards_a_minute=2))) as bench:
        await opened(bench)
        for n in range(4):
            await bench.engine.ingest(KEY, [say(n, f"no {n}", at=n * 1_000)])
        assert (await kinds(bench)).count("final") == 2
        assert (await kinds(bench)).count("too_many") == 2
        await bench.clock.advance(60_000)
        await bench.engine.ingest(KEY, [say(9, "still no", at=70_000)])
        assert (await kinds(bench))[-1] == "final"


async def test_quiet_until_it_is_not() -> None:
    """While it is quiet what was on show is gone and nothing comes by itself; a request is answered."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "no")])
        view = await bench.engine.hush(KEY, True)
        assert (view.quiet, view.suggestion) == (True, None)
        await bench.engine.ingest(KEY, [say(2, "not at all", at=1_000)])
        assert (await kinds(bench))[-1] == "quiet"
        assert len(await everything(bench.engine.suggest(KEY))) == 1
        assert not (await bench.engine.hush(KEY, False)).quiet
        await bench.engine.ingest(KEY, [say(3, "never", at=2_000)])
        assert (await kinds(bench))[-1] == "final"


async def test_a_card_stands_before_the_next() -> None:
    """A card that is due too early waits until the one before has stood, and answers all that was said."""
    async with Bench(knobs=Knobs(attention=Attention(stands_ms=2_000))) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "no")])
        await bench.clock.advance(500)
        await bench.engine.ingest(KEY, [say(2, "not at all", at=500)])
        await bench.engine.ingest(KEY, [say(3, "never", at=600)])
        await bench.clock.advance(1_400)
        assert (await kinds(bench)).count("final") == 1
        await bench.clock.advance(200)
        assert (await kinds(bench)).count("final") == 2
        view = await bench.engine.view(KEY)
        assert view.suggestion is not None
        assert view.suggestion.id == "s2"


async def test_an_agent_who_speaks_needs_no_late_card() -> None:
    """A card that waited is not shown when the agent has answered meanwhile."""
    async with Bench(knobs=Knobs(attention=Attention(stands_ms=2_000))) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "no")])
        await bench.engine.ingest(KEY, [say(2, "not at all", at=500)])
        await bench.engine.ingest(KEY, [say(3, "let me look at it", "agent", at=900)])
        await bench.clock.advance(5_000)
        assert (await kinds(bench)).count("final") == 1
