"""Races the suggesters under one budget, lets guards judge every sentence, and decides what is shown.

The phrasebook is held back until a share of the budget; what was shown stays. An answer of the model that
comes after that is kept as a spare, for the agent to ask for. A truncated text is never final: where the
model breaks off, the phrasebook's phrase takes the same card, as its next revision.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Literal

import msgspec
import structlog
from msgspec import Struct, field

from copilot.core.events import Unshown
from copilot.core.suggestions import Silence, Suggestion, Timing
from copilot.core.types import Draft, Moment
from copilot.errors import ModelFailure
from copilot.ports import Clock, Meter, Refusal, Suggester

Judge = Callable[[Draft, Moment], Refusal | None]


# Why the policy says nothing, in words for the agent.
_SILENT: dict[str, tuple[Silence, str]] = {
    "customer_done": ("customer_done", "You have both said goodbye: nothing more is due."),
    "agent_handles_it": ("agent_handles_it", "The word is yours: it is for them to answer."),
    "in_hand": ("in_hand", "All is calm, and you know the next step best: ask when you want a phrase."),
}


class Budget(Struct, frozen=True, kw_only=True):
    """`total_ms` from the end of the turn to a phrase; the phrasebook waits for `hold_share` of it."""

    total_ms: int = 1_500
    hold_share: float = 0.6
    ttl_ms: int = 30_000


class Course(Struct):
    """What happened while a card was made: what guards stopped of the model's answer, which phrases of the
    phrasebook they made it pass over, the seconds spent in them, and the ms that passed before work began."""

    refused: list[Refusal] = []
    passed_over: list[Unshown] = []
    guards_s: float = 0.0
    queue_ms: float = 0.0


class Card(Struct, frozen=True, kw_only=True):
    """What a suggestion is made for: its id, the moment, what it follows, when the turn ended (s), and the
    seq of the last event that the moment rests on."""

    id: str
    moment: Moment
    supersedes: str | None
    ended_at: float
    rests_on: int = 0
    course: Course = field(default_factory=Course)


class Spare(Struct, frozen=True):
    """A whole answer of the model's that came after a phrase was shown, good while nothing has come since."""

    suggestion: Suggestion
    rests_on: int


Step = Suggestion | Spare


class Pump:
    """Runs a suggester in the background; its drafts wait here in order, a failure stands at their end."""

    def __init__(self, suggester: Suggester, moment: Moment) -> None:
        self.failed = False
        self._drafts: asyncio.Queue[Draft | ModelFailure | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._run(suggester, moment))

    async def _run(self, suggester: Suggester, moment: Moment) -> None:
        try:
            async with aclosing(suggester.suggest(moment)) as drafts:
                async for draft in drafts:
                    self._drafts.put_nowait(draft)
            self._drafts.put_nowait(None)
        except ModelFailure as failure:
            self.failed = True
            self._drafts.put_nowait(failure)
        except Exception:
            self.failed = True
            _broke("suggester")
            self._drafts.put_nowait(ModelFailure("broke"))

    async def next(self, clock: Clock, until: float) -> Draft | ModelFailure | None:
        """The next draft; None at the end; ModelFailure('deadline') when time is up."""
        if not self._drafts.empty():
            return self._drafts.get_nowait()
        get = asyncio.ensure_future(self._drafts.get())
        sleep = asyncio.ensure_future(clock.sleep(max(0.0, until - clock.monotonic())))
        try:
            await asyncio.wait({get, sleep}, return_when=asyncio.FIRST_COMPLETED)
            return get.result() if get.done() else ModelFailure("deadline")
        finally:
            get.cancel()
            sleep.cancel()

    def when_done(self, then: Callable[[], None]) -> None:
        self._task.add_done_callback(lambda _: then())

    def cancel(self) -> asyncio.Task[None]:
        """Gives up the call without waiting for its end, which is that of the task."""
        self._task.cancel()
        return self._task

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._task


