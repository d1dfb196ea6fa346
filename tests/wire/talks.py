"""A conversation over real sockets as its panel sees it: what was said goes in, cards come out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from copilot.client import CopilotClient

COMPLAINT = "The kettle leaks, and this is the third one you sent me!"


@dataclass(frozen=True)
class Seen:
    """A suggestion as it came, and when."""

    at: float
    card: dict[str, Any]


@dataclass
class Talk:
    """One conversation, its stream followed from the start. `case` stands in what a model is asked."""

    client: CopilotClient
    case: str
    seen: list[Seen] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _said: int = 0

    async def follow(self, after: str) -> None:
        async for event in self.client.events(self.case, after):
            if event.type == "suggestion":
                self.seen.append(Seen(time.monotonic(), event.json()["suggestion"]))
            async with self._news:
                self._said = max(self._said, event.json().get("seq", 0))
                self._news.notify_all()

    async def say(self, speaker: str, text: str, **more: object) -> int:
        """A final; returns its seq."""
        name = f"u{self._said}-{time.monotonic_ns()}"
        spoken = {"utterance_id": name, "revision": 1, "final": True, "speaker": speaker, "text": text}
        now_ms = time.monotonic_ns() // 1_000_000
        answer = await self.client.send(self.case, [{**spoken, "start_ms": now_ms, "end_ms": now_ms, **more}])
        seq: int = answer["results"][0]["seq"]
        return seq

    async def complain(self, text: str = COMPLAINT) -> int:
        """The customer's turn, and its end; returns the seq of the trigger."""
        return await self.say("customer", text, turn_end=True)

    async def heard(self, seq: int) -> None:
        """Until the stream has come so far."""
        async with self._news:
            await self._news.wait_for(lambda: self._said >= seq)

    def cards(self, trigger: int) -> list[Seen]:
        return [each for each in self.seen if each.card["trigger_seq"] == trigger]

    async def card(self, trigger: int, within_s: float) -> Seen:
        """The final one for a trigger. Raises TimeoutError."""

        def final() -> Seen | None:
            return next((each for each in self.cards(trigger) if each.card["status"] == "final"), None)

        async with asyncio.timeout(within_s), self._news:
            await self._news.wait_for(lambda: final() is not None)
        found = final()
        assert found is not None
        return found


@asynccontextmanager
async def talk(client: CopilotClient, case: str) -> AsyncIterator[Talk]:
    """Opens a conversation and its stream; both are there when it begins."""
    context = {"facts": [{"name": "case", "value": case}]}
    view = await client.open({"id": case, "channel": "chat", "context": context})
    talking = Talk(client, case)
    following = asyncio.create_task(talking.follow(view["next_event_id"].partition(".")[0] + ".0"))
    try:
        await asyncio.wait_for(talking.heard(await talking.say("agent", "Hello.")), 30)
        yield talking
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
