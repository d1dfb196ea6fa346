"""The suggester on a small real model behind a real OpenAI-compatible server: the machinery, not the quality.

`make test-model` runs it. Its words are what they are; what counts is that each call ends as a phrase that
keeps the schema or as a ModelFailure.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from copilot import guards
from copilot.clocks import SystemClock
from copilot.core.events import Answered
from copilot.core.suggestions import Suggestion
from copilot.core.types import (
    ACTS,
    Act,
    Context,
    Decision,
    Draft,
    Fact,
    Moment,
    Opening,
    Reading,
    Refusal,
    Remedy,
)
from copilot.engine.delivery import Budget, Card, Delivery
from copilot.errors import ModelFailure
from copilot.prompts.library import PromptLibrary
from copilot.shipped import shipped
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.llm import LlmLimits, LlmSuggester
from copilot.suggesters.phrasebook import load_phrasebook
from copilot.suggesters.upstream import connect
from copilot.tokens import TiktokenCounter
from tests.fakes.moments import moment, turns
from tests.fakes.parts import CountingMeter

pytestmark = [pytest.mark.model, pytest.mark.timeout(3_000)]

PATIENT = LlmLimits(silence_s=900, patience_s=900)
CONTEXT = Context(
    facts=(Fact(name="order", value="K-2210"), Fact(name="delivery", value="Tuesday")),
    allowed_remedies=(Remedy(kind="refund", limit=40, currency="GBP"),),
)
SAID = turns(
    "My kettle leaks, and this is the third one you sent me!",
    "I'm sorry about that. May I have the order number?",
    "K-2210. I have given it three times now.",
    "Thank you, I am looking at it.",
    "And? Will I get a kettle that holds water?",
)
# So many tokens may be written before the endpoint notices that the call was closed.
_NOTICED = 12
_SHORTEST = '{"act":"offer","phrase":"Yes.","why":"It is","alternatives":[]}'
_BROKEN = {"client", "connect", "protocol", "http_4xx", "http_5xx", "prompt", "stalled", "timeout", "busy"}
CASES: tuple[tuple[int, Act], ...] = ((1, "acknowledge"), (3, "apologise"), (5, "offer"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serving = Path(__file__).with_name("serve.py")
    with subprocess.Popen(
        [sys.executable, str(serving), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, "the model's server ended; is `make test-model` what ran this?"
        try:
            if httpx2.get(url, trust_env=False).status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.2)
    raise AssertionError("the model's server did not come up")


class Asked:
    def __init__(self, suggester: LlmSuggester, heard: list[Answered]) -> None:
        self.suggester = suggester
        self.heard = heard


@pytest.fixture
async def asked(address: str, tmp_path: Path) -> AsyncIterator[Asked]:
    heard: list[Answered] = []
    prompt = PromptLibrary(shipped()).get("next-phrase")
    async with connect(address, "none", connect_s=5, silence_s=900) as client:
        yield Asked(
            LlmSuggester(
                client,
                "smollm2",
                lambda tenant, ref: prompt,
                TiktokenCounter.load(tmp_path),
                Breaker(time.monotonic),
                monotonic=time.monotonic,
                limits=PATIENT,
                record=lambda _, answered: heard.append(answered),
            ),
            heard,
        )


def at(upto: int, act: Act) -> Moment:
    return moment(
        said=SAID[:upto],
        opening=Opening(channel="chat", context=CONTEXT),
        reading=Reading(matter="your kettle that leaks", heat=2, emotion="frustration"),
        decision=Decision(act=act, why="It is time for it", row="test"),
    )


async def outcome(suggester: LlmSuggester, asked_for: Moment) -> str:
    try:
        async with aclosing(suggester.suggest(asked_for)) as drafts:
            async for _ in drafts:
                pass
    except ModelFailure as failure:
        return failure.reason
    return "ok"


async def test_what_is_shown_has_passed_the_guards(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    """With a budget that is long enough, each answer keeps the schema or fails with a reason; no guard
    refuses what is shown of it, also while it grows; what they refused, times and tokens are known."""
    rules = guards.guards()
    clock, shown_by = SystemClock(), Counter[str]()

    def judge(draft: Draft, moment: Moment) -> Refusal | None:
        return guards.check(draft, moment, rules)

    delivery = Delivery(
        load_phrasebook(shipped(), check=judge),
        asked.suggester,
        judge,
        clock,
        budget=Budget(total_ms=900_000, hold_share=0.9),
        meter=CountingMeter(),
    )
    refused: list[str] = []
    for upto, act in CASES:
        moment = at(upto, act)
        card = Card(id="s1", moment=moment, supersedes=None, ended_at=clock.monotonic())
        async with aclosing(delivery.race(card)) as steps:
            async for step in steps:
                assert isinstance(step, Suggestion)
                assert step.act in ACTS
                said = Draft(act=step.act, text=step.text, why=step.why, origin=step.origin)
                assert judge(said, moment) is None
                if step.status == "final":
                    shown_by[step.origin] += 1
        refused += [refusal.rule for refusal in card.course.refused]
    assert shown_by.total() == len(CASES)
    outcomes = Counter(each.outcome for each in asked.heard)
    assert not outcomes.keys() & _BROKEN
    with capsys.disabled():
        print(f"\n{dict(outcomes)}; shown by {dict(shown_by)}; refused by {refused}")
        for each in asked.heard:
            print(
                f"{each.outcome}: tokens in {each.tokens_in}, cached {each.tokens_cached}, "
                f"out {each.tokens_out}; ms to first token {each.first_token_ms or 0:.0f}, "
                f"to first sentence {each.first_sentence_ms or 0:.0f}, in all {each.total_ms or 0:.0f}"
            )


async def test_the_prompts_beginning_is_cached(asked: Asked, address: str) -> None:
    """The second trigger of a conversation finds most of its prompt in the endpoint's cache."""
    first, second = [await _begun(asked, address, upto) for upto in (3, 5)]
    assert second.cached > 0.7 * first.read