class Delivery:
    """Makes suggestions out of moments. Knows no conversation, no store and no stream."""

    def __init__(
        self,
        phrasebook: Suggester,
        model: Suggester | None,
        judge: Judge,
        clock: Clock,
        *,
        budget: Budget,
        meter: Meter,
    ) -> None:
        self._phrasebook = phrasebook
        self._model = model
        self._judge = judge
        self._clock = clock
        self._budget = budget
        self._meter = meter

    @property
    def has_model(self) -> bool:
        return self._model is not None

    def version_of(self, suggestion: Suggestion) -> str:
        """The version of what made a suggestion."""
        suggester = self._model if suggestion.origin == "llm" and self._model else self._phrasebook
        return suggester.version

    def silence(self, card: Card, reason: Silence, why: str, revision: int = 1) -> Suggestion:
        """A suggestion to say nothing."""
        self._meter.silence(reason)
        draft = Draft(act="listen", text="", why=why, origin="phrasebook")
        return msgspec.structs.replace(self.made(card, draft, revision=revision), silence=reason)

    async def at_once(self, card: Card, revision: int = 1) -> Suggestion:
        """The phrasebook's answer: a phrase, or silence with its reason."""
        moment = card.moment
        if moment.decision.silence is not None and not moment.requested:
            return self.silence(card, *_SILENT[moment.decision.silence])
        if not moment.opening.locale.lower().startswith("en"):
            return self.silence(card, "locale", "No phrases in this conversation's language yet.")
        started = self._clock.monotonic()
        # The phrasebook lets the guards judge while it chooses: the next best takes a refused one's place.
        try:
            async with aclosing(self._phrasebook.suggest(moment)) as drafts:
                async for draft in drafts:
                    if draft.refused is not None:
                        self._pass_over(card, draft, draft.refused)
                        continue
                    chosen_ms = (self._clock.monotonic() - started) * 1000
                    suggestion = self.made(card, draft, guards_ms=chosen_ms, revision=revision)
                    self._count(suggestion)
                    return suggestion
        except Exception:  # a phrase that cannot be made must not cost the fragment it is for
            _broke("phrasebook")
        return self.silence(card, "nothing_new", "Nothing new to say that would help now.", revision)

    def anew(self, spare: Spare, card: Card) -> Suggestion:
        """A spare on the card of who asks now: it follows what is on show now, and its time begins now."""
        suggestion = msgspec.structs.replace(
            spare.suggestion,
            id=card.id,
            supersedes=card.supersedes,
            valid_until=self._clock.now_ms() + self._budget.ttl_ms,
        )
        self._count(suggestion)
        return suggestion

    def asks_model(self, moment: Moment) -> bool:
        """Is this a moment for the model, or for the phrasebook alone?"""
        quiet = moment.decision.silence is not None and not moment.requested
        return self._model is not None and not quiet and moment.opening.locale.lower().startswith("en")

    def pump(self, moment: Moment) -> Pump:
        """Begins to ask the model; to be stopped, or handed to a race."""
        assert self._model is not None
        return Pump(self._model, moment)

    async def race(self, card: Card, begun: Pump | None = None) -> AsyncGenerator[Step, None]:
        """Growing suggestions (status partial), the final one, and perhaps a spare. `begun` is a call that
        was started before."""
        moment = card.moment
        if self._model is None or not self.asks_model(moment):
            yield await self.at_once(card)
            return
        card.course.queue_ms = self._since(card)
        total = self._budget.total_ms / 1000
        hold = total if moment.requested else total * self._budget.hold_share
        pump = begun or Pump(self._model, moment)
        good: Draft | None = None
        answered = False
        first_ms: float | None = None
        try:
            while True:
                until = card.ended_at + (hold if good is None and not answered else total)
                item = await pump.next(self._clock, until)
                if isinstance(item, Draft):
                    first_ms = first_ms if first_ms is not None else self._since(card)
                    refusal = self.judge(card, item)
                    good = item if refusal is None else good
                    if good is not None and (item.done or refusal is not None):
                        # A later sentence that fails ends the card at the one before it.
                        final = self.made(card, good, model_ms=first_ms)
                        if answered:
                            yield Spare(final, card.rests_on)
                        else:
                            self._count(final)
                            yield final
                        return
                    if good is not None:
                        if not answered:
                            yield self.made(card, good, model_ms=first_ms, status="partial")
                        continue
                elif isinstance(item, ModelFailure):
                    self._meter.model_error(item.reason)
                if answered:
                    return
                yield await self.at_once(card, revision=1 if good is None else 2)
                answered = True
                if good is not None or not (isinstance(item, ModelFailure) and item.reason == "deadline"):
                    return
        finally:
            await pump.stop()

    def judge(self, card: Card, draft: Draft) -> Refusal | None:
        """What the guards say, counted."""
        started = self._clock.monotonic()
        try:
            refusal = self._judge(draft, card.moment)
        except Exception:  # what cannot be judged is not shown
            _broke("guard")
            refusal = Refusal("broke", "it could not be judged")
        if refusal is not None:
            self._meter.refusal(refusal.rule)
            card.course.refused.append(refusal)
        card.course.guards_s += self._clock.monotonic() - started
        return refusal

    def _pass_over(self, card: Card, draft: Draft, refusal: Refusal) -> None:
        """Counts what a guard refused of the phrasebook, and keeps it for the log."""
        self._meter.refusal(refusal.rule)
        kept = Unshown(
            suggestion=self.made(card, draft),
            reason="refused",
            refused=refusal.rule,
            because=refusal.reason,
            version=self._phrasebook.version,
        )
        card.course.passed_over.append(kept)

    def _since(self, card: Card) -> float:
        return (self._clock.monotonic() - card.ended_at) * 1000

    def _count(self, suggestion: Suggestion) -> None:
        self._meter.suggestion(suggestion.origin, suggestion.act, suggestion.timing.total / 1000)

    def made(
        self,
        card: Card,
        draft: Draft,
        *,
        guards_ms: float = 0.0,
        revision: int = 1,
        model_ms: float | None = None,
        status: Literal["partial", "final"] = "final",
    ) -> Suggestion:
        """A draft as a card's suggestion, with its times."""
        timing = Timing(
            queue=round(card.course.queue_ms, 2),
            model=None if model_ms is None else round(model_ms, 2),
            guards=round(guards_ms + card.course.guards_s * 1000, 2),
            total=round(self._since(card), 2),
        )
        return Suggestion(
            id=card.id,
            revision=revision,
            status=status,
            act=draft.act,
            text=draft.text,
            why=draft.why,
            alternatives=draft.alternatives,
            phase=card.moment.reading.phase,
            trigger_seq=card.moment.trigger_seq,
            supersedes=card.supersedes,
            valid_until=self._clock.now_ms() + self._budget.ttl_ms,
            ttl_ms=self._budget.ttl_ms,
            origin=draft.origin,
            prompt=draft.prompt,
            prompt_hash=draft.prompt_hash,
            phrase_id=draft.phrase_id,
            policy_row=card.moment.decision.row,
            evidence=draft.evidence,
            timing=timing,
        )


def _broke(part: str) -> None:
    structlog.get_logger().exception("broke", part=part)
