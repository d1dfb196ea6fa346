"""What happens when the customer's turn ends, or when the agent asks: a card is raced for, and shown.

Holds the pause clocks and the races; at most one race a conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

import msgspec

from copilot.core.events import Answered, StoredEvent, Suggested
from copilot.core.policy import decide
from copilot.core.suggestions import Suggestion
from copilot.core.types import Decision, Moment
from copilot.delivery import Card, Delivery, Spare
from copilot.errors import CopilotError
from copilot.intake import Intake
from copilot.ports import Clock, Key
from copilot.readers import Growing
from copilot.sessions import Session, Sessions

# What the policy has no part in: while somebody speaks, one listens.
_LISTEN = Decision(act="listen", why="They are still speaking.", row="speaking")


class Triggers:
    """Turns the end of a turn into a suggestion in the log."""

    def __init__(
        self,
        sessions: Sessions,
        delivery: Delivery,
        intake: Intake,
        clock: Clock,
        *,
        grown: Callable[[Key, Growing], None],
        tone: str = "",
    ) -> None:
        self._sessions = sessions
        self._delivery = delivery
        self._intake = intake
        self._clock = clock
        self._grown = grown
        self._tone = tone
        self._asking: dict[int, tuple[Key, str]] = {}
        self._recording: set[asyncio.Task[None]] = set()

    def listening(self, session: Session) -> Suggestion:
        """While the customer is still going: say nothing, once."""
        return self._delivery.silence(
            self._card(session, _LISTEN),
            "customer_speaking",
            "The customer is still speaking: let them finish.",
        )

    # --- the end of a turn ------------------------------------------------------------------------

    async def answer(self, session: Session) -> Callable[[], None]:
        """Stages the phrasebook's answer, or prepares the race; under the session's lock. Call what is
        returned after the submit: it starts the race."""
        card = self._card(session)
        if not self._delivery.has_model:
            suggestion = await self._delivery.at_once(card)
            session.stage(self._event(suggestion), self._clock.now_ms())
            return _nothing
        return lambda: self._start(session, card)

    def _start(self, session: Session, card: Card) -> None:
        session.stop_race()
        session.racing_for = card.moment.decision.act
        session.race = asyncio.create_task(self._race(session, card))

    async def _race(self, session: Session, card: Card) -> None:
        self._asking[id(card.moment)] = (session.key, card.id)
        try:
            async with aclosing(self._delivery.race(card)) as steps:
                async for step in steps:
                    if isinstance(step, Spare):
                        session.spare = step.suggestion
                    elif step.status == "partial":
                        self._grown(session.key, Growing(step))
                    else:
                        with suppress(CopilotError):
                            await self._show(session.key, card, step)
        finally:
            del self._asking[id(card.moment)]
            if session.race is asyncio.current_task():
                session.race = None
                session.racing_for = None

    async def _show(self, key: Key, card: Card, suggestion: Suggestion) -> StoredEvent | None:
        """Appends a suggestion if it still stands; None when it was overtaken."""
        async with self._sessions.hold(key) as session:
            conversation = session.conversation
            if (
                conversation.customer_seq != card.moment.trigger_seq
                or conversation.close_asked_ms is not None
            ):
                return None
            session.stage(self._event(suggestion), self._clock.now_ms())
            commit = self._sessions.submit(session)
        return (await commit)[-1]

    # --- the pause clock --------------------------------------------------------------------------

    def pause(self, session: Session, pause_ms: int) -> None:
        """(Re)starts the clock: so many ms without a word end the customer's turn."""
        session.pause_until = self._clock.monotonic() + pause_ms / 1000
        if session.pausing is not None and session.pause_until < session.wakes_at:
            session.pausing.cancel()
            session.pausing = None
        if session.pausing is None:
            session.pausing = asyncio.create_task(self._await_pause(session))

    async def _await_pause(self, session: Session) -> None:
        try:
            while session.pause_until is not None:
                left = session.pause_until - self._clock.monotonic()
                if left <= 0:
                    session.pause_until = None
                    with suppress(CopilotError):
                        await self.end_turn(session.key)
                    return
                session.wakes_at = session.pause_until
                await self._clock.sleep(left)
        finally:
            if session.pausing is asyncio.current_task():
                session.pausing = None

    async def end_turn(self, key: Key) -> None:
        """The customer has stopped: release the `listen` and answer what was said."""
        async with self._sessions.hold(key) as session:
            conversation = session.conversation
            spoke_again = session.pause_until is not None
            if spoke_again or not conversation.speaking or conversation.close_asked_ms is not None:
                return
            self._intake.end_turn(session, self._clock.now_ms())
            start = _nothing
            if conversation.unanswered():
                start = await self.answer(session)
            elif conversation.shown is not None and conversation.shown.silence == "customer_speaking":
                self._intake.withdraw(session, self._clock.now_ms())
            commit = self._sessions.submit(session)
            start()
        await commit

    async def resume(self, key: Key) -> None:
        """After a restart: answers what the customer said last, if nothing did."""
        async with self._sessions.hold(key) as session:
            if not session.conversation.unanswered():
                return
            self._intake.end_turn(session, self._clock.now_ms())
            start = await self.answer(session)
            commit = self._sessions.submit(session)
            start()
        await commit

    # --- on request -------------------------------------------------------------------------------

    async def asked(self, key: Key) -> AsyncGenerator[Growing | Suggestion, None]:
        """A suggestion because the agent asked: growing, then as stored; none at the end when overtaken."""
        steps: asyncio.Queue[Growing | Suggestion | None] = asyncio.Queue()
        async with self._sessions.hold(key) as session:
            session.stop_race()
            card, spare = self._card(session, requested=True), session.spare
            session.spare = None
            session.racing_for = card.moment.decision.act
            race = session.race = asyncio.create_task(self._race_asked(session, card, spare, steps))
            race.add_done_callback(lambda _: steps.put_nowait(None))
        try:
            while (step := await steps.get()) is not None:
                yield step
            if not race.cancelled() and (failure := race.exception()) is not None:
                raise failure
        finally:
            race.cancel()

    async def _race_asked(
        self,
        session: Session,
        card: Card,
        spare: Suggestion | None,
        steps: asyncio.Queue[Growing | Suggestion | None],
    ) -> None:
        if spare is not None:
            await self._finish_asked(session.key, card, msgspec.structs.replace(spare, id=card.id), steps)
            return
        self._asking[id(card.moment)] = (session.key, card.id)
        try:
            async with aclosing(self._delivery.race(card)) as race:
                async for step in race:
                    if isinstance(step, Spare):
                        continue
                    if step.status == "partial":
                        growing = Growing(step)
                        self._grown(session.key, growing)
                        steps.put_nowait(growing)
                    else:
                        await self._finish_asked(session.key, card, step, steps)
                        return
        finally:
            del self._asking[id(card.moment)]

    async def _finish_asked(
        self,
        key: Key,
        card: Card,
        suggestion: Suggestion,
        steps: asyncio.Queue[Growing | Suggestion | None],
    ) -> None:
        if await self._show(key, card, suggestion) is not None:
            steps.put_nowait(suggestion)

    # --- what the model said ----------------------------------------------------------------------

    def record(self, moment: Moment, answered: Answered) -> None:
        """Puts what the model was asked and said beside its suggestion in the log, for those who ask why."""
        asked = self._asking.get(id(moment))
        if asked is None:
            return
        key, suggestion_id = asked
        event = msgspec.structs.replace(answered, suggestion_id=suggestion_id)
        recording = asyncio.create_task(self._append(key, event))
        self._recording.add(recording)
        recording.add_done_callback(self._recording.discard)

    async def _append(self, key: Key, event: Answered) -> None:
        with suppress(CopilotError):
            async with self._sessions.hold(key) as session:
                session.stage(event, self._clock.now_ms())
                commit = self._sessions.submit(session)
            await commit

    async def settle(self) -> None:
        """Waits until what was recorded is in the log."""
        await asyncio.gather(*self._recording, return_exceptions=True)

    # --- both -------------------------------------------------------------------------------------

    def _card(self, session: Session, decision: Decision | None = None, *, requested: bool = False) -> Card:
        conversation = session.conversation
        if decision is None:
            decision = decide(conversation.reading, conversation.turns.all(), conversation.opening)
        shown = conversation.shown
        return Card(
            id=session.next_suggestion_id(),
            moment=conversation.moment(session.key.id, decision, tone=self._tone, requested=requested),
            supersedes=shown.id if shown is not None else None,
            ended_at=self._clock.monotonic(),
        )

    def _event(self, suggestion: Suggestion) -> Suggested:
        return Suggested(suggestion=suggestion, version=self._delivery.version_of(suggestion))


def _nothing() -> None:
    pass
