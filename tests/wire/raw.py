"""A stream reader that cuts itself off: raw sockets, so that a cut can fall anywhere in an event."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import time
from collections.abc import Callable
from typing import Literal

Cut = Literal["rst", "fin", "half"]


class CutReader:
    """Reads one conversation's events and hangs up after a few, over and over, resuming by Last-Event-ID."""

    def __init__(self, port: int, conversation: str, chance: random.Random) -> None:
        self._port = port
        self._path = f"/v1/conversations/{conversation}/events"
        self._chance = chance
        self.last_id: str | None = None
        self.seqs: list[int] = []
        self.data: dict[int, str] = {}  # what each event said, to the byte
        self.arrived: list[float] = []
        self.goodbyes: list[int] = []  # ms after which the server wants to be asked again
        self.cuts = 0
        self.resets = 0
        self.closed = False

    async def read(self, more: Callable[[], bool]) -> None:
        """Until the conversation is closed. Cuts as long as `more` says so. Where nobody answers it waits
        longer each time, as a panel does, so that hundreds of readers leave a server the room to start."""
        failed = 0
        while not self.closed:
            try:
                await self._once(self._chance.randint(1, 6) if more() else None)
                failed = 0
            except (OSError, asyncio.IncompleteReadError):
                failed += 1
                await asyncio.sleep(min(0.05 * 2**failed, 0.4) * self._chance.uniform(0.5, 1))

    async def _once(self, events: int | None) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        resume = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id else ""
        query = "" if self.last_id else "?after=0"
        writer.write(f"GET {self._path}{query} HTTP/1.1\r\nHost: localhost\r\n{resume}\r\n".encode())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n")[0]:
                raise OSError(head)
            while events is None or events > 0:
                block = await self._block(reader)
                if block is None:
                    return
                if self._take(block) and events is not None:
                    events -= 1
                if self.closed:
                    return
            self._cut(reader, writer)
            self.cuts += 1
        finally:
            writer.close()

    async def _block(self, reader: asyncio.StreamReader) -> list[str] | None:
        """The lines of one event, the chunked framing taken off; None at the end of the stream."""
        lines: list[str] = []
        while True:
            raw = await reader.readline()
            if not raw.endswith(b"\n"):
                return None
            line = raw.rstrip(b"\r\n").decode()
            if raw.endswith(b"\r\n"):  # the length of a chunk, or its end; our own lines end in LF
                if line == "0":
                    return None
                continue
            if not line:
                return lines
            lines.append(line)

    def _take(self, lines: list[str]) -> bool:
        fields = dict(line.split(": ", 1) for line in lines if ": " in line)
        if fields.get("event") == "reset":
            self.resets += 1
        if fields.get("event") == "goodbye":
            self.goodbyes.append(int(fields["retry"]))
        if "id" not in fields:
            return False
        self.last_id = fields["id"]
        self.seqs.append(int(fields["id"].rpartition(".")[2]))
        self.data[self.seqs[-1]] = fields["data"]
        self.arrived.append(time.monotonic())
        self.closed = fields["event"] == "closed"
        return True

    def _cut(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._chance.random() < 0.5:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
