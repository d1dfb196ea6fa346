"""Shadows and held-out conversations: computed, logged, shown to nobody."""

from __future__ import annotations

from copilot.core.events import Answered, Unshown
from copilot.core.types import Moment
from copilot.ports import Assignment, Clock, Key
from tests.fakes.parts import Bench, ScriptedSuggester, draft
from tests.fakes.talk import KEY, everything, kinds, opened, say


class Assigned:
    """Everybody gets the same."""

    def __init__(self, **parts: object) -> None:
        self.assigned = Assignment(**parts)  # type: ignore[arg-type]

    async def assignment(self, key: Key) -> Assignment:
        return self.assigned


class TwoVersions(ScriptedSuggester):
    """Answers by the moment's prompt, and tells of it as the real one does."""

    bench: Bench

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, None, "llm")

    async def suggest(self, moment: Moment):  # type: ignore[no-untyped-def, override]
        self.moments.append(moment)
        await self.clock.sleep(0.1)
        answered = Answered(
            suggestion_id="",
            prompt=moment.prompt,
            prompt_hash="h",
            request_hash="r",
            raw=f"raw of {moment.prompt}",
            outcome="ok",
            tokens_in=90,
            tokens_out=10,
            version="m",
        )
        self.bench.assembled.recording.heard(moment, answered)
        word = "FORBIDDEN" if moment.prompt == "bad@1" else "Said"
        yield draft(f"{word} by {moment.prompt}.", origin="llm")


def bench(**assigned: object) -> Bench:
    made = Bench(model=TwoVersions, assigner=Assigned(**assigned))
    assert isinstance(made.model, TwoVersions)
    made.model.bench = made
    return made


async def unshown(made: Bench) -> list[Unshown]:
    return [stored.event for stored in await made.store.read(KEY) if isinstance(stored.event, Unshown)]


async def test_a_shadow_is_asked_about_the_same_moment_and_shown_to_nobody() -> None:
    """After the live phrase the shadow's version answers the same moment: in the log, internal, nowhere
    else."""
    async with bench(prompt="live@1", shadow="new@2") as made:
        await opened(made)
        await made.engine.ingest(KEY, [say(1, "hello")])
        await made.clock.advance(150)
        live = (await made.engine.view(KEY)).suggestion
        assert live is not None
        await made.clock.advance(500)
        (kept,) = await unshown(made)
        assert (kept.reason, kept.suggestion.text, kept.suggestion.id) == (
            "shadow",
            "Said by new@2.",
            live.id,
        )
        assert (await made.engine.view(KEY)).suggestion == live
        assert "new@2" not in str([stored.payload for stored in await made.engine.history(KEY, 0, 100)])
        assert made.model is not None
        one, other = made.model.moments
        assert (one.turns, one.arm, other.arm) == (other.turns, "live", "shadow")


async def test_what_a_guard_says_of_a_shadow_is_kept() -> None:
    """A shadow's phrase that a guard would stop is kept with the guard's name."""
    async with bench(prompt="live@1", shadow="bad@1") as made:
        await opened(made)
        await made.engine.ingest(KEY, [say(1, "hello")])
        await made.clock.advance(800)
        (kept,) = await unshown(made)
        assert kept.refused == "forbidden"


async def test_the_next_moment_ends_a_shadow() -> None:
    """A shadow call that is still running when the customer's next turn ends is given up."""
    async with bench(prompt="live@1", shadow="new@2") as made:
        await opened(made)
        await made.engine.ingest(KEY, [say(1, "hello")])
        await made.clock.advance(150)
        await made.engine.ingest(KEY, [say(2, "and another thing", at=900)])
        await made.clock.advance(50)
        assert await unshown(made) == []
        await made.clock.advance(900)
        assert len(await unshown(made)) == 1


async def test_a_held_out_conversation_is_shown_no_suggestion() -> None:
    """Its phrases are made and kept, readers see none, asking gives none, and the model is not asked."""
    async with bench(held_out=True) as made:
        await opened(made)
        await made.engine.ingest(KEY, [say(1, "hello")])
        await made.clock.advance(2_000)
        (kept,) = await unshown(made)
        assert (kept.reason, kept.suggestion.origin) == ("holdout", "phrasebook")
        assert (await made.engine.view(KEY)).suggestion is None
        assert await everything(made.engine.suggest(KEY)) == []
        assert "final" not in await kinds(made)
        assert made.model is not None
        assert made.model.moments == []


async def test_a_held_out_voice_turn_releases_its_listen() -> None:
    """In voice the agent is still told to let them finish, and that they have."""
    async with bench(held_out=True) as made:
        await opened(made, "voice")
        await made.engine.ingest(KEY, [say(1, "hello", turn_end=False)])
        assert (await kinds(made))[-1] == "customer_speaking"
        await made.clock.advance(800)
        assert (await kinds(made))[-2:] == ["withdrawn", "unshown"]


async def test_the_arm_and_the_cost_stand_beside_the_answer() -> None:
    """Each answer is kept with what it was for and what it cost; the meter counts both."""
    async with bench(prompt="live@1", arm="canary", shadow="new@2") as made:
        await opened(made)
        await made.engine.ingest(KEY, [say(1, "hello")])
        await made.clock.advance(800)
        answers = [s.event for s in await made.store.read(KEY) if isinstance(s.event, Answered)]
        assert [(a.prompt, a.arm, a.tokens_in, a.suggestion_id) for a in answers] == [
            ("live@1", "canary", 90, "s1"),
            ("new@2", "shadow", 90, "s1"),
        ]
        assert made.meter.counts["tokens canary"] == made.meter.counts["tokens shadow"] == 100
