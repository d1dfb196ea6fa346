"""Live conversations of this process: one sequencer each, folding ahead of the commits, in a bounded cache.

Writers of one conversation queue at its lock. What they stage is folded at once and submitted to the store
before they let go, so that the next writer need not wait for the disk. What was staged is published, and may
be acknowledged, after its commit. If a commit fails, the session is dropped with all that was built on it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from copilot.core.conversation import Conversation
from copilot.core.events import AnyEvent, NewEvent, StoredEvent
from copilot.core.suggestions import Suggestion
from copilot.core.tracking import Tracker
from copilot.errors import NotFound, StoreUnavailable
from copilot.ports import Clock, Key, Redactor, Store, Summary


class Session:
    """One live conversation: its fold, its redactor, its timer and its race. Used under its lock."""

    def __init__(self, key: Key, conversation: Conversation, redactor: Redactor) -> None:
        self.key = key
        self.conversation = conversation
        self.redactor = redactor
        self.lock = asyncio.Lock()
        self.failed = False
        self.in_flight = 0
        self.staged: list[NewEvent] = []
        self.pause_until: float | None = None
        self.wakes_at = 0.0
        self.pausing: asyncio.Task[None] | None = None
        self.race: asyncio.Task[None] | None = None
        self.racing_for: str | None = None
        self.spare: Suggestion | None = None
        self._ids = 0

    def stage(self, event: AnyEvent, now_ms: int) -> int:
        """Folds an event ahead of its commit; returns its seq."""
        self.staged.append(NewEvent.of(event))
        seq = self.conversation.seq + 1
        self.conversation.apply(seq, now_ms, event)
        return seq

    def next_suggestion_id(self) -> str:
        """An id for a card; one that was given out is not given again, also if no card came of it."""
        self._ids = max(self._ids, self.conversation.cards) + 1
        return f"s{self._ids}"

    def stop_race(self) -> None:
        """Gives up the model call that was overtaken."""
        if self.race is not None and self.race is not asyncio.current_task():
            self.race.cancel()
        self.race = None
        self.racing_for = None

    @property
    def idle(self) -> bool:
        return not (self.in_flight or self.lock.locked() or self.pausing or self.race)

    def summary(self) -> Summary:
        state, conversation = self.conversation.state(), self.conversation
        return Summary(
            channel=conversation.opening.channel,
            phase=state.phase,
            heat=state.heat,
            heard=state.heard,
            agent_id=conversation.opening.agent.id,
            closed=conversation.close_asked_ms is not None,
        )


class Sessions:
    """The cache, and the way in: `async with hold(key)`."""

    def __init__(
        self,
        store: Store,
        tracker: Tracker,
        redactor: Callable[[], Redactor],
        clock: Clock,
        *,
        published: Callable[[Key, StoredEvent], None],
        bound: int,
    ) -> None:
        self._store = store
        self._tracker = tracker
        self._redactor = redactor
        self._clock = clock
        self._published = published
        self._bound = bound
        self._live: OrderedDict[Key, Session] = OrderedDict()
        self._commits: set[asyncio.Future[list[StoredEvent]]] = set()

    def __len__(self) -> int:
        return len(self._live)

    @asynccontextmanager
    async def hold(self, key: Key, *, new: bool = False) -> AsyncIterator[Session]:
        """The conversation, for one writer at a time. Raises NotFound (unless `new`), Gone, Damaged."""
        while True:
            session = self._live.get(key)
            if session is None:
                session = self._live[key] = Session(key, Conversation(self._tracker), self._redactor())
                self._evict()
            self._live.move_to_end(key)
            async with session.lock:
                if session.failed:
                    continue
                try:
                    if session.conversation.seq == 0:
                        await self._load(session, new)
                    yield session
                    return
                except BaseException:
                    if session.staged or session.conversation.seq == 0:
                        self.drop(session)
                    raise

    async def _load(self, session: Session, new: bool) -> None:
        try:
            for stored in await self._store.read(session.key):
                session.conversation.apply(stored.seq, stored.at_ms, stored.event)
        except NotFound:
            if not new:
                raise

    def submit(self, session: Session) -> Awaitable[list[StoredEvent]]:
        """Takes a place in the store's queue for what was staged. The await ends after the commit; it may
        be given up without giving up the commit. Raises StoreUnavailable, AppendConflict, Gone, Damaged."""
        events, session.staged = session.staged, []
        if not events:
            return _nothing()
        if session.failed:
            raise StoreUnavailable("an earlier write of this conversation failed")
        after = session.conversation.seq - len(events)
        at_ms = session.conversation.touched_ms
        session.in_flight += 1
        append = self._store.append(session.key, after, events, at_ms, session.summary())
        commit = asyncio.ensure_future(self._commit(session, append))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        return asyncio.shield(commit)

    async def _commit(self, session: Session, append: Awaitable[list[StoredEvent]]) -> list[StoredEvent]:
        """Waits for the disk, then publishes; commits end, and so publish, in the order of their submits."""
        try:
            committed = await append
        except BaseException:
            self.drop(session)
            raise
        finally:
            session.in_flight -= 1
        for stored in committed:
            self._published(session.key, stored)
        return committed

    def drop(self, session: Session) -> None:
        """Forgets a session whose fold may be ahead of the log; the next writer reads the log anew."""
        session.failed = True
        session.stop_race()
        session.pause_until = None
        if self._live.get(session.key) is session:
            del self._live[session.key]

    async def settle(self) -> None:
        """Gives up every timer and race, and waits until what was submitted is committed."""
        for session in list(self._live.values()):
            session.stop_race()
            if session.pausing is not None:
                session.pausing.cancel()
            async with session.lock:
                pass
        await asyncio.gather(*self._commits, return_exceptions=True)

    def _evict(self) -> None:
        for key in list(self._live)[: max(0, len(self._live) - self._bound)]:
            if self._live[key].idle:
                del self._live[key]


async def _nothing() -> list[StoredEvent]:
    return []
