"""The coordinator: fragments in, phases and suggestions out, on a simulated clock."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from copilot.core.events import StoredEvent
from copilot.core.types import Customer, Opening
from copilot.engine.readers import Goodbye, Growing, Reset
from copilot.errors import Closed, Conflicting, Gone, ModelFailure, NotFound, StoreUnavailable
from copilot.ports import Key
from copilot.stores.memory import MemoryStore
from tests.fakes.parts import Bench, ScriptedSuggester, draft
from tests.fakes.talk import KEY, everything, kinds, llm, opened, say


async def test_chat_final_answers_in_one_append() -> None:
    """In chat a final ends the turn: fragment, phase and phrase stand in the log when the call returns."""
    async with Bench() as bench:
        await opened(bench)
        ingested = await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        assert [r.status for r in ingested.results] == ["accepted"]
        assert ingested.state.heat == 2
        assert await kinds(bench) == ["opened", "transcript", "phase", "final"]
        view = await bench.engine.view(KEY)
        assert view.suggestion is not None
        assert view.suggestion.trigger_seq == 2


async def test_voice_waits_for_the_pause() -> None:
    """In voice there is one `listen` while the customer speaks, released by the phrase after the pause."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my", final=False)])
        await bench.engine.ingest(KEY, [say(1, "my parcel", final=False, revision=1)])
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone", revision=2)])
        await bench.clock.advance(400)
        await bench.engine.ingest(KEY, [say(2, "for a week", at=900)])
        await bench.clock.advance(699)
        assert (await kinds(bench)).count("customer_speaking") == 1
        assert "final" not in await kinds(bench)
        await bench.clock.advance(2)
        assert await kinds(bench) == [
            "opened", "speech", "customer_speaking", "transcript", "phase", "transcript", "speech", "final",
        ]  # fmt: skip


async def test_turn_end_needs_no_pause() -> None:
    """A fragment that says `turn_end` is answered at once, also in voice."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone", turn_end=True)])
        assert (await kinds(bench))[-1] == "final"


async def test_agent_who_speaks_first_needs_no_phrase() -> None:
    """When the agent takes the turn before the pause is over, the `listen` goes and no card comes."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        await bench.engine.ingest(KEY, [say(2, "let me look", "agent", at=600)])
        await bench.clock.advance(5_000)
        assert "final" not in await kinds(bench)
        assert (await kinds(bench))[-1] == "withdrawn"


async def test_partial_without_its_final_does_not_hold_the_turn_open() -> None:
    """A partial whose final never comes ends the turn after four pauses."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        await bench.engine.ingest(KEY, [say(2, "and", final=False, at=600)])
        await bench.clock.advance(2_799)
        assert "final" not in await kinds(bench)
        await bench.clock.advance(2)
        assert (await kinds(bench))[-1] == "final"


async def test_further_customer_turn_overtakes_the_card() -> None:
    """When the customer goes on, the card is taken away before anything new is said."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone", turn_end=True)])
        await bench.engine.ingest(KEY, [say(2, "and nobody", final=False, at=2_000)])
        view = await bench.engine.view(KEY)
        assert view.suggestion is not None
        assert view.suggestion.silence == "customer_speaking"
        assert view.suggestion.supersedes == "s1"


async def test_agent_who_does_it_overtakes_the_card() -> None:
    """An agent turn that does what the card proposes withdraws it; another one leaves it."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        await bench.engine.ingest(KEY, [say(2, "one moment", "agent", at=900)])
        assert (await bench.engine.view(KEY)).suggestion is not None
        await bench.engine.ingest(KEY, [say(3, "so sorry for that", "agent", at=1_900)])
        assert (await bench.engine.view(KEY)).suggestion is None


async def test_doubles_and_stale_fragments_change_nothing() -> None:
    """A repeat is answered `duplicate`, an older revision or a late partial `stale`, and the log stays."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "one two", revision=3)])
        before = await kinds(bench)
        for fragment, status, reason in (
            (say(1, "one two", revision=3), "duplicate", "same_revision"),
            (say(1, "one", revision=2), "stale", "older_revision"),
            (say(1, "one two thr", revision=4, final=False), "stale", "utterance_final"),
        ):
            result = (await bench.engine.ingest(KEY, [fragment])).results[0]
            assert (result.status, result.reason, result.seq) == (status, reason, 2)
        assert await kinds(bench) == before


