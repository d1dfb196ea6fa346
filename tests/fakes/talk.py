"""Short ways to talk to an engine of fakes, and a store whose disk answers when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from copilot.core.events import NewEvent, StoredEvent, Suggested
from copilot.core.types import Channel, Draft, Fragment, Opening, Speaker
from copilot.errors import ModelFailure, StoreUnavailable
from copilot.ports import Clock, Key, Summary
from copilot.stores.memory import MemoryStore
from tests.fakes.parts import Bench, ScriptedSuggester

KEY = Key("t", "c1")


def say(
    n: int | str,
    text: str,
    speaker: Speaker = "customer",
    *,
    final: bool = True,
    revision: int = 0,
    at: int = 0,
    turn_end: bool | None = None,
) -> Fragment:
    return Fragment(
        utterance_id=f"u{n}",
        revision=revision,
        final=final,
        speaker=speaker,
        text=text,
        start_ms=at,
        end_ms=at + 500,
        turn_end=turn_end,
    )


async def opened(bench: Bench, channel: Channel = "chat") -> None:
    await bench.engine.open("t", "c1", Opening(channel=channel))


async def kinds(bench: Bench) -> list[str]:
    """The types of the log's events; a suggestion by its status or the reason for its silence."""
    return [_kind(stored) for stored in await bench.store.read(KEY)]


def _kind(stored: StoredEvent) -> str:
    if not isinstance(stored.event, Suggested):
        return stored.type
    made = stored.event.suggestion
    return made.status if made.status == "withdrawn" or made.silence is None else made.silence


async def everything(stream: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in stream]


def llm(*steps: tuple[float, Draft | ModelFailure]) -> Callable[[Clock], ScriptedSuggester]:
    return lambda clock: ScriptedSuggester(clock, steps, "llm")


class HeldStore(MemoryStore):
    """While it is `held`, appends wait in the order they came; `release` commits them, the first `failing`
    of them not."""

    def __init__(self) -> None:
        super().__init__()
        self.held = False
        self._waiting: list[tuple[Callable[[], Awaitable[list[StoredEvent]]], asyncio.Future[Any]]] = []

    def append(
        self, key: Key, after: int, events: Sequence[NewEvent], at_ms: int, summary: Summary | None = None
    ) -> Awaitable[list[StoredEvent]]:
        done: asyncio.Future[list[StoredEvent]] = asyncio.get_running_loop().create_future()
        inner = super().append
        self._waiting.append((lambda: inner(key, after, events, at_ms, summary), done))
        if not self.held:
            self.release()
        return done

    def release(self, failing: int = 0) -> None:
        waiting, self._waiting = self._waiting, []
        for number, (append, done) in enumerate(waiting):
            if number < failing:
                done.set_exception(StoreUnavailable("disk full"))
                continue
            result: Any = append()
            if result.exception() is not None:
                done.set_exception(result.exception())
            else:
                done.set_result(result.result())
