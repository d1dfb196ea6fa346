"""Timed replay: a conversation's plan of fragments, played on a simulated clock through the whole engine.

In voice nobody tells the engine that a turn ended: the pause does, as with a real recogniser. On demand the
transport shuffles, doubles and revises fragments, words are misheard, and the reader is cut off.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing, suppress
from typing import NamedTuple

from msgspec.structs import replace

from copilot.assembly import Knobs
from copilot.core.events import StoredEvent
from copilot.core.types import Fragment
from copilot.replay.planning import Disorder, Step, plan
from copilot.transcripts import Script
from evals.learning.mishearing import misheard, plain
from evals.replays.cards import Screen, Seen
from evals.replays.spans import Span, spans, style_of, turn_of
from evals.replays.stage import Stage, staged
from evals.runs.pricing import call_of
from evals.runs.results import ReplayResult
from evals.runs.subject import Subject

KNOBS = Knobs(version="agent-copilot@evals")
# After the last word: time for the last card, before the conversation is closed.
_QUIET_MS = 5_000
_CUTS_PER_MINUTE = 2
_AWAY_MS = (200, 4_000)


class Weather(NamedTuple):
    """What goes wrong on the way: the share of words misheard, and whether the transport is bad."""

    noise: float = 0.0
    disorder: bool = False
    seed: int = 7


class Played(NamedTuple):
    """What came of a replay, without its scores, and when each turn was spoken."""

    result: ReplayResult
    spans: list[Span]


async def play(subject: Subject, script: Script, weather: Weather) -> Played:
    """Raises NotRecorded, LiveCallFailed."""
    steps = weathered(script, weather)
    spoken = spans(script)
    ended = {turn_of(f.utterance_id): step.at_ms for step in steps for f in step.fragments if f.final}
    async with staged(subject, script, KNOBS) as stage:
        agent = _Agent(stage)
        cuts = _cuts(steps[-1].at_ms, f"{weather.seed}/{script.id}") if weather.disorder else []
        for step in steps:
            await agent.until(step.at_ms, cuts)
            await stage.assembled.engine.ingest(stage.key, step.fragments)
        await agent.until(steps[-1].at_ms + _QUIET_MS, cuts)
        await stage.assembled.engine.close(stage.key)
        await stage.clock.settle()
        length_ms = agent.now_ms
        await agent.leave()
        calls = tuple(call_of(one) for one in stage.notes.answered)
    screen = Screen(spoken, ended)
    for seen in agent.seen:
        screen.take(seen)
    screen.end(length_ms, "closed")
    result = ReplayResult(
        cards=tuple(screen.cards),
        phases=tuple(screen.phases),
        length_ms=length_ms,
        calls=calls,
        reconnects=agent.reconnects,
    )
    return Played(result, spoken)


def weathered(script: Script, weather: Weather) -> list[Step]:
    """The plan as it reaches the engine. Words are misheard in voice alone: nobody mishears what is typed."""
    voice = script.channel == "voice"
    disorder = Disorder() if weather.disorder else None
    steps = plan(script, style_of(script), disorder, weather.seed)

    def heard(fragment: Fragment) -> Fragment:
        text = fragment.text
        if voice and weather.noise > 0:
            text = misheard(plain(text), f"{weather.seed}/{script.id}/{fragment.utterance_id}", weather.noise)
        return replace(fragment, text=text or fragment.text, turn_end=None)

    return [Step(step.at_ms, tuple(heard(fragment) for fragment in step.fragments)) for step in steps]


def _cuts(length_ms: int, seed: str) -> list[tuple[int, int]]:
    """When the reader is cut off and when it is back, in order."""
    chance = random.Random(seed)
    count = max(1, round(length_ms / 60_000 * _CUTS_PER_MINUTE))
    begins = sorted(chance.randint(0, length_ms) for _ in range(count))
    return [(begin, begin + chance.randint(*_AWAY_MS)) for begin in begins]


class _Agent:
    """The agent's side: reads the stream, and resumes it where it was cut."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._began_ms = stage.clock.now_ms()
        self._last = stage.assembled.engine.event_id(0)
        self._reading: asyncio.Task[None] | None = None
        self._back_ms = 0
        self.seen: list[Seen] = []
        self.reconnects = 0

    @property
    def now_ms(self) -> int:
        return self._stage.clock.now_ms() - self._began_ms

    async def until(self, at_ms: int, cuts: list[tuple[int, int]]) -> None:
        """Lets time pass to `at_ms`, with the cuts that fall before it."""
        while cuts and max(cuts[0][0], self._back_ms) < at_ms:
            begin, back = cuts.pop(0)
            await self._back(max(begin, self._back_ms))
            await self._cut()
            self._back_ms = max(back, begin + 1)
        await self._back(at_ms)

    async def _back(self, at_ms: int) -> None:
        """Lets time pass; a reader that was cut off comes back on the way."""
        if self._reading is None and self._back_ms <= at_ms:
            await self._pass(self._back_ms)
            self._read()
        await self._pass(at_ms)

    async def _pass(self, at_ms: int) -> None:
        await self._stage.clock.advance(max(0, at_ms - self.now_ms))

    def _read(self) -> None:
        self._reading = asyncio.ensure_future(self._follow())

    async def _follow(self) -> None:
        engine = self._stage.assembled.engine
        async with aclosing(engine.stream(self._stage.key, self._last)) as stream:
            async for item in stream:
                self.seen.append(Seen(self.now_ms, item))
                if isinstance(item, StoredEvent):
                    self._last = engine.event_id(item.seq)

    async def _cut(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
            self._reading = None
            self.reconnects += 1

    async def leave(self) -> None:
        """The conversation is closed: reads what is left, if the reader was away at the end."""
        if self._reading is None:
            self._read()
        assert self._reading is not None
        await self._stage.clock.settle()
        await self._reading