async def test_conflict_takes_the_whole_batch() -> None:
    """The same revision with another text is refused with all that came with it."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "one")])
        before = await kinds(bench)
        with pytest.raises(Conflicting):
            await bench.engine.ingest(KEY, [say(2, "two", at=10), say(1, "other")])
        with pytest.raises(Conflicting):
            await bench.engine.ingest(KEY, [say(3, "two", at=10), say(3, "three", at=10)])
        assert await kinds(bench) == before


async def test_nobody_is_given_anothers_words() -> None:
    """An utterance that somebody else said is refused under any revision, alone and within a batch."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "one")])
        before = await kinds(bench)
        for sent in (
            [say(1, "how can I help", "agent", revision=1)],
            [say(2, "two", at=10), say(2, "how can I help", "agent", at=10, revision=1)],
        ):
            with pytest.raises(Conflicting, match="somebody else"):
                await bench.engine.ingest(KEY, sent)
        assert await kinds(bench) == before


async def test_unmasked_utterance_is_a_revision_not_a_turn() -> None:
    """What the redaction gives back changes the words of its utterance and calls for no answer."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "it is SECRET")])
        assert (await bench.engine.view(KEY)).transcript[0].text == "it is [digits]"
        await bench.engine.ingest(KEY, [say(2, "hm", "agent", at=900)])
        assert [s.text for s in (await bench.engine.view(KEY)).transcript] == ["it is SECRET", "hm"]
        assert len(bench.phrasebook.moments) == 1


async def test_close_is_answered_and_takes_late_finals_for_a_minute() -> None:
    """After close a late final is still taken for a minute, then the conversation is closed for good."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "hello SECRET")])
        assert (await bench.engine.close(KEY)).closed
        assert (await bench.engine.close(KEY)).closed
        assert await kinds(bench) == [
            "opened",
            "transcript",
            "phase",
            "final",
            "transcript",
            "close",
            "wrapup",
            "closed",
        ]
        await bench.clock.advance(59_000)
        await bench.engine.ingest(KEY, [say(2, "late", at=900)])
        assert len((await bench.engine.view(KEY)).transcript) == 2
        await bench.clock.advance(2_000)
        with pytest.raises(Closed):
            await bench.engine.ingest(KEY, [say(3, "too late", at=1_900)])


async def test_idle_conversations_close_by_themselves() -> None:
    """A conversation without a word for half an hour is closed with the reason."""
    async with Bench() as bench:
        await opened(bench)
        await bench.clock.advance(29 * 60_000)
        assert not (await bench.engine.view(KEY)).closed
        await bench.clock.advance(2 * 60_000)
        assert (await bench.engine.view(KEY)).closed


async def test_open_again_is_the_same_or_a_conflict() -> None:
    """The same id with the same body is the same conversation; with another body it is refused."""
    async with Bench() as bench:
        _, new = await bench.engine.open("t", "c1", Opening())
        _, again = await bench.engine.open("t", "c1", Opening())
        assert (new, again) == (True, False)
        with pytest.raises(Conflicting):
            await bench.engine.open("t", "c1", Opening(customer=Customer(name="Jo")))
        _, other = await bench.engine.open("t2", "c1", Opening(customer=Customer(name="Jo")))
        assert other


async def test_erased_is_gone() -> None:
    """An erased conversation is gone for every call, and its streams end."""
    async with Bench() as bench:
        await opened(bench)
        stream = bench.engine.stream(KEY, bench.engine.event_id(0))
        async with aclosing(stream):
            reading = asyncio.ensure_future(everything(stream))
            await bench.clock.settle()
            await bench.engine.erasures.of_conversation(KEY, "test")
            assert await reading == []
        with pytest.raises(Gone):
            await bench.engine.ingest(KEY, [say(1, "hello")])
        with pytest.raises(NotFound):
            await bench.engine.view(Key("t", "never"))


