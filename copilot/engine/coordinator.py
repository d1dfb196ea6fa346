"""The coordinator: what a caller can do with conversations, each call read downwards.

What a caller can only ask stands in `copilot.engine.lookups`.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from typing import Literal

from copilot.core.events import Changed, Feedback, StoredEvent, WrapUpEdited
from copilot.core.suggestions import Suggestion
from copilot.core.texts import map_texts
from copilot.core.types import Agent, Context, Customer, Fragment, Opening
from copilot.core.views import ConversationView, Ingested
from copilot.engine.broadcast import Broadcast
from copilot.engine.closing import Closing
from copilot.engine.erasures import Erasures
from copilot.engine.intake import Intake, Taken
from copilot.engine.lookups import Lookups
from copilot.engine.namings import Namings
from copilot.engine.openings import Openings
from copilot.engine.readers import FeedStep, Goodbye, Growing, Over, Readers, Reset, StreamItem
from copilot.engine.sessions import Session, Sessions
from copilot.engine.triggers import Triggers
from copilot.engine.viewing import view_of
from copilot.errors import Closed
from copilot.ports import Clock, Key, Store

__all__ = ["Engine", "FeedStep", "Goodbye", "Growing", "Reset", "StreamItem"]


class Engine(Lookups):
    """Everything is handed in. Every call raises StoreUnavailable and Damaged besides what it names."""

    def __init__(
        self,
        store: Store,
        sessions: Sessions,
        intake: Intake,
        triggers: Triggers,
        *,
        openings: Openings,
        closing: Closing,
        namings: Namings,
        erasures: Erasures,
        clock: Clock,
        conversations: Broadcast[Key, StoredEvent | Growing | Goodbye | Over],
        tenants: Broadcast[str, Goodbye | None],
        redact: Callable[[str, str], str],
    ) -> None:
        readers = Readers(store, conversations, tenants, self.view)
        super().__init__(store, sessions, triggers, readers, clock)
        self._intake = intake
        self._openings = openings
        self._closing = closing
        self._namings = namings
        self._redact = redact
        self.erasures = erasures

    async def open(
        self, tenant: str, conversation_id: str | None, opening: Opening
    ) -> tuple[ConversationView, bool]:
        """Opens a conversation; the second value is True when it is new. Raises Conflicting, Gone,
        Overloaded, TooMany."""
        redacted = map_texts(opening, partial(self._redact, tenant))
        key, new = Key(tenant, conversation_id or uuid.uuid4().hex), False

        def stage(session: Session, now_ms: int) -> None:
            nonlocal new
            new = session.conversation.seq == 0
            self._openings.open(session, now_ms, redacted)

        async def write() -> ConversationView:
            try:
                return await self._write(key, stage, new=True)
            except BaseException:
                if new:
                    self._openings.undo(key)
                raise

        return await self._namings.write(key, redacted.customer.id, write), new

    async def change(
        self, key: Key, *, agent: Agent | None, customer: Customer | None, context: Context | None
    ) -> ConversationView:
        """Raises NotFound, Gone, Closed."""
        changed = map_texts(
            Changed(agent=agent, customer=customer, context=context), partial(self._redact, key.tenant)
        )

        def stage(session: Session, now_ms: int) -> None:
            _refuse_closed(session)
            session.stage(changed, now_ms)

        if changed.customer is None:
            return await self._write(key, stage)
        return await self._namings.write(key, changed.customer.id, lambda: self._write(key, stage))

    async def ingest(self, key: Key, fragments: Sequence[Fragment]) -> Ingested:
        """All fragments or none: raises NotFound, Gone, Closed, Conflicting (same revision, other text)."""

        async def stage(session: Session) -> Taken:
            taken = self._intake.take(session, fragments, self._clock.now_ms(), self._triggers.listening)
            if taken.turn_ended:
                await self._triggers.answer(session)
            if taken.pause_ms is not None:
                self._triggers.pause(session, taken.pause_ms)
            if not taken.turn_ended and taken.latest is not None:
                self._triggers.heard(session, taken.latest)
            self._closing.came_late(session, self._clock.now_ms())
            return taken

        taken = await self._sessions.write(key, stage)
        return Ingested(results=taken.results, state=taken.state)

    async def view(self, key: Key) -> ConversationView:
        """The conversation as it stands on disk. Raises NotFound, Gone."""
        return await self._write(key, lambda session, now_ms: None)

    def suggest(self, key: Key) -> AsyncGenerator[Growing | Suggestion, None]:
        """A suggestion now, because the agent asked: growing, then the final one as it was stored; without
        a final one at its end, what happened meanwhile overtook it. Raises NotFound, Gone."""
        return self._triggers.asked(key)

    async def feedback(
        self,
        key: Key,
        suggestion_id: str,
        verdict: Literal["shown", "used", "edited", "dismissed"],
        text: str | None,
    ) -> int:
        """The seq of the feedback in the log. Raises NotFound, Gone."""
        await self.explain(key, suggestion_id)
        said = None if text is None else self._redact(key.tenant, text)
        event = Feedback(suggestion_id=suggestion_id, verdict=verdict, text=said)
        view = await self._write(key, lambda session, now_ms: session.stage(event, now_ms))
        return view.state.seq

    async def hush(self, key: Key, quiet: bool) -> ConversationView:
        """Quiet: no card comes but on request, and what is on show goes. Raises NotFound, Gone, Closed."""

        def stage(session: Session, now_ms: int) -> None:
            _refuse_closed(session)
            if session.conversation.card_times.quiet == quiet:
                return
            session.stage(Changed(quiet=quiet), now_ms)
            if quiet:
                session.stop_race()
                self._intake.withdraw(session, now_ms)

        return await self._write(key, stage)

    async def close(self, key: Key) -> ConversationView:
        """Ends it; closing again changes nothing. Raises NotFound, Gone."""
        return await self._write(key, self._closing.end)

    async def edit_wrap_up(self, key: Key, text: str) -> ConversationView:
        """Keeps the agent's own text for the record. Raises NotFound, Gone, Conflicting (not closed yet)."""
        edited = WrapUpEdited(text=self._redact(key.tenant, text))
        return await self._write(key, lambda session, now_ms: self._closing.edit(session, now_ms, edited))

    async def close_idle(self, key: Key, before_ms: int) -> None:
        """Ends it if nothing has come since then. Raises NotFound, Gone."""
        await self._write(key, lambda session, now_ms: self._closing.end_idle(session, now_ms, before_ms))

    async def _write(
        self, key: Key, stage: Callable[[Session, int], object], *, new: bool = False
    ) -> ConversationView:
        """Lets `stage` put events into the log; the view after them, once they are on disk."""

        async def staged(session: Session) -> ConversationView:
            stage(session, self._clock.now_ms())
            return self._seen(session)

        return await self._sessions.write(key, staged, new=new)

    def _seen(self, session: Session) -> ConversationView:
        conversation = session.conversation
        writing = self._closing.is_writing(session, self._clock.now_ms())
        return view_of(session.key.id, conversation, self.event_id(conversation.seq), writing=writing)


def _refuse_closed(session: Session) -> None:
    if session.conversation.close_asked_ms is not None:
        raise Closed("this conversation is closed")
