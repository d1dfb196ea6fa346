"""Delivery: the race under one budget, and parts that break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.clocks import SimulatedClock
from copilot.core.suggestions import Suggestion
from copilot.core.types import Decision, Draft, Moment, Opening, Reading
from copilot.engine.delivery import Budget, Card, Delivery, Spare, Step
from copilot.errors import ModelFailure
from copilot.ports import Refusal
from tests.fakes.parts import Bench, CountingMeter, ScriptedSuggester, draft
from tests.fakes.talk import KEY, kinds, opened, say


def card(clock: SimulatedClock, **changes: object) -> Card:
    moment = Moment(
        opening=changes.get("opening", Opening()),  # type: ignore[arg-type]
        reading=Reading(),
        decision=changes.get("decision", Decision(act="acknowledge", why="w", row="r")),  # type: ignore[arg-type]
        turns=(),
        trigger_seq=2,
        recent=(),
        requested=bool(changes.get("requested", False)),
        seed="c1",
        tone="",
    )
    return Card(id="s1", moment=moment, supersedes=None, ended_at=clock.monotonic(), rests_on=2)


class Broken:
    """A suggester with a bug."""

    name = version = "broken@1"

    async def suggest(self, moment: Moment) -> AsyncGenerator[Draft, None]:
        raise KeyError("a customer's words")
        yield draft("")


def judge(proposed: Draft, moment: Moment) -> Refusal | None:
    if "BUG" in proposed.text:
        raise ValueError("a guard's bug")
    return Refusal("forbidden", "") if "FORBIDDEN" in proposed.text else None


async def raced(
    steps: Sequence[tuple[float, Draft | ModelFailure]], **changes: object
) -> list[tuple[float, Step]]:
    """What a race yields, each with the second it came."""
    clock = SimulatedClock()
    model = ScriptedSuggester(clock, steps, "llm")
    delivery = Delivery(ScriptedSuggester(clock), model, judge, clock, budget=Budget(), meter=CountingMeter())

    async def race() -> list[tuple[float, Step]]:
        async with aclosing(delivery.race(card(clock, **changes))) as made:
            return [(clock.monotonic(), step) async for step in made]

    racing = asyncio.ensure_future(race())
    await clock.advance(15_000)
    assert racing.done()
    assert model.open == 0
    return racing.result()


_STEPS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9, 1.6]),
        st.one_of(
            st.builds(
                lambda text, done: draft(text, done=done, origin="llm"),
                st.sampled_from(["One.", "One. Two.", "FORBIDDEN", "BUG"]),
                st.booleans(),
            ),
            st.just(ModelFailure("truncated")),
        ),
    ),
    max_size=5,
)


@settings(max_examples=200, deadline=None)
@given(_STEPS, st.booleans())
def test_whatever_the_model_does_there_is_one_phrase_in_time(
    steps: list[tuple[float, Draft | ModelFailure]], requested: bool
) -> None:
    """However a model answers, breaks off or is refused: exactly one final card within the budget, nothing
    that grows after it, at most one spare at the end, and no word that a guard refused. A final of the
    model's is whole, or ends at the sentence before a refused one."""
    made = asyncio.run(raced(steps, requested=requested))
    finals = [(at, s) for at, s in made if isinstance(s, Suggestion) and s.status == "final"]
    assert len(finals) == 1
    at, final = finals[0]
    assert at <= 1.5 + 1e-6
    if final.origin == "llm":
        ends = [step for _, step in steps if isinstance(step, Draft)]
        assert any(step.done or step.text in ("FORBIDDEN", "BUG") for step in ends), "a part of an answer"
    after = made[made.index(finals[0]) + 1 :]
    assert all(isinstance(step, Spare) for _, step in after)
    assert len(after) <= 1
    for _, step in made:
        text = step.suggestion.text if isinstance(step, Spare) else step.text
        assert "FORBIDDEN" not in text
        assert "BUG" not in text


