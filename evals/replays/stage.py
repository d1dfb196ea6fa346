"""The product's engine on a simulated clock, put together as the server does it, with eyes on its parts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple

from msgspec import Struct, convert
from prometheus_client import CollectorRegistry

from copilot import guards
from copilot.assembly import Assembled, Knobs, Parts, assemble
from copilot.clocks import SimulatedClock
from copilot.core.events import Answered
from copilot.core.tracking import Track
from copilot.core.types import Channel, Draft, Moment, Opening, Reading, Refusal, Turn
from copilot.metrics import Metrics
from copilot.ports import Key, Suggester, Tracker
from copilot.redaction import ConversationRedactor, fingerprint, redact_text
from copilot.replay.planning import opening
from copilot.stores.memory import MemoryStore
from copilot.transcripts import Script
from evals.runs.recordings import RecordedTransport
from evals.runs.results import Refused
from evals.runs.subject import Subject

TENANT = "evals"


class Asked(NamedTuple):
    """What a suggester was asked, and the last it proposed, whether or not it was shown."""

    moment: Moment
    draft: Draft | None


class Notes(Struct):
    """What was seen of the engine's parts since the beginning, oldest first."""

    reading: Reading
    asked: list[Asked]
    refused: list[Refused]
    answered: list[Answered]


class _WatchedTracker:
    """The tracker, and what it read last; a partial's glimpse is not kept by the engine, nor here."""

    def __init__(self, tracker: Tracker, notes: Notes) -> None:
        self._tracker = tracker
        self._notes = notes

    @property
    def version(self) -> str:
        return self._tracker.version

    def start(self, channel: Channel) -> Track:
        return self._tracker.start(channel)

    def advance(self, before: Track, turn: Turn) -> Track:
        track = self._tracker.advance(before, turn)
        if not turn.more:
            self._notes.reading = track.reading
        return track


class _WatchedSuggester:
    """A suggester, and what it was asked and proposed."""

    def __init__(self, suggester: Suggester, notes: Notes) -> None:
        self._suggester = suggester
        self._notes = notes
        self.name = suggester.name

    @property
    def version(self) -> str:
        return self._suggester.version

    async def suggest(self, moment: Moment) -> AsyncGenerator[Draft, None]:
        place = len(self._notes.asked)
        self._notes.asked.append(Asked(moment, None))
        async with aclosing(self._suggester.suggest(moment)) as drafts:
            async for draft in drafts:
                self._notes.asked[place] = Asked(moment, draft)
                yield draft


class Stage(NamedTuple):
    """One conversation's engine."""

    key: Key
    assembled: Assembled
    clock: SimulatedClock
    store: MemoryStore
    notes: Notes
    transport: RecordedTransport | None


@asynccontextmanager
async def staged(subject: Subject, script: Script, knobs: Knobs) -> AsyncIterator[Stage]:
    """An engine in which this conversation is open. Raises NotRecorded, LiveCallFailed at its end."""
    clock, store = SimulatedClock(), MemoryStore()
    notes = Notes(reading=Reading(), asked=[], refused=[], answered=[])
    assembled: Assembled

    def judge(draft: Draft, moment: Moment) -> Refusal | None:
        refusal = guards.check(draft, moment)
        if refusal is not None:
            notes.refused.append(
                Refused(rule=refusal.rule, reason=refusal.reason, text=draft.text, origin=draft.origin)
            )
        return refusal

    def record(moment: Moment, answered: Answered) -> None:
        notes.answered.append(answered)
        assembled.recording.heard(moment, answered)

    model: Suggester | None = None
    transport: RecordedTransport | None = None
    if subject.model is not None:
        patience_s = knobs.budget.total_ms / 2_000
        suggester, transport = await subject.model.connect(script.id, clock, record, patience_s)
        model = _WatchedSuggester(suggester, notes)
    assembled = assemble(
        Parts(
            store=store,
            tracker=_WatchedTracker(subject.tracker, notes),
            phrasebook=_WatchedSuggester(subject.phrasebook, notes),
            model=model,
            judge=judge,
            redactor=lambda tenant: ConversationRedactor(),
            redact=lambda tenant, text: redact_text(text),
            fingerprint=fingerprint,
            clock=clock,
            meter=Metrics(CollectorRegistry()),
        ),
        knobs,
    )
    key = Key(TENANT, script.id)
    # Its start is left out: it watches an idle server and a loop that is late, twenty times a second, and on
    # simulated time nothing is ever late.
    try:
        await assembled.engine.open(TENANT, script.id, opened(script))
        yield Stage(key, assembled, clock, store, notes, transport)
    finally:
        await assembled.upkeep.stop()
    if transport is not None:
        transport.check()


def opened(script: Script) -> Opening:
    """The opening that the file describes, as the API would take it."""
    body = opening(script, script.id)
    del body["id"]
    return convert(body, Opening)
