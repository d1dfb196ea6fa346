"""What the model was asked and said, put into the log beside the card it was for, with what guards
refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec
import structlog

from copilot.core.events import Answered, AnyEvent
from copilot.core.types import Moment
from copilot.engine.asked import Asked
from copilot.engine.sessions import Session, Sessions
from copilot.errors import CopilotError
from copilot.ports import Clock, Key, Meter


class Recording:
    """Told of each call's end by the suggester, it writes when the race around the call is over."""

    def __init__(self, sessions: Sessions, clock: Clock, meter: Meter) -> None:
        self._sessions = sessions
        self._clock = clock
        self._meter = meter
        self._asked: dict[int, Asked] = {}
        self._writing: set[asyncio.Task[None]] = set()

    @contextmanager
    def of(self, moment: Moment, asked: Asked) -> Iterator[Asked]:
        """While the block runs, what is heard of this moment belongs to `asked`; at its end it is written."""
        self.begin(moment, asked)
        try:
            yield asked
        finally:
            self.end(moment)

    def begin(self, moment: Moment, asked: Asked) -> None:
        self._asked[id(moment)] = asked

    def end(self, moment: Moment) -> None:
        asked = self._asked.pop(id(moment), None)
        if asked is None:
            return
        refused = tuple(f"{refusal.rule}: {refusal.reason}" for refusal in asked.refused)
        for answered in asked.answers:
            self.write(
                asked.key,
                msgspec.structs.replace(
                    answered, suggestion_id=asked.card, refusals=refused, speculated=asked.speculated
                ),
            )

    def heard(self, moment: Moment, answered: Answered) -> None:
        """The end of a call: its cost is counted at once, its answer written with the rest of the race."""
        self._meter.tokens(
            moment.arm, answered.tokens_in or 0, answered.tokens_cached or 0, answered.tokens_out or 0
        )
        structlog.get_logger().info(
            "model_call",
            tenant=moment.tenant,
            conversation=moment.seed,
            prompt=answered.prompt,
            arm=moment.arm,
            outcome=answered.outcome,
            tokens_in=answered.tokens_in,
            tokens_cached=answered.tokens_cached,
            tokens_out=answered.tokens_out,
            ms=answered.total_ms and round(answered.total_ms),
        )
        asked = self._asked.get(id(moment))
        if asked is not None:
            asked.answers.append(msgspec.structs.replace(answered, arm=moment.arm))

    def write(self, key: Key, event: AnyEvent) -> None:
        """Appends an internal event in the background: nobody waits for it."""
        writing = asyncio.create_task(self._append(key, event))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    async def _append(self, key: Key, event: AnyEvent) -> None:
        async def stage(session: Session) -> None:
            session.stage(event, self._clock.now_ms())

        with suppress(CopilotError):
            await self._sessions.write(key, stage)

    async def settle(self) -> None:
        """Waits until what was heard is in the log."""
        await asyncio.gather(*self._writing, return_exceptions=True)
