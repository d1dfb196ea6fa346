"""Intake: what fragments mean, one by one and in batches."""

from __future__ import annotations

import msgspec
import pytest

from copilot.assembly import Knobs
from copilot.core.types import Opening
from copilot.errors import Conflicting
from tests.fakes.parts import Bench, draft
from tests.fakes.talk import KEY, everything, kinds, llm, opened, say


async def test_partial_steers_and_is_not_kept() -> None:
    """A partial is answered with the mood it shows, and nothing of its words is in log or view."""
    async with Bench() as bench:
        await opened(bench, "voice")
        ingested = await bench.engine.ingest(KEY, [say(1, "where is it!", final=False)])
        assert ingested.state.heat == 2
        view = await bench.engine.view(KEY)
        assert (view.state.heat, view.transcript) == (0, ())
        assert all(b"where" not in stored.payload for stored in await bench.store.read(KEY))


async def test_a_final_in_the_same_batch_has_the_last_word() -> None:
    """The state in the answer is that of the final, where its partial came with it."""
    async with Bench() as bench:
        await opened(bench, "voice")
        batch = [say(1, "where is it!", final=False), say(1, "where is it", revision=1)]
        ingested = await bench.engine.ingest(KEY, batch)
        assert ingested.state.heat == 0


async def test_partial_after_close_starts_nothing() -> None:
    """A partial that comes after the close is answered and stages nothing."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.close(KEY)
        before = await kinds(bench)
        result = await bench.engine.ingest(KEY, [say(1, "hello", final=False)])
        assert result.results[0].status == "accepted"
        await bench.clock.advance(5_000)
        assert await kinds(bench) == before


async def test_conflict_within_a_batch_leaves_no_trace() -> None:
    """After a refused batch its other fragments are new, and their redaction begins anew."""
    async with Bench() as bench:
        await opened(bench)
        with pytest.raises(Conflicting):
            await bench.engine.ingest(KEY, [say(1, "it is SECRET"), say(2, "a"), say(2, "b")])
        assert bench.meter.counts["conflict"] == 1
        result = await bench.engine.ingest(KEY, [say(1, "it is SECRET")])
        assert result.results[0].status == "accepted"


async def test_last_of_a_batch_decides_whether_the_turn_ended() -> None:
    """Where the agent has the last word of a batch nothing is due; where the customer has, one answer is."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "hello", turn_end=True), say(2, "yes?", "agent", at=600)])
        assert "final" not in await kinds(bench)
        await bench.engine.ingest(KEY, [say(3, "well", at=1_200), say(4, "late", at=1_900, turn_end=True)])
        assert (await kinds(bench)).count("final") == 1


async def test_sounds_of_listening_start_no_turn() -> None:
    """A customer's 'mm-hm' neither opens a turn nor takes the card away."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "it is late", turn_end=True)])
        shown = (await bench.engine.view(KEY)).suggestion
        await bench.engine.ingest(KEY, [say(2, "mm-hm", at=900), say(3, "uh huh", final=False, at=1_500)])
        await bench.clock.advance(5_000)
        assert (await bench.engine.view(KEY)).suggestion == shown


async def test_card_goes_at_once_when_a_model_is_asked() -> None:
    """With a model the overtaken card is withdrawn before the next one is made."""
    async with Bench(model=llm((0.2, draft("One.", origin="llm")))) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "it is late")])
        await bench.clock.advance(300)
        await bench.engine.ingest(KEY, [say(2, "well?", at=900)])
        assert (await kinds(bench))[-1] == "withdrawn"
        await bench.clock.advance(300)
        assert (await kinds(bench))[-1] == "final"


async def test_late_final_is_placed_and_says_so() -> None:
    """A final of a moment ago stands where it belongs, and its answer says so."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "second", at=2_000)])
        result = await bench.engine.ingest(KEY, [say(2, "first", at=100)])
        assert result.results[0].reason == "placed_late"
        view = await bench.engine.view(KEY)
        assert [said.text for said in view.transcript] == ["first", "second"]


async def test_system_words_are_kept_and_mean_nothing() -> None:
    """What the system says is in the transcript, and calls for no phrase."""
    async with Bench() as bench:
        await bench.engine.open("t", "c1", Opening(channel="chat"))
        await bench.engine.ingest(KEY, [say(1, "This call is recorded!", "system")])
        assert await kinds(bench) == ["opened", "transcript"]
        asked = await everything(bench.engine.suggest(KEY))
        assert len(asked) == 1


async def test_a_card_that_is_said_is_noted_with_the_turn() -> None:
    """An agent's final that says the card is followed by `said` in the log, once, with how much of it."""
    async with Bench() as bench:
        bench.phrasebook.steps = [(0, draft("I'm sorry about the broken lamp, and I'm on it."))]
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my lamp is broken")])
        await bench.engine.ingest(KEY, [say(2, "let me see", "agent", at=900)])
        assert "feedback" not in await kinds(bench)
        await bench.engine.ingest(KEY, [say(3, "sorry about that broken lamp", "agent", at=1_900)])
        await bench.engine.ingest(KEY, [say(4, "sorry about that broken lamp", "agent", at=2_900)])
        noted = [stored for stored in await bench.store.read(KEY) if stored.type == "feedback"]
        assert len(noted) == 1
        explained = await bench.engine.explain(KEY, "s1")
        assert [(f["verdict"], f["text"]) for f in explained.feedback] == [("said", None)]
        assert 0.5 < float(explained.feedback[0]["share"] or 0) <= 1


async def test_few_notes_on_the_agents_turns() -> None:
    """A note follows the agent's turn in the log, and no other for ten turns."""
    async with Bench() as bench:
        await opened(bench)
        for n in range(24):
            speaker = "agent" if n % 2 else "customer"
            text = "please calm down" if speaker == "agent" else f"no {n}"
            await bench.engine.ingest(KEY, [say(n, text, speaker, at=n * 1_000)])
        notes = [stored for stored in await bench.store.read(KEY) if stored.type == "coach"]
        assert len(notes) == 3
        assert all(stored.audience == "public" for stored in notes)


async def test_cutting_in_is_noted_when_the_customer_has_ended() -> None:
    """An agent's turn that lies inside the customer's is noted with the customer's later final."""
    async with Bench() as bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "so what is the order number", "agent", at=4_000)])
        assert "coach" not in await kinds(bench)
        told = say(2, "and then they told me that nobody could come", at=0)
        await bench.engine.ingest(KEY, [msgspec.structs.replace(told, end_ms=9_000)])
        assert "coach" in await kinds(bench)


async def test_notes_are_off_by_a_setting() -> None:
    """Without the coach nothing is noted."""
    async with Bench(knobs=Knobs(coach=False)) as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "no")])
        await bench.engine.ingest(KEY, [say(2, "please calm down", "agent", at=900)])
        assert "coach" not in await kinds(bench)
