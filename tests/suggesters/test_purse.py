"""A tenant's tokens of the day: asked for before a call, settled after it."""

from __future__ import annotations

import asyncio
import time

import pytest

from copilot.clocks import SimulatedClock
from copilot.errors import ModelFailure, StoreUnavailable
from copilot.stores.memory import MemoryLedger
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.llm import LlmSuggester
from copilot.suggesters.purse import Purse
from copilot.suggesters.upstream import connect
from tests.fakes.asked_model import ANSWER, LIMITS, PROMPT
from tests.fakes.moments import WordCounter, moment
from tests.fakes.openai_server import FakeOpenAI, completion, event, stream, usage

_DAY_MS = 86_400_000


def purse(limit: int | None, clock: SimulatedClock | None = None) -> tuple[Purse, MemoryLedger]:
    ledger = MemoryLedger()
    return Purse(ledger, clock or SimulatedClock(0), lambda tenant: limit), ledger


async def test_what_a_call_cost_counts() -> None:
    """While a call runs what it may cost is taken, afterwards what it did cost."""
    purse_, ledger = purse(1_000)
    async with purse_.pay("acme", 900) as bill:
        assert await ledger.spent("acme", 0) == 900
        bill.cost = 300
    assert await ledger.spent("acme", 0) == 300


async def test_a_call_that_says_nothing_has_cost_what_was_reserved() -> None:
    """Where nobody knows the cost, too much is counted rather than too little, also when the call breaks."""
    purse_, ledger = purse(1_000)
    with pytest.raises(RuntimeError):
        async with purse_.pay("acme", 900):
            raise RuntimeError
    assert await ledger.spent("acme", 0) == 900


async def test_at_the_end_of_the_budget_no_call_is_made() -> None:
    """A call that could pass the day's budget is not begun; the next day begins anew."""
    clock = SimulatedClock(0)
    purse_, _ = purse(1_000, clock)
    async with purse_.pay("acme", 1_000):
        pass
    with pytest.raises(ModelFailure) as refused:
        async with purse_.pay("acme", 1):
            raise AssertionError("it began")
    assert refused.value.reason == "token_budget"
    await clock.advance(_DAY_MS)
    async with purse_.pay("acme", 1_000):
        pass


async def test_without_a_limit_nothing_is_counted() -> None:
    """A tenant without a budget costs no look at the ledger."""
    purse_, ledger = purse(None)
    async with purse_.pay("acme", 10**9):
        pass
    assert await ledger.spent("acme", 0) == 0


class DeadLedger(MemoryLedger):
    async def reserve(self, tenant: str, day: int, tokens: int, limit: int) -> bool:
        raise StoreUnavailable("disk full")


async def test_a_ledger_that_cannot_be_asked_allows_nothing() -> None:
    """Where the budget cannot be known the phrasebook answers: it costs nothing."""
    dead = Purse(DeadLedger(), SimulatedClock(0), lambda tenant: 10**9)
    with pytest.raises(ModelFailure) as refused:
        async with dead.pay("acme", 1):
            raise AssertionError("it began")
    assert refused.value.reason == "ledger"


async def test_a_race_of_fifty_calls_does_not_pass_the_budget() -> None:
    """Fifty moments at once on a budget for five calls: the endpoint is asked five times, and what it says
    they cost is what counts."""
    answer = [*completion(ANSWER)[:-2], event(usage(900, 800, 40)), event("[DONE]")]
    counted = 1_500
    purse_, ledger = purse(5 * counted)
    async with (
        FakeOpenAI(stream(answer, before=0.2)) as server,
        connect(server.base_url, "k", connect_s=20) as client,
    ):
        suggester = LlmSuggester(
            client,
            "m",
            lambda tenant, ref: PROMPT,
            WordCounter(),
            Breaker(time.monotonic),
            monotonic=time.monotonic,
            limits=LIMITS,
            purse=purse_,
        )
        reasons: list[str] = []

        async def one() -> None:
            try:
                async for _ in suggester.suggest(moment(tenant="acme")):
                    pass
            except ModelFailure as failure:
                reasons.append(failure.reason)

        await asyncio.gather(*(one() for _ in range(50)))
        made = len(server.requests)
    assert set(reasons) <= {"token_budget", "busy"}
    assert 1 <= made <= 5
    assert await ledger.spent("acme", 0) == 940 * made
