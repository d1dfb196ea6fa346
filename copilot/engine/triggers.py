"""What happens when the customer's turn ends, or when the agent asks: a card is raced for, and shown.

Holds the pause clocks and the races; at most one race a conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing, suppress

import msgspec

from copilot.core.attention import WHY, Attention
from copilot.core.events import Suggested, Unshown
from copilot.core.policy import decide
from copilot.core.suggestions import Suggestion
from copilot.core.types import Decision, Fragment, Moment
from copilot.engine.asked import Asked
from copilot.engine.delivery import Card, Delivery, Spare
from copilot.engine.intake import Intake
from copilot.engine.pressure import Shed
from copilot.engine.readers import Growing
from copilot.engine.recording import Recording
from copilot.engine.sessions import Session, Sessions
from copilot.engine.shadowing import Shadowing
from copilot.engine.speculation import Speculation
from copilot.errors import CopilotError
from copilot.ports import Assigner, Assignment, Clock, Key, Meter

# What the policy has no part in: while somebody speaks, one listens.
_LISTEN = Decision(act="listen", why="They are still speaking.", row="speaking")
_UNASSIGNED = Assignment()
# Turns that end this soon after one another are a burst: the model is asked about the last of them.
_BURST_S = 0.1


class Triggers:
    """Turns the end of a turn into a suggestion in the log."""

    def __init__(
        self,
        sessions: Sessions,
        delivery: Delivery,
        intake: Intake,
        clock: Clock,
        *,
        recording: Recording,
        assigner: Assigner | None = None,
        grown: Callable[[Key, Growing], None],
        tone: str = "",
        speculate_ms: int = 0,
        attention: Attention | None = None,
        sheds: Callable[[Shed], bool] = lambda _: False,
        meter: Meter,
    ) -> None:
        self._sheds = sheds
        self._meter = meter
        self._sessions = sessions
        self._delivery = delivery
        self._intake = intake
        self._clock = clock
        self._grown = grown
        self._tone = tone
        self._attention = attention or Attention()
        self._recording = recording
        self._assigner = assigner
        self._shadowing = Shadowing(delivery, recording, clock)
        self._speculation = Speculation(
            delivery,
            recording,
            clock,
            after_ms=speculate_ms,
            assigner=assigner,
            imagine=self._imagined,
        )
        self._running: set[asyncio.Task[None]] = set()

    def listening(self, session: Session) -> Suggestion:
        """While the customer is still going: say nothing, once."""
        return self._delivery.silence(
            self._card(session, _LISTEN),
            "customer_speaking",
            "The customer is still speaking: let them finish.",
        )

    # --- the end of a turn ------------------------------------------------------------------------

    async def answer(self, session: Session) -> None:
        """Stages the phrasebook's answer, or has the race begin with the submit; under the session's lock.
        Where the card before was hardly seen, the answer waits; where enough was shown, it is silence."""
        now_ms, times = self._clock.now_ms(), session.conversation.card_times
        wait_ms = times.wait_ms(self._attention, now_ms)
        if wait_ms > 0:
            self._answer_later(session, wait_ms)
            return
        assigned = await self._assigned(session.key)
        card = self._card(session, assigned=assigned)
        if assigned.held_out:
            await self._hold_out(session, card)
        elif (withheld := times.withheld(self._attention, now_ms)) is not None:
            silence = self._delivery.silence(card, withheld, WHY[withheld])
            session.stage(self._event(silence), now_ms)
        elif self._delivery.has_model and not self._sheds_model():
            session.on_submit.append(lambda: self._start(session, card, assigned))
        else:
            suggestion = await self._delivery.at_once(card)
            self._stage(session, card, self._event(suggestion))

    def _answer_later(self, session: Session, wait_ms: int) -> None:
        if session.waiting is None:
            session.waiting = self._run(self._await_card(session, wait_ms))

    async def _await_card(self, session: Session, wait_ms: int) -> None:
        """Answers when the card before has stood long enough, unless the agent has spoken by then."""
        await self._clock.sleep(wait_ms / 1000)
        session.waiting = None

        async def stage(session: Session) -> None:
            conversation = session.conversation
            if not conversation.speaking and conversation.unanswered() and not conversation.ended:
                await self.answer(session)

        with suppress(CopilotError):
            await self._sessions.write(session.key, stage)

    def _sheds_model(self) -> bool:
        """Whether the server is so far behind that the phrasebook answers in the model's place."""
        shed = self._sheds("model")
        if shed:
            self._meter.shed("model")
        return shed

    async def _hold_out(self, session: Session, card: Card) -> None:
        """For comparison: the phrase is made and kept, and the agent sees none."""
        now_ms = self._clock.now_ms()
        self._intake.withdraw(session, now_ms)
        kept = await self._delivery.at_once(card)
        event = Unshown(suggestion=kept, reason="holdout", version=self._delivery.version_of(kept))
        self._stage(session, card, event)

    def _start(self, session: Session, card: Card, assigned: Assignment) -> None:
        session.stop_race()
        self._shadowing.stop(session.key)
        session.racing_for = card.moment.decision.act
        session.race = self._run(self._race(session, card, assigned.shadow))

    async def _race(self, session: Session, card: Card, shadow: str | None) -> None:
        try:
            guess = self._speculation.take(session, card)
            if guess is None:
                await self._calm(session)
            moment = card.moment if guess is None or guess.moment is None else guess.moment
            asked = guess.asked if guess else None
            asked = asked or Asked(session.key, card.id, card.course.refused)
            with self._recording.of(moment, asked):
                begun = guess.pump if guess else None
                async with aclosing(self._delivery.race(card, begun)) as steps:
                    async for step in steps:
                        if isinstance(step, Spare):
                            session.spare = step
                        elif step.status == "partial":
                            self._grown(session.key, Growing(step))
                        else:
                            with suppress(CopilotError):
                                await self._show(session.key, card, step)
            if shadow is not None and self._delivery.asks_model(card.moment):
                self._shadowing.begin(session.key, card, shadow)
        finally:
            _leave(session)

    async def _calm(self, session: Session) -> None:
        """One call at a time: those before have ended first. In a burst of turns the last is waited for."""
        await session.calls_ended()
        now = self._clock.monotonic()
        in_burst = now - session.raced_at < _BURST_S
        session.raced_at = now
        if in_burst:
            await self._clock.sleep(_BURST_S)

    def heard(self, session: Session, fragment: Fragment) -> None:
        """Somebody spoke and the customer's turn is not over: an early call may be worth it, or is no
        more."""
        if fragment.speaker == "customer" and not self._sheds("model"):
            self._speculation.heard(session, fragment)
        elif fragment.speaker == "agent" and fragment.final:
            session.drop_guess()

    def _imagined(self, session: Session, fragment: Fragment, assigned: Assignment) -> Moment:
        if fragment.final:
            return self._moment(session, None, assigned)
        conversation = session.conversation
        text = session.redactor.preview("customer", fragment.text)
        reading, turns = conversation.imagined(text, fragment.end_ms)
        decision = decide(reading, turns, conversation.opening)
        moment = self._moment(session, decision, assigned)
        return msgspec.structs.replace(moment, reading=reading, turns=turns)

    async def _show(self, key: Key, card: Card, suggestion: Suggestion) -> bool:
        """Appends a suggestion if it still stands; False when it was overtaken."""

        async def stage(session: Session) -> bool:
            stands = session.conversation.stands(suggestion, since=card.rests_on)
            if stands:
                self._stage(session, card, self._event(suggestion))
            return stands

        return await self._sessions.write(key, stage)

    # --- the pause clock --------------------------------------------------------------------------

    def pause(self, session: Session, pause_ms: int) -> None:
        """(Re)starts the clock: so many ms without a word end the customer's turn."""
        session.pause_until = self._clock.monotonic() + pause_ms / 1000
        if session.pausing is not None and session.pause_until < session.wakes_at:
            session.pausing.cancel()
            session.pausing = None
        if session.pausing is None:
            session.pausing = self._run(self._await_pause(session))

    async def _await_pause(self, session: Session) -> None:
        """Outlives a session that was dropped: its turn ends by the log, unless somebody speaks again."""
        try:
            while session.pause_until is not None:
                left = session.pause_until - self._clock.monotonic()
                if left > 0:
                    session.wakes_at = session.pause_until
                    await self._clock.sleep(left)
                    continue
                session.pause_until = None
                # They may speak again before this is on disk: then the clock goes on.
                with suppress(CopilotError):
                    await self.end_turn(session.key)
        finally:
            if session.pausing is asyncio.current_task():
                session.pausing = None

    async def end_turn(self, key: Key) -> None:
        """The customer has stopped: release the `listen` and answer what was said."""
        await self._sessions.write(key, self._end_turn)

    async def _end_turn(self, session: Session) -> None:
        conversation = session.conversation
        spoke_again = session.pause_until is not None
        if spoke_again or not conversation.speaking or conversation.close_asked_ms is not None:
            return
        self._intake.end_turn(session, self._clock.now_ms())
        if conversation.unanswered():
            await self.answer(session)
        elif conversation.shown is not None and conversation.shown.silence == "customer_speaking":
            self._intake.withdraw(session, self._clock.now_ms())

    async def resume(self, key: Key) -> None:
        """After a restart: answers what the customer said last, if nothing did and nothing is about to."""

        async def stage(session: Session) -> None:
            goes_on = session.pausing or session.race or session.waiting
            if session.conversation.unanswered() and not goes_on:
                self._intake.end_turn(session, self._clock.now_ms())
                await self.answer(session)

        await self._sessions.write(key, stage)

    # --- on request -------------------------------------------------------------------------------

    async def asked(self, key: Key) -> AsyncGenerator[Growing | Suggestion, None]:
        """A suggestion because the agent asked: growing, then as stored; none at the end when overtaken."""
        steps: asyncio.Queue[Growing | Suggestion | None] = asyncio.Queue()
        assigned = await self._assigned(key)
        async with self._sessions.hold(key) as session:
            if assigned.held_out:
                return
            session.stop_race()
            session.drop_guess()
            card, spare = self._card(session, assigned=assigned, requested=True), session.spare
            session.spare = None
            if spare is not None and spare.rests_on != card.rests_on:
                spare = None
            session.racing_for = card.moment.decision.act
            race = session.race = self._run(self._race_asked(session, card, spare, steps))
            race.add_done_callback(lambda _: steps.put_nowait(None))
        try:
            while (step := await steps.get()) is not None:
                yield step
            if not race.cancelled():
                race.result()  # raises what the race has raised
        finally:
            race.cancel()
            del race  # or the trace of its failure, which holds this frame, would hold the race

    async def _race_asked(
        self,
        session: Session,
        card: Card,
        spare: Spare | None,
        steps: asyncio.Queue[Growing | Suggestion | None],
    ) -> None:
        try:
            final = None if spare is None else self._delivery.anew(spare, card)
            if final is None:
                await session.calls_ended()
                with self._recording.of(card.moment, Asked(session.key, card.id, card.course.refused)):
                    final = await self._raced(session.key, card, steps)
            _leave(session)  # from here on nothing is given up: what cannot be written is told to who asked
            if final is not None and await self._show(session.key, card, final):
                steps.put_nowait(final)
        finally:
            _leave(session)

    async def _raced(
        self, key: Key, card: Card, steps: asyncio.Queue[Growing | Suggestion | None]
    ) -> Suggestion | None:
        """The final suggestion; what grows before it is told."""
        async with aclosing(self._delivery.race(card)) as race:
            async for step in race:
                if isinstance(step, Spare):
                    continue
                if step.status != "partial":
                    return step
                growing = Growing(step)
                self._grown(key, growing)
                steps.put_nowait(growing)
        return None

    async def settle(self) -> None:
        """Gives up every clock and race, and waits until what was recorded is in the log."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._shadowing.settle()
        await self._speculation.settle()
        await self._recording.settle()

    # --- all of them -------------------------------------------------------------------------------------

    async def moment(self, key: Key) -> Moment:
        """What would be answered if the customer's turn ended now."""
        assigned = await self._assigned(key)
        async with self._sessions.hold(key) as session:
            return self._moment(session, None, assigned)

    async def _assigned(self, key: Key) -> Assignment:
        return Assignment() if self._assigner is None else await self._assigner.assignment(key)

    def _card(
        self,
        session: Session,
        decision: Decision | None = None,
        *,
        assigned: Assignment = _UNASSIGNED,
        requested: bool = False,
    ) -> Card:
        conversation = session.conversation
        shown = conversation.shown
        return Card(
            id=session.next_suggestion_id(),
            moment=self._moment(session, decision, assigned, requested=requested),
            supersedes=shown.id if shown is not None else None,
            ended_at=self._clock.monotonic(),
            rests_on=conversation.rests_on,
        )

    def _moment(
        self, session: Session, decision: Decision | None, assigned: Assignment, *, requested: bool = False
    ) -> Moment:
        conversation = session.conversation
        if decision is None:
            decision = decide(conversation.reading, conversation.taken_turns(), conversation.opening)
        moment = conversation.moment(session.key.id, decision, tone=self._tone, requested=requested)
        return msgspec.structs.replace(
            moment, tenant=session.key.tenant, prompt=assigned.prompt, arm=assigned.arm
        )

    def _event(self, suggestion: Suggestion) -> Suggested:
        return Suggested(suggestion=suggestion, version=self._delivery.version_of(suggestion))

    def _stage(self, session: Session, card: Card, event: Suggested | Unshown) -> None:
        """The event, and after it what guards made the phrasebook pass over for it."""
        now_ms = self._clock.now_ms()
        session.stage(event, now_ms)
        for passed_over in card.course.passed_over:
            session.stage(passed_over, now_ms)

    def _run(self, coroutine: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


def _leave(session: Session) -> None:
    """The race of this task is over, or can be stopped no more."""
    if session.race is asyncio.current_task():
        session.race = None
        session.racing_for = None
