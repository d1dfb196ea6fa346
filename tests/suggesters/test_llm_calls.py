"""The model's calls: when they end, when they are not made, what never becomes a phrase."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest

from copilot.core.types import Act, Decision, Moment
from copilot.suggesters.breaker import BreakerLimits
from copilot.suggesters.llm import LlmLimits
from tests.fakes.asked_model import ANSWER, FIRST, GOOD, LIMITS, PHRASE, PROMPT, Model, model
from tests.fakes.moments import moment
from tests.fakes.openai_server import (
    End,
    Pause,
    Reply,
    chunk,
    completion,
    cut,
    event,
    failing,
    forever,
    stream,
)

EVENTS = completion(ANSWER, size=24)
WHOLE = b"".join(EVENTS)
# Up to here an answer was shown; the rest holds on until its reader gives up.
HELD = Reply([*completion(ANSWER, size=5)[:20], Pause(60)], end="hang")


def decided(act: Act) -> Moment:
    return moment(decision=Decision(act=act, why="reason", row="r"))


async def first(asked: Model) -> None:
    """Takes one draft and closes the iterator."""
    async with aclosing(asked.suggester.suggest(moment())) as drafts:
        await anext(drafts)


# --- a truncated phrase is never final ------------------------------------------------------------


@pytest.mark.parametrize("end", ["clean", "fin", "rst"])
async def test_a_connection_cut_anywhere_is_never_done(end: End) -> None:
    """A stream that ends early, by a reset, a hang-up or in good order, is a failure."""
    places = [*range(0, len(WHOLE), 113), len(WHOLE) - 2, len(WHOLE) - 1]
    replies = [cut(EVENTS, at, end=end) for at in places]
    async with model(replies, LIMITS, breaking=BreakerLimits(failures=10_000)) as asked:
        reasons = {await asked.failure() for _ in places}
    assert reasons == {"truncated"}


async def test_the_whole_answer_is_done() -> None:
    """The recorded stream of the cuts is a good one when nothing of it is missing."""
    async with model(cut(EVENTS, len(WHOLE))) as asked:
        *_, last = await asked.drafts()
    assert last.done


# --- the reader hangs up --------------------------------------------------------------------------


async def test_closing_the_iterator_ends_the_call_upstream() -> None:
    """When a phrase is overtaken, its call's connection is closed, and the log knows it as abandoned."""
    async with model(HELD, LIMITS) as asked:
        await first(asked)
        await asyncio.wait_for(asked.server.requests[0].gone.wait(), 60)
        assert asked.heard[0].outcome == "abandoned"
        assert asked.heard[0].raw.startswith('{"act"')


async def test_cancelling_the_reader_ends_the_call_upstream() -> None:
    """A task that is cancelled while it waits for the first byte leaves no call behind."""
    async with model(Reply(before=60, end="hang"), LlmLimits(silence_s=60)) as asked:
        reader = asyncio.create_task(asked.drafts())
        await asyncio.wait_for(asked.server.asked.wait(), 60)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader
        await asyncio.wait_for(asked.server.requests[0].gone.wait(), 60)
        assert [each.outcome for each in asked.heard] == ["abandoned"]


async def test_a_failed_answer_is_not_read_on() -> None:
    """Once nothing good can come, the endpoint need not go on: its connection is closed."""
    endless = [event(chunk("Sure! ")), *[Pause(0.01)] * 3]
    async with model(Reply(list(endless) * 500), LIMITS) as asked:
        assert await asked.failure() == "schema"
        await asyncio.wait_for(asked.server.requests[0].gone.wait(), 60)


# --- the breaker and the places -------------------------------------------------------------------


async def test_an_endpoint_that_fails_is_left_alone() -> None:
    """After five failures in a row the next call fails at once, and the endpoint is not asked."""
    async with model(failing(500)) as asked:
        for _ in range(5):
            assert await asked.failure() == "http_5xx"
        assert await asked.failure() == "breaker_open"
        assert len(asked.server.requests) == 5
        assert len(asked.heard) == 5


@pytest.mark.parametrize("status", [401, 404, 422])
async def test_a_wrong_key_opens_the_breaker_too(status: int) -> None:
    """Refusals that will not heal by themselves count like errors."""
    async with model(failing(status)) as asked:
        for _ in range(5):
            await asked.failure()
        assert asked.breaker.open


@pytest.mark.parametrize("wish", ["1", "3600", "7.5"])
async def test_a_wish_for_a_pause_opens_at_once(wish: str) -> None:
    """A 429 that names a time is asked for a pause only once."""
    async with model(failing(429, retry_after=wish)) as asked:
        assert await asked.failure() == "http_429"
        assert await asked.failure() == "breaker_open"


