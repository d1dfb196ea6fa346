"""Asks the model before the customer's turn has ended: what they said is stable, or sounds finished.

If the turn then ends with the same words, the answer that is on its way is used; else it is dropped. At most
one such call a conversation, and none beside a race.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import msgspec

from copilot.core.types import Fragment, Moment
from copilot.engine.asked import Asked, Guess
from copilot.engine.delivery import Card, Delivery
from copilot.engine.recording import Recording
from copilot.engine.sessions import Session
from copilot.ports import Assigner, Assignment, Clock

_WORD = re.compile(r"[^\W_]+")
_FINISHED = re.compile(r"[.!?…][\"'”’)]*\s*$")


class Speculation:
    """`after_ms` without another word make a text stable; 0 switches it off. `imagine` gives the moment as if
    the turn ended with this fragment."""

    def __init__(
        self,
        delivery: Delivery,
        recording: Recording,
        clock: Clock,
        *,
        after_ms: int,
        assigner: Assigner | None,
        imagine: Callable[[Session, Fragment, Assignment], Moment],
    ) -> None:
        self._delivery = delivery
        self._recording = recording
        self._clock = clock
        self._after_ms = after_ms
        self._assigner = assigner
        self._imagine = imagine
        self._thinking: set[asyncio.Task[None]] = set()

    def heard(self, session: Session, fragment: Fragment) -> None:
        """The customer goes on with this, their turn not over."""
        if not self._after_ms or not self._delivery.has_model:
            return
        words = _words(fragment.text)
        guess = session.guess
        if guess is not None and guess.heard == words:
            return  # the same again, a final after its partial perhaps
        session.drop_guess()
        if not words:
            return
        wait_ms = 0 if _FINISHED.search(fragment.text) else self._after_ms
        guess = session.guess = Guess(words)
        guess.thinking = asyncio.create_task(self._begin(session, fragment, guess, wait_ms))
        self._thinking.add(guess.thinking)
        guess.thinking.add_done_callback(self._thinking.discard)

    async def _begin(self, session: Session, fragment: Fragment, guess: Guess, wait_ms: int) -> None:
        if wait_ms:
            await self._clock.sleep(wait_ms / 1000)
        assigned = Assignment()
        if self._assigner is not None:
            assigned = await self._assigner.assignment(session.key)
        await session.calls_ended()
        if session.guess is not guess or session.failed or assigned.held_out:
            return
        moment = self._imagine(session, fragment, assigned)
        if self._delivery.asks_model(moment):
            guess.moment = moment
            guess.asked = Asked(session.key, "", [], speculated=True)
            self._recording.begin(moment, guess.asked)
            guess.pump = self._delivery.pump(moment)
            guess.pump.when_done(lambda: self._recording.end(moment) if guess.dropped else None)

    def take(self, session: Session, card: Card) -> Guess | None:
        """The call that is on its way for just this card's moment; any other is dropped."""
        guess = session.guess
        if guess is None or guess.moment is None or guess.pump is None or guess.asked is None:
            session.drop_guess()
            return None
        if guess.pump.failed or not _same(guess.moment, card.moment):
            session.drop_guess()
            return None
        session.guess = None
        guess.asked.card, guess.asked.refused = card.id, card.course.refused
        return guess

    async def settle(self) -> None:
        """Gives up what was only thought of."""
        thinking = list(self._thinking)
        for task in thinking:
            task.cancel()
        await asyncio.gather(*thinking, return_exceptions=True)


def _same(guessed: Moment, real: Moment) -> bool:
    """Is the answer to the one an answer to the other? What was said counts without marks and capitals."""
    plain = msgspec.structs.replace(guessed, turns=(), reading=real.reading, decision=real.decision)
    plain = msgspec.structs.replace(plain, trigger_seq=real.trigger_seq)
    return (
        plain == msgspec.structs.replace(real, turns=())
        and guessed.decision.act == real.decision.act
        and [(turn.speaker, _words(turn.text)) for turn in guessed.turns]
        == [(turn.speaker, _words(turn.text)) for turn in real.turns]
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))
