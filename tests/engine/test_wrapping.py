"""The wrap-up in the log: at the close, after a late final, the model's, beside the agent's own text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from copilot.core.events import Answered, WrapUp, WrapUpEdited
from copilot.core.types import Opening
from copilot.core.wrap_up import VERSION
from copilot.errors import Conflicting, Gone, NotFound
from copilot.ports import Key
from tests.fakes.openai_server import Pause, Reply, Script, completion, cut, failing, stream
from tests.fakes.parts import Bench
from tests.fakes.records import BETTER, PROMPT, Writing, answer, writing
from tests.fakes.talk import KEY, kinds, opened, say


async def drafts(bench: Bench) -> list[str]:
    return [kind for kind in await kinds(bench) if kind.startswith(("wrap", "clos"))]


async def test_the_draft_comes_before_the_end() -> None:
    """Closing yields the draft, the stream carries it before `closed`; closing again changes nothing."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        view = await bench.engine.close(KEY)
        assert view.wrap_up is not None
        assert view.wrap_up.summary["timeline"]
        assert await drafts(bench) == ["close", "wrapup", "closed"]
        assert (await bench.engine.close(KEY)).wrap_up == view.wrap_up
        assert await drafts(bench) == ["close", "wrapup", "closed"]


async def test_an_idle_one_is_wrapped_up_too() -> None:
    """A conversation that closes by itself has its draft; one in which nothing was said has none."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.open("t", "mute", Opening())
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        await bench.engine.close(Key("t", "mute"))
        assert (await bench.engine.view(Key("t", "mute"))).wrap_up is None
        await bench.engine.close_idle(KEY, bench.clock.now_ms() + 1)
        assert await drafts(bench) == ["close", "wrapup", "closed"]


async def test_a_late_final_changes_the_draft() -> None:
    """What arrives after the close is in a further draft; a repeat, which changes nothing, makes none."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        await bench.engine.close(KEY)
        await bench.engine.ingest(KEY, [say(2, "I'll see to it.", "agent", at=9_000)])
        assert await drafts(bench) == ["close", "wrapup", "closed", "wrapup"]
        await bench.engine.ingest(KEY, [say(2, "I'll see to it.", "agent", at=9_000)])
        assert (await drafts(bench)).count("wrapup") == 2


async def test_the_agents_text_is_kept() -> None:
    """The text stands beside the draft, over restarts and later drafts; card numbers do not get in by it."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        await bench.engine.close(KEY)
        view = await bench.engine.edit_wrap_up(KEY, "Lost.\nRefunded.")
        again = await bench.engine.edit_wrap_up(KEY, "Lost.\nRefunded.")
        assert again.state.seq == view.state.seq
        await bench.engine.ingest(KEY, [say(2, "I'll see to it.", "agent", at=9_000)])
        found = (await bench.engine.view(KEY)).wrap_up
        assert found is not None
        assert found.edited == "Lost.\nRefunded."
        events = [stored.event for stored in await bench.store.read(KEY)]
        assert len([event for event in events if isinstance(event, WrapUpEdited)]) == 1
        assert len([event for event in events if isinstance(event, WrapUp)]) == 2


async def test_there_is_none_before_the_close_or_after_erasure() -> None:
    """Before the close there is nothing to edit; an erased or unknown conversation has no record."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        with pytest.raises(Conflicting):
            await bench.engine.edit_wrap_up(KEY, "x")
        await bench.engine.close(KEY)
        await bench.engine.erasures.of_conversation(KEY, "test")
        with pytest.raises(Gone):
            await bench.engine.edit_wrap_up(KEY, "x")
        with pytest.raises(NotFound):
            await bench.engine.edit_wrap_up(Key(KEY.tenant, "never"), "x")


# --- the model's draft ----------------------------------------------------------------------------


@asynccontextmanager
async def staged(script: Script | None = None, **options: Any) -> AsyncIterator[Writing]:
    async with writing(script, **options) as made:
        await opened(made.bench)
        yield made


