"""Plays a planned conversation through the public API in real time, and keeps what came back."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from copilot.client import CopilotClient, ServerEvent
from copilot.replay.planning import Step, as_json

# How long after the close the stream may take to say so.
_CLOSING_S = 10.0


class Audience(Protocol):
    """Whoever watches: told of every step with the server's answer, and of every event of the stream."""

    def sent(self, step: Step, answer: Mapping[str, Any]) -> None: ...
    def heard(self, event: ServerEvent, after_ms: float | None) -> None:
        """`after_ms` counts from when the customer's last turn end was sent."""
        ...


@dataclass
class Played:
    """What came of one conversation."""

    conversation: str
    statuses: Counter[str] = field(default_factory=Counter)
    transcript: Sequence[Mapping[str, Any]] = ()
    asked: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)

    @property
    def fragments(self) -> int:
        return self.statuses.total()

    def phrase_ms(self) -> list[float]:
        """From sending the customer's last words to the phrase on the stream, for each that got one."""
        return [1000 * (at - self.asked[seq]) for seq, at in self.answered.items() if seq in self.asked]


class Player:
    """Plays conversations at a speed; None is as fast as the server answers."""

    def __init__(self, client: CopilotClient, speed: float | None) -> None:
        self._client = client
        self._speed = speed

    async def play(
        self, opening: Mapping[str, Any], steps: Sequence[Step], audience: Audience | None = None
    ) -> Played:
        """Opens, sends, closes and reads back. Raises what the server refuses."""
        view = await self._client.open(opening)
        played = Played(view["id"])
        turn_end: list[float] = []
        stream = asyncio.create_task(self._listen(played, view["next_event_id"], turn_end, audience))
        try:
            await self._send(played, steps, turn_end, audience)
            await self._client.close(played.conversation)
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING_S):
                    await stream
        finally:
            stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)
        played.transcript = (await self._client.get(played.conversation))["transcript"]
        return played

    async def _send(
        self, played: Played, steps: Sequence[Step], turn_end: list[float], audience: Audience | None
    ) -> None:
        began = time.perf_counter()
        for step in steps:
            if self._speed is not None:
                await asyncio.sleep(began + step.at_ms / 1000 / self._speed - time.perf_counter())
            now = time.perf_counter()
            if any(f.speaker == "customer" and f.turn_end for f in step.fragments):
                turn_end[:] = [now]
            answer = await self._client.send(played.conversation, [as_json(f) for f in step.fragments])
            for fragment, result in zip(step.fragments, answer["results"], strict=True):
                played.statuses[result["status"]] += 1
                if fragment.turn_end and result["status"] == "accepted":
                    played.asked[result["seq"]] = now
            if audience is not None:
                audience.sent(step, answer)

    async def _listen(
        self, played: Played, after: str, turn_end: list[float], audience: Audience | None
    ) -> None:
        async for event in self._client.events(played.conversation, after):
            now = time.perf_counter()
            if event.type == "suggestion":
                card = event.json()["suggestion"]
                if card["status"] != "withdrawn" and card["text"]:
                    played.answered.setdefault(card["trigger_seq"], now)
            if audience is not None:
                audience.heard(event, 1000 * (now - turn_end[0]) if turn_end else None)
