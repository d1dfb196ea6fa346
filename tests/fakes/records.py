"""A writer of records on a fake endpoint, for an engine of fakes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from copilot.clocks import SimulatedClock
from copilot.core.events import WrapUp
from copilot.core.types import Moment
from copilot.ports import Ledger, RecordWriter
from copilot.prompts.library import PromptLibrary
from copilot.shipped import shipped
from copilot.stores.memory import MemoryLedger
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.calling import Calling, LlmLimits
from copilot.suggesters.purse import Purse
from copilot.suggesters.record_writing import LlmRecordWriter
from copilot.suggesters.upstream import connect
from tests.fakes.moments import WordCounter
from tests.fakes.openai_server import FakeOpenAI, Script, completion, stream
from tests.fakes.parts import Bench
from tests.fakes.talk import KEY, say

PROMPT = PromptLibrary(shipped()).get("wrap-up@1.0.0")
BETTER: dict[str, Any] = {
    "matter": "The customer's parcel did not arrive.",
    "cause": "Nobody found out where it was lost.",
    "course": "The customer had waited since Friday. The agent said sorry and promised a call. It is open.",
    "follow_up": "The agent promised to call by Tuesday.",
    "went_well": ["The agent named the matter."],
    "went_badly": [],
    "service_gaps": ["Parcels are lost without anybody noticing."],
}


def answer(**changes: object) -> str:
    return json.dumps(BETTER | changes)


class Writing(NamedTuple):
    """An engine whose records a model on `server` writes."""

    bench: Bench
    server: FakeOpenAI
    ledger: Ledger

    async def closed(self) -> None:
        """A conversation is held and closed, and time goes on until the model is asked."""
        await self.talked()
        await self.bench.engine.close(KEY)
        await self.bench.clock.advance(1_500)

    async def talked(self) -> None:
        await self.bench.engine.ingest(KEY, [say(1, "My parcel is gone, I waited since Friday!")])
        await self.bench.engine.ingest(KEY, [say(2, "I'm sorry. I'll call you by Tuesday.", "agent", at=900)])

    async def written(self) -> None:
        """Waits until nothing is being written any more."""
        running = [
            task
            for task in asyncio.all_tasks()
            if task.get_coro().__qualname__ == "Wrapping._write"  # type: ignore[union-attr]
        ]
        await asyncio.gather(*running, return_exceptions=True)

    async def drafts(self) -> list[WrapUp]:
        events = [stored.event for stored in await self.bench.store.read(KEY)]
        return [event for event in events if isinstance(event, WrapUp)]


@asynccontextmanager
async def writing(
    script: Script | None = None, *, tokens_a_day: int | None = None, limits: LlmLimits | None = None
) -> AsyncIterator[Writing]:
    ledger = MemoryLedger()
    async with FakeOpenAI(script or stream(completion(answer()))) as server:
        client = connect(server.base_url, "key-of-a-test", connect_s=20)

        def writer(bench: Bench) -> RecordWriter:
            def record(moment: Moment, answered: Any) -> None:
                bench.assembled.recording.heard(moment, answered)

            calling = Calling(
                client,
                "small-1",
                WordCounter(),
                Breaker(time.monotonic),
                monotonic=time.monotonic,
                limits=limits or LlmLimits(silence_s=20, patience_s=10),
                record=record,
                purse=Purse(ledger, SimulatedClock(0), lambda tenant: tokens_a_day),
            )
            return LlmRecordWriter(calling, lambda tenant: PROMPT)

        try:
            async with Bench(writer=writer) as bench:
                yield Writing(bench, server, ledger)
        finally:
            await client.close()