async def test_the_models_draft_comes_later() -> None:
    """The close yields the template at once; the model's is a further draft, told by its own prompt, and
    keeps what was counted from the log."""
    async with staged() as made:
        await made.talked()
        at_close = (await made.bench.engine.close(KEY)).wrap_up
        assert at_close is not None
        assert at_close.version == VERSION
        assert made.server.requests == []
        await made.bench.clock.advance(1_500)
        await made.written()
        view = (await made.bench.engine.view(KEY)).wrap_up
        assert view is not None
        assert view.version == "llm/wrap-up@1.0.0/small-1"
        assert {name: view.summary[name] for name in BETTER} == BETTER
        for counted in ("timeline", "promises", "look_after_agent"):
            assert view.summary[counted] == at_close.summary[counted]
        (request,) = made.server.requests
        assert request.json["response_format"]["json_schema"]["name"] == "wrap_up"
        assert await drafts(made.bench) == ["close", "wrapup", "closed", "wrapup"]


async def test_a_view_says_that_a_better_draft_comes() -> None:
    """From the close until the model's draft is there, or the agent wrote one; without a model never."""
    async with staged() as made:
        bench = made.bench

        async def pending() -> bool:
            view = (await bench.engine.view(KEY)).wrap_up
            return view is not None and view.pending

        await made.talked()
        at_close = (await bench.engine.close(KEY)).wrap_up
        assert at_close is not None
        assert at_close.pending
        await bench.clock.advance(1_500)
        await made.written()
        assert not await pending()
    async with staged(Reply(before=5)) as made:
        bench = made.bench
        await made.closed()
        assert await pending()
        assert not (await bench.engine.edit_wrap_up(KEY, "Lost.")).wrap_up.pending  # type: ignore[union-attr]
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        closed = (await bench.engine.close(KEY)).wrap_up
        assert closed is not None
        assert not closed.pending


async def test_one_call_for_a_conversation() -> None:
    """Closing again, edits and late finals after the model's draft ask nobody anew, and undo nothing."""
    async with staged() as made:
        await made.closed()
        await made.written()
        await made.bench.engine.close(KEY)
        await made.bench.engine.ingest(KEY, [say(3, "Bye.", at=9_000)])
        await made.bench.clock.advance(60_000)
        assert len(made.server.requests) == 1
        assert [draft.version[:3] for draft in await made.drafts()] == ["wra", "llm"]


def saying(**changes: object) -> Script:
    return stream(completion(answer(**changes)))


