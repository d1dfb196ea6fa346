"""Puts an engine together out of its parts: for the server, for tests and for evals alike."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from copilot import coaching
from copilot.core.attention import Attention
from copilot.core.events import StoredEvent
from copilot.core.tracking import Tracker
from copilot.engine.broadcast import Broadcast
from copilot.engine.capacity import Capacity
from copilot.engine.closing import Closing
from copilot.engine.coordinator import Engine
from copilot.engine.delivery import Budget, Delivery, Judge
from copilot.engine.erasures import Erasures, Retention
from copilot.engine.intake import Intake
from copilot.engine.namings import Namings
from copilot.engine.openings import Openings
from copilot.engine.pressure import Memory, Pressure
from copilot.engine.readers import Goodbye, Growing, Over
from copilot.engine.recording import Recording
from copilot.engine.removal import Removal
from copilot.engine.sessions import Sessions
from copilot.engine.triggers import Triggers
from copilot.engine.upkeep import Upkeep
from copilot.engine.wrapping import Wrapping
from copilot.ports import Assigner, Clock, Key, Meter, RecordWriter, Redactor, Store, Suggester

_FEED = frozenset({"phase", "closed"})


class Parts(Struct, frozen=True, kw_only=True):
    """What an engine is made of. `model` None: the phrasebook answers alone; `writer` None: the
    template alone writes the record. The phrasebook was given the same `judge`, and proposes nothing that it
    refuses. `salt` gives a new conversation's: none where a log
    has to come out the same again. `memory_left` tells how many bytes may still be taken, and
    `give_back` returns what is free; `beat` is called at each turn of the loop."""

    store: Store
    tracker: Tracker
    phrasebook: Suggester
    model: Suggester | None = None
    assigner: Assigner | None = None
    judge: Judge
    writer: RecordWriter | None = None
    redactor: Callable[[str], Redactor]
    redact: Callable[[str, str], str]
    fingerprint: Callable[[str, str], str]
    salt: Callable[[], str] = str
    clock: Clock
    meter: Meter
    retention: Retention = lambda tenant: None
    memory_left: Callable[[], int | None] = lambda: None
    give_back: Callable[[], None] = lambda: None
    beat: Callable[[], None] = lambda: None


class Knobs(Struct, frozen=True, kw_only=True):
    """The values it runs by; times in ms."""

    budget: Budget = Budget()
    pause_ms: int = 700
    late_ms: int = 60_000
    behind_ms: int = 250
    spare_bytes: int = 0
    idle_close_ms: int = 1_800_000
    live_conversations: int = 10_000
    live_per_tenant: int = 5_000
    tone: str = ""
    speculate_ms: int = 0
    coach: bool = True
    attention: Attention = Attention()
    version: str = "copilot"


class Assembled(Struct, frozen=True):
    """An engine with what starts and stops it, what hears of the model's answers, and its cache of folds."""

    engine: Engine
    sessions: Sessions
    upkeep: Upkeep
    triggers: Triggers
    recording: Recording
    wrapping: Wrapping
    pressure: Pressure
    open_streams: Callable[[], int]


def assemble(parts: Parts, knobs: Knobs) -> Assembled:
    conversations: Broadcast[Key, StoredEvent | Growing | Goodbye | Over] = Broadcast()
    tenants: Broadcast[str, Goodbye | None] = Broadcast()
    capacity = Capacity(knobs.live_per_tenant)

    def published(key: Key, stored: StoredEvent) -> None:
        conversations.publish(key, stored)
        if stored.type == "closed":
            capacity.leave(key)
        if stored.type in _FEED:
            tenants.publish(key.tenant, None)

    def relieve() -> None:
        sessions.forget_idle()
        parts.give_back()

    pressure = Pressure(
        parts.clock,
        parts.meter,
        behind_ms=knobs.behind_ms,
        memory=Memory(parts.memory_left, knobs.spare_bytes, relieve),
        beat=parts.beat,
    )
    sessions = Sessions(
        parts.store,
        parts.tracker,
        parts.redactor,
        parts.clock,
        published=published,
        bound=knobs.live_conversations,
    )
    intake = Intake(
        parts.fingerprint,
        parts.meter,
        pause_ms=knobs.pause_ms,
        late_ms=knobs.late_ms,
        answers_at_once=parts.model is None,
        version=knobs.version,
        coach=coaching.coach if knobs.coach else None,
        sheds=pressure.sheds,
    )
    delivery = Delivery(
        parts.phrasebook, parts.model, parts.judge, parts.clock, budget=knobs.budget, meter=parts.meter
    )
    recording = Recording(sessions, parts.clock, parts.meter)
    triggers = Triggers(
        sessions,
        delivery,
        intake,
        parts.clock,
        recording=recording,
        assigner=parts.assigner,
        grown=conversations.publish,
        tone=knobs.tone,
        speculate_ms=knobs.speculate_ms,
        attention=knobs.attention,
        sheds=pressure.sheds,
        meter=parts.meter,
    )
    wrapping = Wrapping(
        sessions, recording, parts.clock, parts.meter, writer=parts.writer, sheds=pressure.sheds
    )

    def gone(key: Key) -> None:
        capacity.leave(key)
        conversations.end(key, Over())

    removal = Removal(parts.store, sessions, forget=wrapping.stop, gone=gone)
    namings = Namings()
    engine = Engine(
        parts.store,
        sessions,
        intake,
        triggers,
        openings=Openings(capacity, salt=parts.salt, sheds=pressure.refuses),
        closing=Closing(intake, wrapping, version=knobs.version),
        namings=namings,
        erasures=Erasures(parts.store, removal.remove, parts.clock, parts.redact, namings),
        clock=parts.clock,
        conversations=conversations,
        tenants=tenants,
        redact=parts.redact,
    )
    upkeep = Upkeep(
        engine,
        parts.store,
        sessions,
        triggers,
        parts.clock,
        wrapping=wrapping,
        conversations=conversations,
        tenants=tenants,
        pressure=pressure,
        capacity=capacity,
        young_ms=knobs.budget.total_ms + knobs.pause_ms,
        idle_ms=knobs.idle_close_ms,
        retention=parts.retention,
    )
    return Assembled(
        engine=engine,
        sessions=sessions,
        upkeep=upkeep,
        triggers=triggers,
        recording=recording,
        wrapping=wrapping,
        pressure=pressure,
        open_streams=lambda: conversations.count() + tenants.count(),
    )
