"""WebSocket frames by hand: what the standard allows is answered, what it forbids ends with its code."""

from __future__ import annotations

import asyncio
import json

from tests.api.conftest import Stage
from tests.api.frames import CLOSE, PING, PONG, TEXT, Ends, GoesOn, ending, frame, going_on
from tests.api.serving import Wire

_LAST = frame(TEXT, b'{"type":"ping","ref":"last"}')
_AT_ONCE = 16


async def _connected(stage: Stage, port: int) -> Wire:
    wire = await Wire.to(port)
    upgrade = {"upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13"}
    upgrade["sec-websocket-key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    status, _ = await wire.request("GET", "/v1/conversations/c1/stream", stage.key() | upgrade)
    assert status == 101
    return wire


async def _next(wire: Wire) -> tuple[int, bytes]:
    """The opcode and payload of the next frame from the server."""
    first, length = await wire.reader.readexactly(2)
    if length >= 126:
        length = int.from_bytes(await wire.reader.readexactly(2 if length == 126 else 8), "big")
    return first & 15, await wire.reader.readexactly(length)


async def _came(stage: Stage, port: int, case: GoesOn | Ends) -> GoesOn | Ends | str:
    """The case as it went: equal to the case itself where all was as it should be."""
    wire = await _connected(stage, port)
    wire.writer.write(case.sent + (_LAST if isinstance(case, GoesOn) else b""))
    pongs: list[bytes] = []
    answers = 0
    try:
        async with asyncio.timeout(30):
            while True:
                opcode, payload = await _next(wire)
                if opcode == CLOSE:
                    return Ends(case.name, case.sent, int.from_bytes(payload[:2], "big"))
                if opcode == PONG:
                    pongs.append(payload)
                elif opcode == PING:  # the server's own
                    continue
                elif json.loads(payload).get("ref") == "last":
                    return GoesOn(case.name, case.sent, tuple(pongs), answers)
                else:
                    answers += 1
    except (TimeoutError, EOFError, ConnectionError) as error:
        return f"{case.name}: {type(error).__name__}"
    finally:
        wire.close()


async def test_a_hundred_and_more_frames_are_taken_as_the_standard_says(stage: Stage, port: int) -> None:
    """Sizes, pings, parts, UTF-8 and closes, whole and byte by byte: each case answers or ends as RFC 6455
    has it, and none of them in another way."""
    cases: list[GoesOn | Ends] = [*going_on(), *ending()]
    assert len(cases) > 150
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(case: GoesOn | Ends) -> GoesOn | Ends | str:
        async with free:
            return await _came(stage, port, case)

    came = await asyncio.gather(*map(one, cases))
    wrong = [
        f"wanted {case._replace(sent=b'')}, got {got if isinstance(got, str) else got._replace(sent=b'')}"
        for case, got in zip(cases, came, strict=True)
        if case != got
    ]
    assert not wrong, "\n".join(wrong)