# What comes, and what the log says of it.
FAILURES: dict[str, tuple[Script, str]] = {
    "no success": (failing(500), "http_5xx"),
    "no record": (stream(completion("{}")), "schema"),
    "cut off": (cut(completion(answer()), 700), "truncated"),
    "too long": (stream(completion(answer(), finish="length")), "length"),
    "a refusal": (saying(matter="I can't help with that."), "refusal"),
    "a loop": (saying(matter="the parcel is the parcel is the parcel is the parcel is"), "degenerate"),
    "the prompt": (saying(matter=f"It was {PROMPT.front.canary}."), "prompt_echo"),
    "nothing": (saying(matter=" "), "empty"),
    "one field more": (saying(timeline=[]), "schema"),
    "an amount": (saying(follow_up="The agent promised a refund of $40."), "grounding"),
    "a day": (saying(course="The agent promised to call by Sunday."), "grounding"),
    "a later sentence": (saying(course="The agent said sorry. It cost $40."), "grounding"),
    "a name": (saying(matter="The customer had spoken to Esmeralda."), "grounding"),
    "a link": (saying(went_well=["The agent gave evil.example as a source."]), "markup_links"),
    "a claim as the agent's": (saying(follow_up="The agent promised it by Friday."), "grounding"),
    "a verdict": (saying(follow_up="The refund is approved."), "verdicts"),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_without_a_good_answer_the_template_stands(name: str) -> None:
    """Whatever the endpoint does, and whatever a guard refuses, leaves the template, and is in the log."""
    script, reason = FAILURES[name]
    async with staged(script) as made:
        await made.closed()
        await made.written()
        await made.bench.assembled.recording.settle()
        assert [draft.version for draft in await made.drafts()] == [VERSION]
        (told,) = [e.event for e in await made.bench.store.read(KEY) if isinstance(e.event, Answered)]
        assert told.suggestion_id == "wrap-up"
        assert reason in (told.outcome, *(rule.partition(":")[0] for rule in told.refusals))


async def test_an_answer_that_takes_too_long_is_given_up() -> None:
    """After half a minute the call is ended."""
    async with staged(Reply([*completion(answer())[:3], Pause(60)])) as made:
        await made.closed()
        await made.server.asked.wait()
        await made.bench.clock.advance(31_000)
        await made.written()
        await made.server.requests[0].gone.wait()
        assert [draft.version for draft in await made.drafts()] == [VERSION]
        assert made.bench.meter.counts["model_error deadline"] == 1


async def test_the_agents_own_text_is_followed_by_no_draft() -> None:
    """What the agent wrote while the model was writing stays the last word."""
    async with staged(stream(completion(answer()), before=0.2)) as made:
        await made.closed()
        await made.server.asked.wait()
        await made.bench.engine.edit_wrap_up(KEY, "Lost.")
        await made.written()
        assert [draft.version for draft in await made.drafts()] == [VERSION]


async def test_a_record_that_the_agent_wrote_at_once_asks_nobody() -> None:
    """A text kept before the call goes out makes it needless."""
    async with staged() as made:
        await made.talked()
        await made.bench.engine.close(KEY)
        await made.bench.engine.edit_wrap_up(KEY, "Lost.")
        await made.bench.clock.advance(60_000)
        await made.written()
        assert made.server.requests == []


async def test_what_was_said_meanwhile_makes_the_answer_stale() -> None:
    """A final that comes a moment after the close is in what the model is told; one that comes while it
    writes drops its answer."""
    async with staged(stream(completion(answer()), before=0.2)) as made:
        await made.talked()
        await made.bench.engine.close(KEY)
        await made.bench.engine.ingest(KEY, [say(3, "Right, the blue parcel.", at=3_000)])
        await made.bench.clock.advance(1_500)
        await made.server.asked.wait()
        assert "the blue parcel" in made.server.requests[0].json["messages"][-1]["content"]
        await made.bench.engine.ingest(KEY, [say(4, "And no Tuesday.", "agent", at=3_000)])
        await made.written()
        assert {draft.version for draft in await made.drafts()} == {VERSION}


async def test_an_erased_conversation_is_written_about_no_more() -> None:
    """Erasure ends the call; one that was not begun is not made."""
    async with staged(stream([Pause(60)], end="hang")) as made:
        await made.closed()
        await made.server.asked.wait()
        await made.bench.engine.erasures.of_conversation(KEY, "test")
        async with asyncio.timeout(30):
            await made.server.requests[0].gone.wait()
    async with staged() as made:
        await made.talked()
        await made.bench.engine.close(KEY)
        await made.bench.engine.erasures.of_conversation(KEY, "test")
        await made.bench.clock.advance(60_000)
        assert made.server.requests == []


async def test_an_empty_purse_leaves_the_template() -> None:
    """The record's tokens are the tenant's of the day: at their end nobody is asked; else they count."""
    async with staged(tokens_a_day=50) as made:
        await made.closed()
        await made.written()
        assert made.server.requests == []
        assert made.bench.meter.counts["model_error token_budget"] == 1
    async with staged(tokens_a_day=50_000) as made:
        await made.closed()
        await made.written()
        assert await made.ledger.spent(KEY.tenant, 0) == 940


async def test_another_language_or_silence_asks_nobody() -> None:
    """The guards read English; of silence there is no record."""
    async with writing() as made:
        await made.bench.engine.open("t", "c1", Opening(locale="de-DE"))
        await made.closed()
        await made.bench.engine.open("t", "mute", Opening())
        await made.bench.engine.close(Key("t", "mute"))
        await made.bench.clock.advance(60_000)
        assert made.server.requests == []