@pytest.mark.parametrize("wish", ["soon", "-1", "nan", "inf", "Fri, 31 Dec 1999 23:59:59 GMT"])
async def test_a_wish_that_is_none_is_ignored(wish: str) -> None:
    """Junk in Retry-After is one failure like another."""
    async with model(failing(429, retry_after=wish)) as asked:
        await asked.failure()
        assert not asked.breaker.open


async def test_silence_counts_against_the_endpoint() -> None:
    """Calls that were given up after a long wait without a word open the breaker like errors do."""
    async with model(Reply(end="hang"), LlmLimits(silence_s=60, patience_s=0.05)) as asked:
        for _ in range(5):
            asked.server.asked.clear()
            reader = asyncio.create_task(asked.drafts())
            await asyncio.wait_for(asked.server.asked.wait(), 60)
            await asyncio.sleep(0.06)
            reader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reader
        assert asked.breaker.open


async def test_being_overtaken_does_not_count() -> None:
    """Calls that were given up while the answer came say nothing about the endpoint."""
    async with model(HELD, LlmLimits(patience_s=0)) as asked:
        for _ in range(8):
            await first(asked)
        assert not asked.breaker.open


async def test_a_bad_answer_does_not_count() -> None:
    """An endpoint that answers nonsense in good order is up: each call is tried."""
    async with model(stream(completion("no"))) as asked:
        for _ in range(8):
            assert await asked.failure() == "schema"


async def test_no_more_calls_at_once_than_places() -> None:
    """A call beyond the limit waits a moment for a place, then fails; a place that is given back is used."""
    async with model(HELD, LlmLimits(calls=2, queue_s=0.05)) as asked:
        async with aclosing(asked.suggester.suggest(moment())) as one:
            await anext(one)
            async with aclosing(asked.suggester.suggest(moment())) as two:
                await anext(two)
                assert await asked.failure() == "busy"
        await first(asked)
        assert len(asked.server.requests) == 3


# --- what the model may not do --------------------------------------------------------------------


@pytest.mark.parametrize("act", ["listen", "boundary", "disengage"])
async def test_what_the_policy_settled_is_not_overruled(act: Act) -> None:
    """An answer with another act fails before a word of it is shown."""
    async with model(stream(completion(ANSWER))) as asked:
        assert await asked.failure(decided(act)) == "act"
    assert asked.shown == []
    assert asked.heard[0].outcome == "act"


async def test_another_act_comes_with_its_own_reason() -> None:
    """An act that overrules the policy's shows no reason of the policy's."""
    async with model(stream(completion(ANSWER))) as asked:
        growing, *_, last = [draft async for draft in asked.suggester.suggest(decided("offer"))]
    assert (growing.why, last.act, last.why) == ("", "acknowledge", GOOD["why"])


async def test_no_word_of_an_echo_is_shown() -> None:
    """An obedient model that reads its instructions back is stopped before a sentence with them shows."""
    evil = {**GOOD, "phrase": f"Of course. My reference is {PROMPT.front.canary}. Anything else?"}
    async with model(stream(completion(json.dumps(evil), size=3))) as asked:
        assert await asked.failure() == "prompt_echo"
    assert [draft.text for draft in asked.shown] == ["Of course."]


async def test_a_phrase_is_one_clean_line() -> None:
    """Breaks, controls and direction marks of a model's text do not reach the agent."""
    evil = {
        **GOOD,
        "phrase": "I see.\ndata: x\u202e\x1b[2J Go on.",
        "why": "a\nb",
        "alternatives": ["c\r\nd"],
    }
    async with model(stream(completion(json.dumps(evil)))) as asked:
        *_, last = await asked.drafts()
    assert (last.text, last.why, last.alternatives) == ("I see. data: x [2J Go on.", "a b", ("c d",))


async def test_an_endless_answer_is_held_in_a_cap() -> None:
    """What is read of one answer ends at the cap, whatever the chunks are."""
    drip = event(chunk(role="x" * 30_000))
    async with model(Reply(forever(drip)), LlmLimits(silence_s=30)) as asked:
        assert await asked.failure() == "too_large"


async def test_two_calls_at_once_do_not_meet() -> None:
    """Answers that come at the same time stay each with its own moment."""
    other = json.dumps({**GOOD, "phrase": "Another one."})
    replies = [stream(completion(ANSWER, size=4)), stream(completion(other, size=4))]
    async with model(replies, LIMITS) as asked:
        one, two = await asyncio.gather(asked.drafts(), asked.drafts())
    assert {one[-1].text, two[-1].text} == {PHRASE, "Another one."}
    assert FIRST in {one[0].text, two[0].text}
