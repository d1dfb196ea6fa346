"""A burst of talk and a flood of one tenant's, held against what a real endpoint on a socket sees of it."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress

import pytest

from copilot.assembly import Assembled, Knobs, Parts, assemble
from copilot.clocks import SystemClock
from copilot.core.attention import Attention
from copilot.core.events import StoredEvent, Suggested
from copilot.core.suggestions import Suggestion
from copilot.core.types import Draft, Fragment, Moment, Opening
from copilot.engine.coordinator import StreamItem
from copilot.engine.delivery import Budget
from copilot.errors import ModelFailure
from copilot.ports import Key
from copilot.stores.memory import MemoryStore
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.llm import LlmLimits, LlmSuggester
from copilot.suggesters.upstream import connect
from tests.fakes.asked_model import ANSWER, PROMPT
from tests.fakes.moments import WordCounter, moment, turns
from tests.fakes.openai_server import FakeOpenAI, Received, Reply, completion, stream
from tests.fakes.parts import CountingMeter, KeywordTracker, PlainRedactor, ScriptedSuggester

pytestmark = pytest.mark.wire

BURSTS = int(os.environ.get("COPILOT_BURSTS", "100"))
TALKS = 10
PARTIALS = 10
PLACES = 8
LONG_S = 30.0
# Long enough for an early call to have gone out when the next words overtake it, most of the time.
_APART_S = 0.01
_HANGS_UP_S = 0.005
_SAID = re.compile(r"It leaks again, (\w+-\d+)-(\d+)")
_TENANT = re.compile(r"I am of tenant (\w+)")


class Counted:
    """A suggester, and how many of its calls each conversation has alive."""

    def __init__(self, inner: LlmSuggester) -> None:
        self.name, self.version, self._inner = inner.name, inner.version, inner
        self.live = Counter[str]()
        self.peak = Counter[str]()

    async def suggest(self, at: Moment) -> AsyncGenerator[Draft, None]:
        self.live[at.seed] += 1
        self.peak[at.seed] = max(self.peak[at.seed], self.live[at.seed])
        try:
            async with aclosing(self._inner.suggest(at)) as drafts:
                async for draft in drafts:
                    yield draft
        finally:
            # A connection takes a while to hang up: a call that does not wait for it is seen beside it.
            try:
                await asyncio.sleep(_HANGS_UP_S)
            finally:
                self.live[at.seed] -= 1


@asynccontextmanager
async def suggester(server: FakeOpenAI, limits: LlmLimits) -> AsyncIterator[LlmSuggester]:
    async with connect(server.base_url, "k", connect_s=LONG_S) as client:
        yield LlmSuggester(
            client,
            "m",
            lambda tenant, ref: PROMPT,
            WordCounter(),
            Breaker(time.monotonic),
            monotonic=time.monotonic,
            limits=limits,
        )


# --- bursts ---------------------------------------------------------------------------------------


@asynccontextmanager
async def engine(model: Counted) -> AsyncIterator[Assembled]:
    clock = SystemClock()
    assembled = assemble(
        Parts(
            store=MemoryStore(),
            tracker=KeywordTracker(),
            phrasebook=ScriptedSuggester(clock),
            model=model,
            judge=lambda draft, at: None,
            redactor=lambda tenant: PlainRedactor(),
            redact=lambda tenant, text: text,
            fingerprint=lambda text, salt: text,
            clock=clock,
            meter=CountingMeter(),
        ),
        Knobs(
            budget=Budget(total_ms=round(LONG_S * 1000)),
            speculate_ms=60_000,
            behind_ms=60_000,
            attention=Attention(cards_a_minute=100_000, stands_ms=0),
        ),
    )
    await assembled.upkeep.start()
    try:
        yield assembled
    finally:
        await assembled.upkeep.stop()


async def test_a_burst_of_partials_leaves_one_call() -> None:
    """Ten partials one upon the other, each worth an early call: a conversation has one call alive at a time,
    those that were overtaken are hung up on, and the turn gets one card, from the call for its last words."""
    begun: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def reply(request: Received) -> Reply:
        """Only the last words of a burst are answered: a call for earlier ones hangs until it is dropped."""
        burst, partial = words_of(request)
        begun[burst].set()
        if partial < PARTIALS - 1:
            return Reply(before=600, end="hang")
        return stream(completion(ANSWER))

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(FakeOpenAI(reply))
        calls = await stack.enter_async_context(
            suggester(server, LlmLimits(silence_s=600, patience_s=600, calls=TALKS * 4))
        )
        model = Counted(calls)
        assembled = await stack.enter_async_context(engine(model))
        talks = (converse(assembled, f"c{number}", begun) for number in range(TALKS))
        await asyncio.gather(*talks)
        overtaken = [request for request in server.requests if words_of(request)[1] < PARTIALS - 1]
        for request in overtaken:
            await asyncio.wait_for(request.gone.wait(), LONG_S)
        assert max(model.peak.values()) == 1
        assert not +model.live
        # Unless early calls were made and overtaken, nothing was tried here.
        assert len(overtaken) >= BURSTS


def words_of(request: Received) -> tuple[str, int]:
    """Which words of which burst a call is for: the last that stand in the transcript."""
    burst, partial = _SAID.findall(str(request.json["messages"]))[-1]
    return burst, int(partial)


async def converse(assembled: Assembled, name: str, begun: defaultdict[str, asyncio.Event]) -> None:
    key = Key("t", name)
    await assembled.engine.open(*key, Opening(channel="chat"))
    seen: set[str] = set()
    stream = assembled.engine.stream(key, None)
    reader = cards(stream)
    async with aclosing(stream), aclosing(reader):
        for burst in range(BURSTS // TALKS):
            for partial in range(PARTIALS):
                await assembled.engine.ingest(key, [spoken(name, burst, partial, final=False)])
                if partial == 0:  # the first call has gone out: however slow the machine, one is overtaken
                    await asyncio.wait_for(begun[f"{name}-{burst}"].wait(), LONG_S)
                await asyncio.sleep(_APART_S)
            await assembled.engine.ingest(key, [spoken(name, burst, PARTIALS - 1, final=True)])
            card = await asyncio.wait_for(anext(reader), LONG_S)
            assert (card.origin, card.id in seen) == ("llm", False)
            seen.add(card.id)


def spoken(name: str, burst: int, partial: int, *, final: bool) -> Fragment:
    return Fragment(
        utterance_id=f"u{burst}",
        revision=partial + final,
        final=final,
        speaker="customer",
        text=f"It leaks again, {name}-{burst}-{partial}{'' if partial % 3 == 2 else '.'}",
        start_ms=burst * 1_000,
        end_ms=burst * 1_000 + partial + 1,
        turn_end=True if final else None,
    )


async def cards(stream: AsyncIterator[StreamItem]) -> AsyncGenerator[Suggestion, None]:
    """The finals with words on them, as a reader of the conversation sees them."""
    async for item in stream:
        if isinstance(item, StoredEvent) and isinstance(item.event, Suggested):
            card = item.event.suggestion
            if card.status == "final" and card.text:
                yield card


# --- a flood --------------------------------------------------------------------------------------


def from_(tenant: str) -> Moment:
    return moment(turns(f"I am of tenant {tenant}, and my kettle leaks!"), tenant=tenant)


def tenant_of(request: Received) -> str:
    found = _TENANT.search(str(request.json["messages"]))
    assert found is not None
    return found[1]


def served(server: FakeOpenAI, tenant: str) -> int:
    return sum(tenant_of(request) == tenant for request in server.requests)


async def until(server: FakeOpenAI, tenant: str, number: int) -> None:
    """Until the endpoint has seen so many calls of a tenant's."""
    async with asyncio.timeout(LONG_S):
        while sum(tenant_of(request) == tenant for request in server.requests) < number:
            server.asked.clear()
            await server.asked.wait()


