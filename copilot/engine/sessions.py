"""Live conversations of this process: one sequencer each, folding ahead of the commits, in a bounded cache.

Writers of one conversation queue at its lock. What they stage is folded at once and submitted to the store
before they let go, so that the next writer need not wait for the disk. What was staged is published, and may
be acknowledged, after its commit. If a commit fails, the session is dropped with all that was built on it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from typing import TypeVar

from copilot.core.conversation import Conversation
from copilot.core.events import AnyEvent, NewEvent, StoredEvent, Transcript
from copilot.core.tracking import Tracker
from copilot.core.types import Act
from copilot.engine.asked import Guess
from copilot.engine.delivery import Spare
from copilot.errors import AppendConflict, NotFound, StoreUnavailable
from copilot.ports import Clock, Key, Marks, Redactor, Store, Summary

_TRIES = 3

Made = TypeVar("Made")


class Session:
    """One live conversation: its fold, its redactor, its timer and its race. Used under its lock."""

    def __init__(self, key: Key, conversation: Conversation, redactor: Redactor) -> None:
        self.key = key
        self.conversation = conversation
        self.redactor = redactor
        self.lock = asyncio.Lock()
        self.holders = 0
        self.loaded = False
        self.foreseen_of: str | None = None
        self.failed = False
        self.in_flight = 0
        self.staged: list[NewEvent] = []
        self.on_submit: list[Callable[[], None]] = []
        self.last_commit: asyncio.Future[None] | None = None
        self.pause_until: float | None = None
        self.wakes_at = 0.0
        self.pausing: asyncio.Task[None] | None = None
        self.waiting: asyncio.Task[None] | None = None
        self.race: asyncio.Task[None] | None = None
        self.racing_for: Act | None = None
        self.raced_at = float("-inf")
        self.guess: Guess | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self.spare: Spare | None = None
        self._ids = 0
        self._told: Summary | None = None

    def stage(self, event: AnyEvent, now_ms: int) -> int:
        """Folds an event ahead of its commit; returns its seq."""
        self.staged.append(NewEvent.of(event))
        seq = self.conversation.seq + 1
        self.conversation.apply(seq, now_ms, event)
        return seq

    def fold(self, events: Sequence[StoredEvent]) -> None:
        """Takes up what stands in the log behind what was folded before."""
        for stored in events:
            event = stored.event
            self.conversation.apply(stored.seq, stored.at_ms, event)
            if isinstance(event, Transcript):
                self.redactor.recall(event.text)

    def next_suggestion_id(self) -> str:
        """An id for a card; one that was given out is not given again, also if no card came of it."""
        self._ids = max(self._ids, self.conversation.cards) + 1
        return f"s{self._ids}"

    def drop_guess(self) -> None:
        """Gives up the model call that was begun before the turn's end."""
        if self.guess is not None:
            self._ends(self.guess.drop())
        self.guess = None

    def stop_race(self) -> None:
        """Gives up the model call that was overtaken."""
        if self.race is not None and self.race is not asyncio.current_task():
            self.race.cancel()
            self._ends(self.race)
        self.race = None
        self.racing_for = None

    def _ends(self, call: asyncio.Task[None] | None) -> None:
        if call is not None:
            self._ending.add(call)
            call.add_done_callback(self._ending.discard)

    async def calls_ended(self) -> None:
        """Until every call that was given up has hung up: a conversation has one call at a time."""
        while self._ending:
            await asyncio.wait(self._ending)

    @property
    def idle(self) -> bool:
        """Nobody holds it or waits for it, and nothing of it is under way."""
        return not (self.in_flight or self.holders or self.pausing or self.race or self.guess or self.waiting)

    def news(self) -> Summary | None:
        """What a list shows of it, where that is not what was written last."""
        summary = self._summary()
        if summary == self._told:
            return None
        self._told = summary
        return summary

    def _summary(self) -> Summary:
        state, conversation = self.conversation.state(), self.conversation
        return Summary(
            channel=conversation.opening.channel,
            phase=state.phase,
            heat=state.heat,
            heard=state.heard,
            agent_id=conversation.opening.agent.id,
            closed=conversation.close_asked_ms is not None,
            marks=self._marks(),
        )

    def _marks(self) -> Marks:
        conversation = self.conversation
        course, shown = conversation.course, conversation.shown
        return Marks(
            phase_since_ms=course.phase_since_ms,
            unheard_since_ms=course.unheard_since_ms,
            heats=course.heats,
            abuses=course.abuses,
            escalated="escalate" in conversation.did or (shown is not None and shown.act == "escalate"),
        )


