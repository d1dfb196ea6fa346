"""HTTP connections with a clock: whoever sends a request too slowly is cut off, whatever part is slow."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from copilot.api.reading import WHOLE

_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 16\r\nconnection: close\r\n\r\nRequest Timeout."
)


class PunctualProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which alone waits for ever for the rest of a head, or of a body nobody reads.

    The clock runs from the connection, or from the first byte of a later request, to the end of the head, and
    anew from there to the end of the body. Answers, streams and WebSockets take as long as they take.
    Most requests come in one piece: for those no clock is wound.
    """

    head_s = 10.0
    # Above the API's own limit for a body, which answers with a problem.
    body_s = 15.0

    _clock: asyncio.TimerHandle | None = None
    _between = True
    _begun = False
    _ended = False
    _headed = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wind(self.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        first = self._between and self._clock is None
        self._begun = True
        self._ended = self._headed = False
        super().data_received(data)
        if self._headed and not self._between:
            self._wind(self.body_s)
        elif first and not self._ended:
            self._wind(self.head_s)

    def on_headers_complete(self) -> None:
        self._between = False
        self._headed = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._between = self._ended = True
        if self._headed:
            self.scope[WHOLE] = True  # type: ignore[literal-required]
        self._stop()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._between = self._ended = True
        self._stop()
        super().handle_websocket_upgrade()

    def _wind(self, seconds: float) -> None:
        self._stop()
        self._clock = self.loop.call_later(seconds, self._cut)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _cut(self) -> None:
        if self.transport.is_closing():
            return
        # Into the middle of an answer nothing is written, and who said nothing is told nothing.
        if self._begun and (self.cycle is None or self.cycle.response_complete) and self._between:
            self.transport.write(_SLOW)
        self.transport.close()
