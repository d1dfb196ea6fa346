"""A proxy on loopback that cuts connections, so that a client's way back can be tested."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class CuttingProxy:
    """Passes bytes both ways and hangs up in the middle, after a length drawn by chance."""

    def __init__(self, port: int, chance: random.Random, most_bytes: int) -> None:
        self._port = port
        self._chance = chance
        self._most_bytes = most_bytes
        self._tasks: set[asyncio.Task[None]] = set()
        self.cuts = 0
        self.cutting = True

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        upstream, back = await asyncio.open_connection("127.0.0.1", self._port)
        up = asyncio.create_task(self._pass(reader, back, None))
        down = asyncio.create_task(self._pass(upstream, writer, self._chance.randint(1, self._most_bytes)))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (up, down):
                one.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            for end in (writer, back):
                end.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, most: int | None) -> None:
        with suppress(OSError):
            while data := await source.read(4_096):
                if most is not None and self.cutting:
                    if len(data) >= most:
                        sink.write(data[: most - 1])
                        await sink.drain()
                        await asyncio.sleep(0.001)  # an abort may drop what was just written
                        self.cuts += 1
                        return
                    most -= len(data)
                sink.write(data)
                await sink.drain()