async def test_phrasebook_is_held_back_for_a_share_of_the_budget() -> None:
    """A model that says nothing is waited for until 0.6 of the budget, on request for all of it."""
    silent = [(9.0, draft("x", origin="llm"))]
    assert [(round(at, 3), s.origin) for at, s in await raced(silent)] == [(0.9, "phrasebook")]  # type: ignore[union-attr]
    assert [round(at, 3) for at, _ in await raced(silent, requested=True)] == [1.5]


@pytest.mark.parametrize(
    ("changes", "silence"),
    [
        ({"opening": Opening(locale="de")}, "locale"),
        (
            {"decision": Decision(act="listen", why="w", row="r", silence="agent_handles_it")},
            "agent_handles_it",
        ),
        (
            {"decision": Decision(act="close", why="w", row="r", silence="customer_done")},
            "customer_done",
        ),
        ({"decision": Decision(act="act", why="w", row="r", silence="in_hand")}, "in_hand"),
    ],
)
async def test_silence_asks_no_model(changes: dict[str, object], silence: str) -> None:
    """Where nothing is to be said, or not in this language, the model is not asked."""
    ((at, step),) = await raced([(0.1, draft("One.", done=False, origin="llm"))], **changes)
    assert at == 0
    assert isinstance(step, Suggestion)
    assert step.silence == silence


async def test_who_asks_is_answered_where_silence_would_be_right() -> None:
    """A phrase that the agent asked for comes, also where nothing would have come by itself."""
    decision = Decision(act="act", why="w", row="r", silence="in_hand")
    ((_, step),) = await raced([(0.1, draft("One.", origin="llm"))], decision=decision, requested=True)
    assert isinstance(step, Suggestion)
    assert (step.silence, step.origin) == (None, "llm")


async def test_broken_phrasebook_is_a_silence() -> None:
    """A phrasebook with a bug says nothing; the error does not reach the fragment."""
    clock = SimulatedClock()
    delivery = Delivery(Broken(), None, judge, clock, budget=Budget(), meter=CountingMeter())
    assert (await delivery.at_once(card(clock))).silence == "nothing_new"


async def test_silence_takes_a_growing_card_away() -> None:
    """Where the model breaks off and the phrasebook has nothing to say, the silence is a newer revision of
    the card that was growing: a reader takes the text away."""
    clock = SimulatedClock()
    model = ScriptedSuggester(
        clock, [(0.1, draft("One.", done=False, origin="llm")), (0.1, ModelFailure("truncated"))], "llm"
    )
    delivery = Delivery(Broken(), model, judge, clock, budget=Budget(), meter=CountingMeter())
    racing = asyncio.ensure_future(_steps(delivery, card(clock)))
    await clock.advance(1_000)
    growing, silence = racing.result()
    assert isinstance(growing, Suggestion)
    assert isinstance(silence, Suggestion)
    assert (growing.status, silence.silence, silence.id) == ("partial", "nothing_new", growing.id)
    assert silence.revision > growing.revision


async def _steps(delivery: Delivery, made_for: Card) -> list[Step]:
    async with aclosing(delivery.race(made_for)) as made:
        return [step async for step in made]


async def test_broken_model_is_a_failure_at_once() -> None:
    """A suggester with a bug is not waited for: the phrasebook answers when it breaks."""
    clock = SimulatedClock()
    meter = CountingMeter()
    delivery = Delivery(ScriptedSuggester(clock), Broken(), judge, clock, budget=Budget(), meter=meter)
    racing = asyncio.ensure_future(anext(delivery.race(card(clock))))
    await clock.settle()
    assert isinstance(made := racing.result(), Suggestion)
    assert made.origin == "phrasebook"
    assert meter.counts["model_error broke"] == 1


async def test_fragment_outlives_a_broken_phrasebook() -> None:
    """A fragment is stored and acknowledged whatever becomes of its phrase."""
    async with Bench() as bench:
        bench.phrasebook.suggest = Broken().suggest  # type: ignore[method-assign]
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone")])
        assert await kinds(bench) == ["opened", "transcript", "phase", "nothing_new"]
