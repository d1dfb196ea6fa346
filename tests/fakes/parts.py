"""Small stand-ins for the engine's parts: a tracker by keywords, a suggester by script, a counting meter."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence

from copilot.assembly import Assembled, Knobs, Parts, assemble
from copilot.clocks import SimulatedClock
from copilot.core.tracking import Track
from copilot.core.types import Act, Channel, Draft, Moment, Phase, Reading, Speaker, Turn
from copilot.errors import ModelFailure
from copilot.ports import Assigner, Clock, RecordWriter, Redacted, Refusal, Store, Suggester, Unmasking
from copilot.stores.memory import MemoryStore


class KeywordTracker:
    """'sorry' acknowledges, 'number' solves, 'bye' closes, '!' is heat."""

    version = "keywords@1"

    def start(self, channel: Channel) -> Track:
        return Track(reading=Reading())

    def advance(self, before: Track, turn: Turn) -> Track:
        text, phase = turn.text.lower(), before.reading.phase
        words: dict[str, Phase] = {"sorry": "acknowledged", "number": "solving", "bye": "closing"}
        for word, reached in words.items():
            if word in text:
                phase = reached
        act: Act | None = None
        if turn.speaker == "agent":
            act = "apologise" if "sorry" in text else "listen"
        heat = 2 if "!" in text and turn.speaker == "customer" else 0
        return Track(
            reading=Reading(phase=phase, heat=heat, heard=phase != "venting", agent_act=act, confidence=0.9)
        )


class ScriptedSuggester:
    """Yields what it was told to, with a pause before each; an exception among it is raised."""

    def __init__(
        self,
        clock: Clock,
        steps: Sequence[tuple[float, Draft | ModelFailure]] | None = None,
        origin: str = "phrasebook",
    ) -> None:
        self.name = origin
        self.version = f"{origin}@1"
        self.clock = clock
        self.steps = steps
        self.moments: list[Moment] = []
        self.open = 0

    async def suggest(self, moment: Moment) -> AsyncGenerator[Draft, None]:
        self.moments.append(moment)
        self.open += 1
        try:
            if self.steps is None:
                yield draft(f"Answer {len(self.moments)}.", phrase_id=f"p{len(self.moments)}")
                return
            for seconds, step in self.steps:
                if seconds:
                    await self.clock.sleep(seconds)
                if isinstance(step, ModelFailure):
                    raise step
                yield step
        finally:
            self.open -= 1


def draft(text: str, *, done: bool = True, origin: str = "phrasebook", phrase_id: str | None = None) -> Draft:
    return Draft(
        act="acknowledge",
        text=text,
        why="because",
        origin="llm" if origin == "llm" else "phrasebook",
        phrase_id=phrase_id,
        done=done,
    )


class PlainRedactor:
    """Masks nothing, but for 'SECRET', which it gives back with the next fragment."""

    def __init__(self) -> None:
        self.pending: list[tuple[str, str]] = []

    def take(self, utterance_id: str, speaker: Speaker, text: str) -> Redacted:
        cleared = self.finish()
        if "SECRET" in text:
            self.pending.append((utterance_id, text))
            text = text.replace("SECRET", "[digits]")
        return Redacted(text, cleared)

    def preview(self, speaker: Speaker, text: str) -> str:
        return text.replace("SECRET", "[digits]")

    def recall(self, text: str) -> None: ...

    def finish(self) -> tuple[Unmasking, ...]:
        cleared = tuple(Unmasking(name, text) for name, text in self.pending)
        self.pending = []
        return cleared


class CountingMeter:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def fragment(self, status: str, final: bool) -> None:
        self.counts[f"fragment {status}"] += 1

    def suggestion(self, origin: str, act: str, seconds: float) -> None:
        self.counts[f"suggestion {origin}"] += 1

    def silence(self, reason: str) -> None:
        self.counts[f"silence {reason}"] += 1

    def refusal(self, rule: str) -> None:
        self.counts[f"refusal {rule}"] += 1

    def model_error(self, reason: str) -> None:
        self.counts[f"model_error {reason}"] += 1

    def tokens(self, arm: str, tokens_in: int, tokens_cached: int, tokens_out: int) -> None:
        self.counts[f"tokens {arm}"] += tokens_in + tokens_out

    def conflict(self) -> None:
        self.counts["conflict"] += 1

    def shed(self, what: str) -> None:
        self.counts[f"shed {what}"] += 1

    def late(self, seconds: float) -> None:
        self.counts["late ms"] = round(seconds * 1000)

    def standstill(self) -> None:
        self.counts["standstill"] += 1

    def memory_left(self, left: int) -> None:
        self.counts["memory left"] = left


class Bench:
    """An engine of fakes on a simulated clock."""

    def __init__(
        self,
        *,
        store: Store | None = None,
        clock: SimulatedClock | None = None,
        model: Callable[[Clock], Suggester] | None = None,
        assigner: Assigner | None = None,
        writer: Callable[[Bench], RecordWriter] | None = None,
        forbidden: str = "FORBIDDEN",
        knobs: Knobs | None = None,
    ) -> None:
        self.clock = clock or SimulatedClock()
        self.store = store or MemoryStore()
        self.phrasebook = ScriptedSuggester(self.clock)
        self.model = model(self.clock) if model else None
        self.meter = CountingMeter()

        def judge(proposed: Draft, moment: Moment) -> Refusal | None:
            return Refusal("forbidden", "a forbidden word") if forbidden in proposed.text else None

        self.assembled: Assembled = assemble(
            Parts(
                store=self.store,
                tracker=KeywordTracker(),
                phrasebook=self.phrasebook,
                model=self.model,
                assigner=assigner,
                writer=writer(self) if writer else None,
                judge=judge,
                redactor=lambda tenant: PlainRedactor(),
                redact=lambda tenant, text: text.replace("SECRET", "[card]"),
                fingerprint=lambda text, salt: f"{hash((text, salt)) & 0xFFFFFFFF:08x}",
                clock=self.clock,
                meter=self.meter,
            ),
            knobs or Knobs(),
        )
        self.engine = self.assembled.engine
        self.upkeep = self.assembled.upkeep

    async def __aenter__(self) -> Bench:
        await self.upkeep.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.upkeep.stop()
        await asyncio.sleep(0)
