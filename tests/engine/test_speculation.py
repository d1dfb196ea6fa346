"""Early calls: begun before the turn ends, used when it ends with the same words, else dropped."""

from __future__ import annotations

import pytest

from copilot.assembly import Knobs
from copilot.core.events import Answered
from copilot.core.types import Moment
from copilot.ports import Clock
from tests.fakes.parts import Bench, ScriptedSuggester, draft
from tests.fakes.talk import KEY, kinds, opened, say

_TAKES_S = 0.5


class Slow(ScriptedSuggester):
    """Answers after half a second, and tells of each call's end as the real one does."""

    bench: Bench

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, None, "llm")
        self.ended: list[str] = []

    async def suggest(self, moment: Moment):  # type: ignore[no-untyped-def, override]
        self.moments.append(moment)
        self.open += 1
        outcome = "abandoned"
        try:
            await self.clock.sleep(_TAKES_S)
            outcome = "ok"
            yield draft(f"About {moment.turns[-1].text}", origin="llm")
        finally:
            self.open -= 1
            self.ended.append(outcome)
            answered = Answered(
                suggestion_id="",
                prompt="p",
                prompt_hash="h",
                request_hash="r",
                raw="raw",
                outcome=outcome,
                tokens_in=100,
                version="m",
            )
            self.bench.assembled.recording.heard(moment, answered)


def talk(after_ms: int = 400) -> tuple[Bench, Slow]:
    bench = Bench(model=Slow, knobs=Knobs(speculate_ms=after_ms))
    assert isinstance(bench.model, Slow)
    bench.model.bench = bench
    return bench, bench.model


async def answers(bench: Bench) -> list[tuple[str, bool]]:
    log = [stored.event for stored in await bench.store.read(KEY)]
    return [(event.suggestion_id, event.speculated) for event in log if isinstance(event, Answered)]


async def test_a_stable_partial_begins_the_call_and_its_final_uses_it() -> None:
    """When the final says what the partial said, in other capitals and marks, the phrase stands as soon as
    the turn ends, from one call."""
    bench, model = talk()
    async with bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone", final=False)])
        await bench.clock.advance(950)
        assert len(model.moments) == 1
        await bench.engine.ingest(KEY, [say(1, "My parcel is gone.", revision=1, turn_end=True)])
        await bench.clock.advance(20)
        shown = (await bench.engine.view(KEY)).suggestion
        assert shown is not None
        assert (shown.origin, shown.text) == ("llm", "About my parcel is gone")
        assert len(model.moments) == 1
        assert await answers(bench) == [(shown.id, True)]


async def test_the_pause_after_a_final_is_used() -> None:
    """In voice the call runs while the pause is waited for: nothing is shown before the turn has ended."""
    bench, model = talk(200)
    async with bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        await bench.clock.advance(699)
        assert (await kinds(bench))[-1] == "customer_speaking"
        assert len(model.moments) == 1
        await bench.clock.advance(10)
        assert (await kinds(bench))[-1] in ("final", "answer")
        assert len(model.moments) == 1


async def test_what_sounds_finished_does_not_wait() -> None:
    """A partial that ends a sentence begins the call at once."""
    bench, model = talk()
    async with bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "My parcel is gone!", final=False)])
        await bench.clock.advance(1)
        assert len(model.moments) == 1


async def test_other_words_drop_the_call() -> None:
    """When they go on, the call is given up; the turn's own is asked about all that was said."""
    bench, model = talk()
    async with bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone", final=False)])
        await bench.clock.advance(450)
        assert model.open == 1
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone again", final=False, revision=1)])
        await bench.clock.settle()
        assert model.open == 0
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone again", revision=2, turn_end=True)])
        await bench.clock.advance(600)
        assert [moment.turns[-1].text for moment in model.moments] == [
            "my parcel is gone",
            "my parcel is gone again",
        ]
        shown = (await bench.engine.view(KEY)).suggestion
        assert shown is not None
        assert await answers(bench) == [("", True), (shown.id, False)]


async def test_a_conversation_has_one_call_at_a_time() -> None:
    """However the words come, no two calls of a conversation run at once, and at the end none."""
    bench, model = talk(50)
    async with bench:
        await opened(bench, "voice")
        text = ""
        for n in range(60):
            text += " word" + (". " if n % 7 == 0 else "")
            final = n % 5 == 4
            await bench.engine.ingest(
                KEY, [say(n // 5, text, final=final, revision=n % 5, turn_end=final and n % 10 == 9)]
            )
            await bench.clock.advance(37 * (n % 4))
            assert model.open <= 1
            text = "" if final else text
        await bench.clock.advance(3_000)
        assert model.open == 0


@pytest.mark.parametrize("end", ["close", "agent"])
async def test_who_ends_the_moment_ends_the_call(end: str) -> None:
    """A close, or the agent speaking up, gives up an early call."""
    bench, model = talk(50)
    async with bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone", final=False)])
        await bench.clock.advance(100)
        assert model.open == 1
        if end == "close":
            await bench.engine.close(KEY)
        else:
            await bench.engine.ingest(KEY, [say(2, "let me look at that", "agent", at=900)])
        await bench.clock.settle()
        assert model.open == 0


async def test_it_can_be_switched_off() -> None:
    """With 0 no call begins before the turn has ended."""
    bench, model = talk(0)
    async with bench:
        await opened(bench, "voice")
        await bench.engine.ingest(KEY, [say(1, "My parcel is gone.", final=False)])
        await bench.clock.advance(2_000)
        assert model.moments == []


async def test_a_burst_of_turns_is_one_call() -> None:
    """Messages that come within a tenth of a second: the first begins a call, the last one's is the next."""
    bench, model = talk(0)
    async with bench:
        await opened(bench)
        for n in range(10):
            await bench.engine.ingest(KEY, [say(n, f"message {n}", at=n)])
            await bench.clock.advance(10)
            assert model.open <= 1
        await bench.clock.advance(900)
        assert len(model.moments) == 2
        assert model.moments[-1].turns[-1].text.endswith("message 9")
