"""Shadow versions: asked about the same moment after the live answer, judged, logged, and shown to nobody."""

from __future__ import annotations

import asyncio

import msgspec

from copilot.core.events import Unshown
from copilot.core.types import Draft, Moment
from copilot.engine.asked import Asked
from copilot.engine.delivery import Card, Delivery
from copilot.engine.recording import Recording
from copilot.ports import Clock, Key

# Nobody waits for it: it may take longer than a phrase may.
_PATIENCE_S = 30.0


class Shadowing:
    """At most one shadow call a conversation; the next moment's takes its place."""

    def __init__(self, delivery: Delivery, recording: Recording, clock: Clock) -> None:
        self._delivery = delivery
        self._clock = clock
        self._recording = recording
        self._running: dict[Key, asyncio.Task[None]] = {}

    def begin(self, key: Key, card: Card, prompt: str) -> None:
        """Asks version `prompt` about what the card was made for."""
        self.stop(key)
        moment = msgspec.structs.replace(card.moment, prompt=prompt, arm="shadow")
        task = self._running[key] = asyncio.create_task(self._ask(key, card, moment))
        task.add_done_callback(lambda done: self._forget(key, done))

    def stop(self, key: Key) -> None:
        task = self._running.pop(key, None)
        if task is not None:
            task.cancel()

    def _forget(self, key: Key, task: asyncio.Task[None]) -> None:
        if self._running.get(key) is task:
            del self._running[key]

    async def _ask(self, key: Key, card: Card, moment: Moment) -> None:
        own = Card(id=card.id, moment=moment, supersedes=None, ended_at=card.ended_at)
        asked = Asked(key, card.id, own.course.refused)
        with self._recording.of(moment, asked):
            draft = await self._whole(moment)
            if draft is None:
                return
            refusal = self._delivery.judge(own, draft)
            made = self._delivery.made(own, draft)
            self._recording.write(
                key,
                Unshown(
                    suggestion=made,
                    reason="shadow",
                    refused=None if refusal is None else refusal.rule,
                    version=self._delivery.version_of(made),
                ),
            )

    async def _whole(self, moment: Moment) -> Draft | None:
        pump = self._delivery.pump(moment)
        try:
            until = self._clock.monotonic() + _PATIENCE_S
            while isinstance(item := await pump.next(self._clock, until), Draft):
                if item.done:
                    return item
            return None
        finally:
            await pump.stop()

    async def settle(self) -> None:
        """Gives up what runs."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
