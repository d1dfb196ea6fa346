"""What the copilot adds to a model's first sentence, over reading the same endpoint with the same client."""

from __future__ import annotations

import asyncio
import itertools
import json
import time

from copilot.suggesters.upstream import connect
from tests.bench import wire
from tests.fakes.openai_server import FakeOpenAI, Received, Reply, completion, dripping, stream

_FIRST_TOKEN_S = 0.2
_PHRASE = "That is three weeks of waiting for something you paid for. I am going to find out where it is."
_names = itertools.count()


def _answer(_: Received) -> Reply:
    """The first token after a fixed time, then four characters every 2 ms."""
    answer = json.dumps(
        {"act": "acknowledge", "phrase": _PHRASE, "why": "They were not heard yet.", "alternatives": []}
    )
    return stream(dripping(completion(answer, size=4), 0.002), before=_FIRST_TOKEN_S)


async def _directly(base_url: str, count: int) -> list[float]:
    """Seconds until the client library has given out the end of the first sentence."""
    client = connect(base_url, "none")
    took = []
    for _ in range(count):
        started = time.perf_counter()
        answer = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "hello"}], stream=True
        )
        text, first = "", None
        async for piece in answer:
            text += (piece.choices[0].delta.content or "") if piece.choices else ""
            if first is None and "paid for." in text:
                first = time.perf_counter() - started
        assert first is not None
        took.append(first)
    await client.close()
    return took


async def _through(port: int, count: int) -> list[float]:
    """Seconds from sending the end of the turn to the first sentence on an open stream."""
    took = []
    for _ in range(count):
        name = f"model{next(_names)}"
        connection = await wire.Connection.to(port)
        await wire.open_conversation(connection, name)
        arrived: asyncio.Queue[float] = asyncio.Queue()

        def seen(data: str, at: float, arrived: asyncio.Queue[float] = arrived) -> None:
            if "paid for." in data:
                arrived.put_nowait(at)

        async with wire.events(port, name, seen):
            body = wire.fragment(
                0,
                0,
                "it has not come for three weeks now and nobody tells me anything",
                final=True,
                turn_end=True,
            )
            sent = time.perf_counter()
            await connection.post(f"/v1/conversations/{name}/fragments", body)
            took.append(await asyncio.wait_for(arrived.get(), 10) - sent)
        connection.close()
    return took


async def first_sentences(rounds: int, count: int = 25) -> tuple[list[float], list[float]]:
    """The excess in ms at p50 and at p99, a value a round."""
    p50, p99 = [], []
    async with FakeOpenAI(_answer) as endpoint:
        with wire.copilot(
            COPILOT_MODEL_BASE_URL=endpoint.base_url, COPILOT_MODEL="m", COPILOT_BUDGET_MS="5000"
        ) as ours:
            await _through(ours.port, 3)
            for _ in range(rounds):
                direct = await _directly(endpoint.base_url, count)
                through = await _through(ours.port, count)
                p50.append((wire.quantile(through, 0.5) - wire.quantile(direct, 0.5)) * 1000)
                p99.append((wire.quantile(through, 0.99) - wire.quantile(direct, 0.99)) * 1000)
    return p50, p99