async def test_an_overtaken_call_frees_the_model(asked: Asked, address: str, tmp_path: Path) -> None:
    """A call that is closed while the model writes ends there: the endpoint writes too little for any answer,
    its one slot is idle, and the next call is served."""
    begun = await _begun(asked, address, 5)
    assert begun.written + _NOTICED < TiktokenCounter.load(tmp_path).count(_SHORTEST)
    assert (await _slot(address, until=lambda slot: not slot.works)).written <= begun.written + _NOTICED
    assert await outcome(asked.suggester, at(5, "offer")) not in _BROKEN


class Slot(NamedTuple):
    """What the endpoint tells of its one slot: tokens of the prompt that it read, that it found in its cache,
    and tokens written."""

    works: bool
    read: int
    cached: int
    written: int


async def _begun(asked: Asked, address: str, upto: int) -> Slot:
    """Asks, and closes the call as soon as the model writes; what the endpoint had done by then."""
    reading = asyncio.create_task(outcome(asked.suggester, at(upto, "offer")))
    slot = await _slot(address, until=lambda slot: slot.works and slot.written >= 1)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert asked.heard[-1].outcome == "abandoned"
    return slot


async def _slot(address: str, until: Callable[[Slot], bool]) -> Slot:
    """Asks the endpoint's own list of slots until it holds; the most that was seen on the way."""
    root, most = address.removesuffix("/v1"), Slot(False, 0, 0, 0)
    async with httpx2.AsyncClient(trust_env=False, timeout=60) as client, asyncio.timeout(600):
        while True:
            (told,) = (await client.get(f"{root}/slots")).json()
            (token,) = told.get("next_token", [{}])
            now = Slot(
                told["is_processing"],
                told.get("n_prompt_tokens", 0),
                told.get("n_prompt_tokens_cache", 0),
                token.get("n_decoded", 0),
            )
            most = Slot(
                now.works,
                max(most.read, now.read),
                max(most.cached, now.cached),
                max(most.written, now.written),
            )
            if until(now):
                return most
            await asyncio.sleep(0.02)