async def test_streams_resume_and_end() -> None:
    """A reader gets what is past its id, then live events, and the stream ends after `closed`."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        reading = asyncio.ensure_future(everything(bench.engine.stream(KEY, bench.engine.event_id(2))))
        await bench.clock.settle()
        await bench.engine.ingest(KEY, [say(2, "sorry", "agent", at=900)])
        await bench.engine.close(KEY)
        items = await reading
        assert all(isinstance(item, StoredEvent) for item in items)
        expected = [e for e in await bench.store.read(KEY) if e.seq > 2 and e.audience == "public"]
        assert items == expected
        assert await everything(bench.engine.stream(KEY, bench.engine.event_id(2))) == expected


async def test_unknown_position_is_reset() -> None:
    """A reader of another epoch, or past the tail, gets `reset` with a snapshot first."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.close(KEY)
        for event_id in ("other.1", bench.engine.event_id(99)):
            items = await everything(bench.engine.stream(KEY, event_id))
            assert isinstance(items[0], Reset)
            assert items[0].view.next_event_id == bench.engine.event_id(3)
            assert len(items) == 1


async def test_drain_says_goodbye() -> None:
    """From the first sign of the end every open stream is told to come back, and ends."""
    async with Bench() as bench:
        await opened(bench)
        reading = asyncio.ensure_future(everything(bench.engine.stream(KEY, None)))
        await bench.clock.settle()
        bench.upkeep.drain()
        assert isinstance((await reading)[-1], Goodbye)
        assert not bench.upkeep.ready


class FailingStore(MemoryStore):
    """A memory store whose next append fails."""

    fail = False

    def append(self, *args: object, **kwargs: object):  # type: ignore[no-untyped-def, override]
        if self.fail:
            self.fail = False
            future = asyncio.get_running_loop().create_future()
            future.set_exception(StoreUnavailable("disk full"))
            return future
        return super().append(*args, **kwargs)  # type: ignore[arg-type]


async def test_failed_commit_acknowledges_nothing() -> None:
    """When a commit fails nothing of it is seen again, and the same fragment is accepted afterwards."""
    store = FailingStore()
    async with Bench(store=store) as bench:
        await opened(bench)
        store.fail = True
        with pytest.raises(StoreUnavailable):
            await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        assert (await bench.engine.view(KEY)).transcript == ()
        result = await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        assert result.results[0].status == "accepted"


async def test_young_triggers_are_answered_on_start() -> None:
    """A trigger that was not answered before a restart is answered after it, if it is young."""
    store = MemoryStore()
    first = Bench(store=store)
    async with first:
        await opened(first, "voice")
        await first.engine.ingest(KEY, [say(1, "my parcel is gone")])
    assert "final" not in await kinds(first)
    async with Bench(store=store, clock=first.clock) as second:
        await second.clock.settle()
        assert (await kinds(second))[-1] == "final"


async def _heard(bench: Bench, text: str, wait_ms: float = 3_000) -> list[object]:
    reading = asyncio.ensure_future(everything(bench.engine.stream(KEY, None)))
    await bench.clock.settle()
    await bench.engine.ingest(KEY, [say(1, text)])
    await bench.clock.advance(wait_ms)
    bench.upkeep.drain()
    items = await reading
    return [
        (item.suggestion.status, item.suggestion.origin, item.suggestion.text, item.suggestion.revision)
        if isinstance(item, Growing)
        else (s.status, s.origin, s.text, s.revision)
        for item in items
        if isinstance(item, Growing) or (isinstance(item, StoredEvent) and item.type == "suggestion")
        for s in [item.suggestion if isinstance(item, Growing) else item.event.suggestion]  # type: ignore[union-attr]
    ]


async def test_model_grows_by_sentence_and_ends() -> None:
    """A model in time is shown as it grows, and its whole answer is the card."""
    model = llm(
        (0.2, draft("One.", done=False, origin="llm")),
        (0.2, draft("One. Two.", done=False, origin="llm")),
        (0.1, draft("One. Two.", origin="llm")),
    )
    async with Bench(model=model) as bench:
        await opened(bench)
        assert await _heard(bench, "my parcel is gone") == [
            ("partial", "llm", "One.", 1),
            ("partial", "llm", "One. Two.", 1),
            ("final", "llm", "One. Two.", 1),
        ]


