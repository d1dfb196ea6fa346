"""The draft for the customer record: a template at once with the close, better told by a model later.

The close never waits for the model. Its draft is a further event: one call for each conversation, none of it
where the agent wrote their own text, where somebody spoke meanwhile, or where a sentence is not grounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec
import structlog
from msgspec import Struct

from copilot.core.conversation import Conversation
from copilot.core.events import WrapUp
from copilot.core.types import Decision, Moment
from copilot.core.wrap_up import VERSION, Facts, wrap_up
from copilot.engine.asked import Asked
from copilot.engine.pressure import Shed
from copilot.engine.recording import Recording
from copilot.engine.sessions import Session, Sessions
from copilot.errors import CopilotError, ModelFailure
from copilot.guards.records import ungrounded
from copilot.ports import Clock, Key, Meter, RecordWriter, Refusal

# The last finals of a call come a little after its end: the model is told of them too.
_FINALS_S = 1.0
# Later the agent has long read the template.
_PATIENCE_S = 30.0
_OVER = Decision(act="close", why="The conversation is over.", row="wrap-up")
# What answers are written down under, beside the ids of cards.
_CARD = "wrap-up"


def stage(session: Session, now_ms: int) -> None:
    """Under the session's lock. Of silence there is no record; the same draft is not staged twice, and a
    better one is not undone by this."""
    conversation = session.conversation
    if not len(conversation.turns):
        return
    summary = wrap_up(
        Facts(
            reading=conversation.reading,
            course=conversation.course,
            did=conversation.did,
            lasted_ms=conversation.said_ms,
            agent_spoke=any(turn.speaker == "agent" for turn in conversation.turns.all()),
        )
    )
    before = conversation.wrap_up
    if before is None or (before.version == VERSION and before.summary != summary):
        session.stage(WrapUp(summary=summary, version=VERSION), now_ms)


class _Over(Struct, frozen=True):
    """A conversation that is over, as the writer is told of it; `rests_on` is the last that was said."""

    moment: Moment
    template: WrapUp
    rests_on: int


class Wrapping:
    """Has each record written once, beside the work. Without a `writer` the template is all there is."""

    def __init__(
        self,
        sessions: Sessions,
        recording: Recording,
        clock: Clock,
        meter: Meter,
        *,
        writer: RecordWriter | None = None,
        sheds: Callable[[Shed], bool] = lambda _: False,
    ) -> None:
        self._sessions = sessions
        self._recording = recording
        self._clock = clock
        self._meter = meter
        self._writer = writer
        self._sheds = sheds
        self._running: dict[Key, asyncio.Task[None]] = {}

    @property
    def by_model(self) -> bool:
        return self._writer is not None

    def end(self, session: Session, now_ms: int) -> None:
        """Stages the template's draft; with the submit the model's begins."""
        stage(session, now_ms)
        if self._writer is None or session.conversation.wrap_up is None:
            return
        writer = self._writer
        session.on_submit.append(lambda: self._begin(session.key, writer))

    def is_writing(self, session: Session, now_ms: int) -> bool:
        """Is the model at it, or about to be? Not where its draft would not be taken any more."""
        conversation = session.conversation
        draft, closed_ms = conversation.wrap_up, conversation.close_asked_ms
        if self._writer is None or draft is None or closed_ms is None:
            return False
        begins = now_ms - closed_ms < _FINALS_S * 1_000
        return (begins or session.key in self._running) and _may_be_better(conversation, draft)

    def stop(self, key: Key) -> None:
        """Gives up the call for this conversation: it is erased."""
        if key in self._running:
            self._running[key].cancel()

    async def settle(self) -> None:
        """Gives up what runs."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _begin(self, key: Key, writer: RecordWriter) -> None:
        if key in self._running:  # the close is written anew, after another writer
            return
        task = self._running[key] = asyncio.create_task(self._write(key, writer))
        task.add_done_callback(lambda _: self._running.pop(key, None))

    async def _write(self, key: Key, writer: RecordWriter) -> None:
        await self._clock.sleep(_FINALS_S)
        if self._sheds("model"):
            self._meter.shed("model")
            return
        with suppress(CopilotError):
            over = await self._over(key)
            if over is None:
                return
            asked = Asked(key, _CARD, [])
            with self._recording.of(over.moment, asked):
                better = await self._told(writer, over)
                refusal = None if better is None else _judge(over, better)
                if refusal is not None:
                    self._meter.refusal(refusal.rule)
                    asked.refused.append(refusal)
            if better is not None and refusal is None:
                await self._keep(key, over, better)

    async def _over(self, key: Key) -> _Over | None:
        """None where the model is not to be asked: not English, or the agent has written the record."""
        async with self._sessions.hold(key) as session:
            conversation = session.conversation
            template = conversation.wrap_up
            if template is None or not _may_be_better(conversation, template):
                return None
            moment = msgspec.structs.replace(conversation.moment(key.id, _OVER), tenant=key.tenant)
            return _Over(moment, template, conversation.rests_on)

    async def _told(self, writer: RecordWriter, over: _Over) -> WrapUp | None:
        """The model's draft, if it comes in time and is one."""
        call = asyncio.ensure_future(writer.write(over.moment, over.template))
        late = asyncio.ensure_future(self._clock.sleep(_PATIENCE_S))
        try:
            await asyncio.wait({call, late}, return_when=asyncio.FIRST_COMPLETED)
            if call.done():
                return call.result()
            self._meter.model_error("deadline")
        except ModelFailure as failure:
            self._meter.model_error(failure.reason)
        except Exception:  # the template stands, whatever is wrong with the writer
            structlog.get_logger().exception("broke", part="record writer")
        finally:
            call.cancel()
            late.cancel()
            await asyncio.gather(call, late, return_exceptions=True)
            # The trace of what the call raised holds this frame, and so would the call hold itself.
            del call, late
        return None

    async def _keep(self, key: Key, over: _Over, better: WrapUp) -> None:
        async def staged(session: Session) -> None:
            conversation = session.conversation
            if conversation.rests_on == over.rests_on and _may_be_better(conversation, over.template):
                session.stage(better, self._clock.now_ms())

        await self._sessions.write(key, staged)


def _may_be_better(conversation: Conversation, template: WrapUp) -> bool:
    """Does the template's draft still stand, and nothing of the agent's own?"""
    english = conversation.opening.locale.lower().startswith("en")
    untouched = conversation.wrap_up_text is None and conversation.wrap_up == template
    return english and untouched and template.version == VERSION


def _judge(over: _Over, better: WrapUp) -> Refusal | None:
    """What the guard says of the sentences that the template did not have."""
    noted = frozenset(_texts(over.template.summary))
    for text in _texts(better.summary):
        if text not in noted and (refusal := ungrounded(text, over.moment, noted)) is not None:
            return refusal
    return None


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for inner in part.values():
            yield from _texts(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _texts(inner)