async def test_a_flood_leaves_the_other_tenant_its_turn() -> None:
    """One tenant asks for a hundred calls that never end. Another's first call finds a place at once; of its
    further ones each takes the next place that is freed, ahead of the whole queue of the first."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(FakeOpenAI(Reply(before=600, end="hang")))
        limits = LlmLimits(silence_s=600, calls=PLACES, queue_s=600)
        calls = await stack.enter_async_context(suggester(server, limits))
        group = await stack.enter_async_context(asyncio.TaskGroup())
        everyone: list[asyncio.Task[None]] = []

        def ask(tenant: str) -> asyncio.Task[None]:
            everyone.append(group.create_task(asked(calls, tenant)))
            return everyone[-1]

        ask("b")
        await until(server, "b", 1)
        flood = [ask("a") for _ in range(100)]
        kept = PLACES // 4
        await until(server, "a", PLACES - kept)
        for number in range(kept - 1):
            ask("b")
            await until(server, "b", number + 2)
        waiting = [ask("b") for _ in range(2)]
        await asyncio.sleep(0)
        assert served(server, "a") == PLACES - kept
        for number in range(len(waiting)):
            flood[number].cancel()
            await until(server, "b", kept + number + 1)
            assert served(server, "a") == PLACES - kept
        for task in everyone:
            task.cancel()


async def asked(calls: LlmSuggester, tenant: str) -> None:
    with suppress(ModelFailure):
        async for _ in calls.suggest(from_(tenant)):
            pass
