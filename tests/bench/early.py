"""What it brings and costs to ask the model before the turn ends: word-by-word replays, simulated time."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import NamedTuple

from msgspec import convert, structs
from rich.table import Table

from copilot.assembly import Knobs, Parts, assemble
from copilot.clocks import SimulatedClock
from copilot.core.events import Suggested
from copilot.core.types import Context, Draft, Moment, Opening
from copilot.engine.delivery import Budget
from copilot.ports import Key
from copilot.prompts.library import PromptLibrary
from copilot.redaction import ConversationRedactor, fingerprint, redact_text
from copilot.replay.planning import plan
from copilot.shipped import shipped
from copilot.stores.memory import MemoryStore
from copilot.suggesters import asking
from copilot.suggesters.phrasebook import load_phrasebook
from copilot.tokens import TiktokenCounter
from copilot.transcripts import Script, load
from copilot.weights import load_tracker
from tests.fakes.parts import CountingMeter
from tests.wire.processes import ROOT

# A model that gives its first sentence, and with it the whole answer, after so long.
MODEL_S = 0.7
_CONVERSATIONS = 5
_TOKENS_OUT = 60


class Model:
    """Answers each moment after the same time, and counts what it was asked."""

    name = version = "llm"

    def __init__(self, clock: SimulatedClock, counter: TiktokenCounter) -> None:
        self._clock = clock
        self._counter = counter
        self._prompt = PromptLibrary(shipped()).get("next-phrase")
        self.calls = 0
        self.tokens = 0

    async def suggest(self, moment: Moment) -> AsyncGenerator[Draft, None]:
        self.calls += 1
        self.tokens += asking.build(self._prompt, moment, self._counter, "m").tokens
        await self._clock.sleep(MODEL_S)
        self.tokens += _TOKENS_OUT
        yield Draft(act=moment.decision.act, text="I will look into this.", why="", origin="llm")


class Played(NamedTuple):
    """Ms from the end of the turn to each phrase; calls and tokens."""

    phrase_ms: list[float]
    calls: int
    tokens: int


async def _play(script: Script, after_ms: int, counter: TiktokenCounter, *, told: bool) -> Played:
    """`told`: the softphone says when a turn has ended; else a pause of 700 ms does."""
    clock, store, root = SimulatedClock(), MemoryStore(), shipped()
    model = Model(clock, counter)
    made = assemble(
        Parts(
            store=store,
            tracker=load_tracker(root),
            phrasebook=load_phrasebook(root),
            model=model,
            judge=lambda draft, moment: None,
            redactor=ConversationRedactor,
            redact=redact_text,
            fingerprint=fingerprint,
            clock=clock,
            meter=CountingMeter(),
        ),
        Knobs(speculate_ms=after_ms, budget=Budget(total_ms=3_000, hold_share=0.9)),
    )
    await made.upkeep.start()
    key = Key("t", script.id)
    context = convert(script.context.model_dump(), Context)
    await made.engine.open("t", script.id, Opening(channel=script.channel, context=context))
    at_ms = 0
    for step in plan(script, "growing"):
        await clock.advance(step.at_ms - at_ms)
        at_ms = step.at_ms
        said = step.fragments if told else [structs.replace(f, turn_end=None) for f in step.fragments]
        await made.engine.ingest(key, said)
    await clock.advance(5_000)
    await made.upkeep.stop()
    log = [stored.event for stored in await store.read(key)]
    cards = [event.suggestion for event in log if isinstance(event, Suggested)]
    phrases = [card.timing.total for card in cards if card.origin == "llm" and card.status == "final"]
    return Played(phrases, model.calls, model.tokens)


async def _all(after_ms: int, counter: TiktokenCounter, *, told: bool) -> Played:
    scripts = [script for script in load(ROOT / "evals" / "transcripts") if script.channel == "voice"]
    played = [await _play(script, after_ms, counter, told=told) for script in scripts[:_CONVERSATIONS]]
    return Played(
        [ms for each in played for ms in each.phrase_ms],
        sum(each.calls for each in played),
        sum(each.tokens for each in played),
    )


def add_rows(table: Table, settings: tuple[int, ...] = (250, 400, 550)) -> None:
    """A row for each setting: how much earlier the phrase stands on average, and what that cost."""
    with tempfile.TemporaryDirectory() as folder:
        counter = TiktokenCounter.load(Path(folder))
        for told in (False, True):
            without = asyncio.run(_all(0, counter, told=told))
            for after_ms in settings:
                early = asyncio.run(_all(after_ms, counter, told=told))
                before_ms, ms = statistics.mean(without.phrase_ms), statistics.mean(early.phrase_ms)
                table.add_row(
                    f"asking after {after_ms} ms, turns end {'as told' if told else 'by pause'}: sooner, ms",
                    f"{before_ms - ms:.0f} of {before_ms:.0f}, calls × {early.calls / without.calls:.2f}, "
                    f"tokens × {early.tokens / without.tokens:.2f}",
                    "printed",
                )
