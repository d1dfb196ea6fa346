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
from copilot.delivery import Budget, Card, Delivery
from copilot.errors import ModelFailure
from copilot.prompts import PromptLibrary
from copilot.shipped import shipped
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.llm import LlmLimits, LlmSuggester
from copilot.suggesters.phrasebook import load_phrasebook
from copilot.suggesters.upstream import connect
from copilot.tokens import TiktokenCounter
from tests.fakes.moments import moment, turns
from tests.fakes.parts import CountingMeter

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

PATIENT = LlmLimits(silence_s=300, patience_s=300)
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
_NOTICED = 16
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
    async with connect(address, "none", connect_s=5, silence_s=300) as client:
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


async def outcome(suggester: LlmSuggester, asked_for: Moment) -> tuple[str, list[Draft]]:
    shown: list[Draft] = []
    try:
        async with aclosing(suggester.suggest(asked_for)) as drafts:
            async for draft in drafts:
                shown.append(draft)
    except ModelFailure as failure:
        return failure.reason, shown
    return "ok", shown


async def test_each_call_ends_as_a_phrase_or_as_a_failure(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    """A real model's answers keep the schema or fail with a reason; times and tokens are known."""
    outcomes: Counter[str] = Counter()
    for upto, act in CASES:
        reason, shown = await outcome(asked.suggester, at(upto, act))
        outcomes[reason] += 1
        assert any(draft.done for draft in shown) == (reason == "ok")
        for draft in shown:
            assert draft.act in ACTS
            assert draft.text
    assert not outcomes.keys() & {
        "client",
        "connect",
        "protocol",
        "http_4xx",
        "http_5xx",
        "prompt",
        "stalled",
        "timeout",
    }
    with capsys.disabled():
        print(f"\n{dict(outcomes)}")
        for each in asked.heard:
            print(
                f"{each.outcome}: tokens in {each.tokens_in}, cached {each.tokens_cached}, "
                f"out {each.tokens_out}; ms to first token {each.first_token_ms or 0:.0f}, "
                f"to first sentence {each.first_sentence_ms or 0:.0f}, in all {each.total_ms or 0:.0f}"
            )


async def test_the_prompts_beginning_is_cached(asked: Asked) -> None:
    """The second trigger of a conversation finds most of its prompt in the endpoint's cache."""
    for upto in (3, 5):
        await outcome(asked.suggester, at(upto, "apologise"))
    cached, total = asked.heard[-1].tokens_cached, asked.heard[-1].tokens_in
    if cached is None or total is None:
        pytest.skip("the answer ended before the endpoint told its usage")
    assert cached > 0.7 * total


async def test_an_overtaken_call_frees_the_model(asked: Asked, address: str) -> None:
    """A call that is closed while the model writes ends there: the endpoint writes hardly a token more, its
    one slot is idle, and the next call is served to its end."""
    root = address.removesuffix("/v1")
    reading = asyncio.create_task(outcome(asked.suggester, at(5, "offer")))
    written = await _written(root, until=lambda slot: slot["written"] >= 1)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert asked.heard[-1].outcome == "abandoned"
    assert await _written(root, until=lambda slot: not slot["works"]) <= written + _NOTICED

    reason, _ = await outcome(asked.suggester, at(5, "offer"))
    whole = asked.heard[-1]
    assert reason not in {"stalled", "connect", "busy", "timeout"}
    assert whole.tokens_out is not None
    assert whole.tokens_out > written + _NOTICED


async def _written(root: str, *, until: Callable[[dict[str, int]], bool]) -> int:
    """Reads the endpoint's own list of slots until it holds of the one; the most tokens it had written."""
    most = 0
    async with httpx2.AsyncClient(trust_env=False, timeout=60) as client, asyncio.timeout(600):
        while True:
            (told,) = (await client.get(f"{root}/slots")).json()
            (token,) = told.get("next_token", [{}])
            slot = {"works": told["is_processing"], "written": token.get("n_decoded", 0)}
            most = max(most, slot["written"])
            if until(slot):
                return most
            await asyncio.sleep(0.02)


async def test_what_is_shown_has_passed_the_guards(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    """With a budget that is long enough, what the model says is judged like any phrase: of what is shown no
    guard refuses, and what they refused is known."""
    rules = guards.guards()
    clock, shown_by = SystemClock(), Counter[str]()

    def judge(draft: Draft, moment: Moment) -> Refusal | None:
        return guards.check(draft, moment, rules)

    delivery = Delivery(
        load_phrasebook(shipped(), check=judge),
        asked.suggester,
        judge,
        clock,
        budget=Budget(total_ms=300_000, hold_share=0.9),
        meter=CountingMeter(),
    )
    refused: list[str] = []
    for upto, act in CASES:
        moment = at(upto, act)
        card = Card(id="s1", moment=moment, supersedes=None, ended_at=clock.monotonic())
        async with aclosing(delivery.race(card)) as steps:
            async for step in steps:
                assert isinstance(step, Suggestion)
                said = Draft(act=step.act, text=step.text, why=step.why, origin=step.origin)
                assert judge(said, moment) is None
                if step.status == "final":
                    shown_by[step.origin] += 1
        refused += [refusal.rule for refusal in card.course.refused]
    assert shown_by.total() == len(CASES)
    with capsys.disabled():
        print(f"\nshown by {dict(shown_by)}; refused by {refused}")
