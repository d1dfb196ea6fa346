"""What a handler gives back: bytes that are ready, with a status and the headers that go with them."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.types import Receive, Send

JSON = b"application/json"
# A scope as the server gives it: Litestar types HTTP and WebSocket apart, much of what is here serves both.
AnyScope = Any
Headers = tuple[tuple[bytes, bytes], ...]

_encoder = msgspec.json.Encoder()


class Answer:
    """An ASGI response. Litestar's own copies headers and sets cookies; the hot call needs none of it."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes, status: int = 200, *, media: bytes = JSON, headers: Headers = ()) -> None:
        self.body = body
        self.status = status
        self.headers = ((b"content-type", media), *headers) if body else headers

    @staticmethod
    def of(value: object, status: int = 200, headers: Headers = ()) -> Answer:
        return Answer(_encoder.encode(value), status, headers=headers)

    async def __call__(self, scope: AnyScope, receive: Receive, send: Send) -> None:
        length = () if self.status == 204 else ((b"content-length", b"%d" % len(self.body)),)
        await send(
            {"type": "http.response.start", "status": self.status, "headers": [*self.headers, *length]}
        )
        await send({"type": "http.response.body", "body": self.body, "more_body": False})