class Sessions:
    """The cache, and the way in: `async with hold(key)`."""

    def __init__(
        self,
        store: Store,
        tracker: Tracker,
        redactor: Callable[[str], Redactor],
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
        self._commits: set[asyncio.Future[None]] = set()

    def __len__(self) -> int:
        return len(self._live)

    def fold(self) -> Conversation:
        """An empty one, to read a log with."""
        return Conversation(self._tracker)

    async def write(
        self, key: Key, stage: Callable[[Session], Awaitable[Made]], *, new: bool = False
    ) -> Made:
        """Lets `stage` put events into the log; what it returned, once they are on disk. Where another writer
        was first, the log is read and `stage` asked anew. Raises what `hold` and `submit` do."""
        for _ in range(_TRIES):
            async with self.hold(key, new=new) as session:
                made = await stage(session)
                commit = self.submit(session)
            try:
                await commit
            except AppendConflict:
                continue  # the session was dropped with its commit
            finally:
                # The trace of what the commit raised holds this frame, and so would the commit hold itself.
                del commit
            return made
        raise StoreUnavailable("other writers were always first")

    @asynccontextmanager
    async def hold(self, key: Key, *, new: bool = False) -> AsyncIterator[Session]:
        """The conversation, for one writer at a time. Raises NotFound (unless `new`), Gone, Damaged."""
        while True:
            session = self._live.get(key)
            if session is None or session.foreseen_of not in (None, self._store.epoch):
                session = self._live[key] = self._new(key)
            self._live.move_to_end(key)
            session.holders += 1
            try:
                async with session.lock:
                    if session.failed:
                        continue
                    try:
                        if not session.loaded:
                            await self._load(session, new)
                        yield session
                        return
                    except BaseException:
                        if session.staged or session.conversation.seq == 0 or not session.loaded:
                            self.drop(session)
                        raise
            finally:
                session.holders -= 1

    def _new(self, key: Key) -> Session:
        return Session(key, Conversation(self._tracker), self._redactor(key.tenant))

    def foreseen(self, epoch: str, key: Key) -> int:
        """How far a conversation of that log was folded ahead of this process's own start."""
        session = self._live.get(key)
        return session.conversation.seq if session is not None and session.foreseen_of == epoch else 0

    def foresee(self, epoch: str, key: Key, events: Sequence[StoredEvent]) -> None:
        """Folds what another process wrote since, before the log is ours: who holds the conversation then
        reads only what is still new. What has no room beside those before it is left."""
        session = self._live.get(key)
        if session is None or session.foreseen_of != epoch:
            if session is None and len(self._live) >= self._bound:
                return
            session = self._live[key] = self._new(key)
            session.foreseen_of = epoch
        session.fold(events)

    async def _load(self, session: Session, new: bool) -> None:
        try:
            session.fold(await self._store.read(session.key, session.conversation.seq))
        except NotFound:
            if not new:
                raise
        session.loaded = True
        self._evict()

    def submit(self, session: Session) -> Awaitable[None]:
        """Takes a place in the store's queue for what was staged. The await ends when that, and all that was
        submitted before it, is on disk; it may be given up without giving up the commit.
        Raises StoreUnavailable, AppendConflict, Gone, Damaged."""
        events, session.staged = session.staged, []
        if session.failed:
            raise StoreUnavailable("an earlier write of this conversation failed")
        if events:
            session.last_commit = self._begin(session, events)
        due, session.on_submit = session.on_submit, []
        for begin in due:
            begin()
        return _nothing() if session.last_commit is None else asyncio.shield(session.last_commit)

    def _begin(self, session: Session, events: list[NewEvent]) -> asyncio.Future[None]:
        after = session.conversation.seq - len(events)
        at_ms = session.conversation.touched_ms
        session.in_flight += 1
        append = self._store.append(session.key, after, events, at_ms, session.news())
        commit: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._commits.add(commit)
        # A callback and no task: this is done once a fragment.
        asyncio.ensure_future(append).add_done_callback(partial(self._commit, session, commit))
        return commit

    def _commit(
        self, session: Session, commit: asyncio.Future[None], append: asyncio.Future[list[StoredEvent]]
    ) -> None:
        """After the disk, publishes; commits end, and so publish, in the order of their submits."""
        session.in_flight -= 1
        self._commits.discard(commit)
        failure = StoreUnavailable("the write was given up") if append.cancelled() else append.exception()
        if failure is None:
            for stored in append.result():
                self._published(session.key, stored)
            if not commit.done():  # a stop that was itself given up gives up those it waited for
                commit.set_result(None)
            return
        self.drop(session)
        if not commit.done():
            commit.set_exception(failure)
            commit.exception()  # known, even if nobody waits for it

    def drop(self, session: Session) -> None:
        """Forgets a session whose fold may be ahead of the log; the next writer reads the log anew."""
        session.failed = True
        session.last_commit = None  # nor does its failure, whose trace holds the session, keep it
        session.stop_race()
        session.drop_guess()
        if self._live.get(session.key) is session:
            del self._live[session.key]

    async def settle(self) -> None:
        """Waits for those who write, and until what they submitted is committed."""
        for session in list(self._live.values()):
            async with session.lock:
                pass
        await asyncio.gather(*self._commits, return_exceptions=True)

    def forget_idle(self) -> None:
        """Leaves memory to what is at work; who comes back is read from the log."""
        for session in list(self._live.values()):
            if session.idle:
                del self._live[session.key]

    def _evict(self) -> None:
        idle = (session for session in self._live.values() if session.idle)
        for session in list(islice(idle, max(0, len(self._live) - self._bound))):
            del self._live[session.key]


async def _nothing() -> None:
    return
