"""The baseline: a bare Litestar handler with the same body model, and a stream with no work behind it.

Run as `python -m tests.bench.baseline PORT`, with the options of the real server.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from typing import Any

import uvicorn
from litestar import Litestar, get, post
from litestar.params import JSONBody
from litestar.response import Stream

from copilot.core.types import Fragment
from copilot.core.views import FragmentResult, Ingested, StateView

_STATE = StateView(
    seq=1, phase="venting", confidence=0.5, heard=False, heat=0, emotion="neutral", cause="other"
)
_RESULT = Ingested(
    results=(FragmentResult(utterance_id="u", revision=0, status="accepted", seq=1),), state=_STATE
)


def build() -> Litestar:
    waiting: dict[str, asyncio.Queue[bytes]] = {}

    @post("/v1/conversations/{conversation_id:str}/fragments", status_code=200)
    async def fragments(conversation_id: str, data: JSONBody[Fragment]) -> Ingested:
        return _RESULT

    @post("/v1/conversations/{conversation_id:str}/bump", status_code=200)
    async def bump(conversation_id: str, data: JSONBody[Fragment]) -> Ingested:
        queue = waiting.get(conversation_id)
        if queue is not None:
            queue.put_nowait(b'event: suggestion\ndata: {"type":"suggestion"}\n\n')
        return _RESULT

    @get("/v1/conversations/{conversation_id:str}/events")
    async def events(conversation_id: str) -> Stream:
        queue = waiting.setdefault(conversation_id, asyncio.Queue())

        async def body() -> AsyncGenerator[bytes, None]:
            yield b":\n\n"
            while True:
                yield await queue.get()

        return Stream(body(), media_type="text/event-stream")

    return Litestar([fragments, bump, events], openapi_config=None, logging_config=None)


def main(port: int) -> None:
    options: dict[str, Any] = {"loop": "uvloop", "http": "httptools", "access_log": False, "log_config": None}
    uvicorn.run(build(), host="127.0.0.1", port=port, timeout_graceful_shutdown=1, **options)


if __name__ == "__main__":
    main(int(sys.argv[1]))