async def test_phrasebook_answers_for_a_late_model() -> None:
    """At 0.6 of the budget the phrasebook's phrase is shown, and stays; the late answer is for the asking."""
    async with Bench(model=llm((1.2, draft("Late.", origin="llm")))) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        await bench.clock.advance(899)
        assert (await bench.engine.view(KEY)).suggestion is None
        await bench.clock.advance(2)
        shown = (await bench.engine.view(KEY)).suggestion
        assert shown is not None
        assert shown.origin == "phrasebook"
        await bench.clock.advance(400)
        assert (await bench.engine.view(KEY)).suggestion == shown
        asked = await everything(bench.engine.suggest(KEY))
        assert [s.text for s in asked] == ["Late."]


async def test_broken_answer_is_replaced_on_its_card() -> None:
    """A model that breaks off mid-answer is never final: the phrasebook takes the card's next revision."""
    model = llm((0.1, draft("One.", done=False, origin="llm")), (0.1, ModelFailure("truncated")))
    async with Bench(model=model) as bench:
        await opened(bench)
        assert await _heard(bench, "my parcel is gone") == [
            ("partial", "llm", "One.", 1),
            ("final", "phrasebook", "Answer 1.", 2),
        ]
        assert bench.meter.counts["model_error truncated"] == 1


async def test_refused_sentence_ends_the_card_before_it() -> None:
    """A later sentence that a guard refuses ends the card at the one before it."""
    model = llm(
        (0.1, draft("One.", done=False, origin="llm")),
        (0.1, draft("One. FORBIDDEN.", done=False, origin="llm")),
    )
    async with Bench(model=model) as bench:
        await opened(bench)
        assert (await _heard(bench, "my parcel is gone"))[-1] == ("final", "llm", "One.", 1)
        assert bench.meter.counts["refusal forbidden"] == 1


async def test_refused_phrase_is_replaced() -> None:
    """A model phrase that a guard refuses from the start is replaced by the phrasebook's at once."""
    async with Bench(model=llm((0.1, draft("FORBIDDEN.", origin="llm")))) as bench:
        await opened(bench)
        assert await _heard(bench, "hi", 101) == [("final", "phrasebook", "Answer 1.", 1)]


async def test_overtaken_call_is_dropped() -> None:
    """A further customer turn drops the model call of the one before: one live call a conversation."""
    async with Bench(model=llm((0.5, draft("One.", origin="llm")))) as bench:
        await opened(bench)
        assert isinstance(bench.model, ScriptedSuggester)
        for n in range(10):
            await bench.engine.ingest(KEY, [say(n, f"message {n}", at=n * 100)])
            await bench.clock.advance(150)
            assert bench.model.open == 1
        await bench.clock.advance(1_000)
        assert [k for k in await kinds(bench) if k == "final"] == ["final"]
        assert bench.model.open == 0


async def test_asking_gives_a_phrase_now() -> None:
    """An agent who asks gets a phrase, also where the policy would be silent."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        asked = await everything(bench.engine.suggest(KEY))
        assert [s.text for s in asked] == ["Answer 2."]
        explained = await bench.engine.explain(KEY, asked[0].id)
        assert explained.suggestion == asked[0]


async def test_feedback_is_kept_and_overtakes_nothing() -> None:
    """Feedback stands in the log beside its suggestion and leaves the card where it is."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        seq = await bench.engine.feedback(KEY, "s1", "edited", "my words SECRET")
        assert (await bench.engine.view(KEY)).suggestion is not None
        explained = await bench.engine.explain(KEY, "s1")
        assert explained.feedback[0]["text"] == "my words [card]"
        assert seq == 5
        with pytest.raises(NotFound):
            await bench.engine.feedback(KEY, "s77", "used", None)


async def test_feed_has_every_conversation() -> None:
    """A tenant's feed carries phase and closed events of all its conversations, and no other tenant's."""
    async with Bench() as bench:
        reading = asyncio.ensure_future(everything(bench.engine.feed("t", None)))
        await bench.clock.settle()
        for tenant, name in (("t", "a"), ("x", "b"), ("t", "c")):
            await bench.engine.open(tenant, name, Opening(channel="chat"))
            await bench.engine.ingest(Key(tenant, name), [say(1, "hello")])
        await bench.engine.close(Key("t", "a"))
        await bench.clock.settle()
        bench.upkeep.drain()
        items = await reading
        assert [(i.conversation, i.stored.type) for i in items[:-1]] == [
            ("a", "phase"), ("c", "phase"), ("a", "closed"),
        ]  # fmt: skip
