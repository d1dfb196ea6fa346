"""The way to the model endpoint: a client that goes nowhere else, and its errors in our words."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator

import httpx2
import openai
from openai import AsyncOpenAI

from copilot.errors import ModelFailure
from copilot.suggesters.completion_reading import MAX_BYTES

_SILENCE_S = 15.0
_CONNECTIONS = 200


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Reads no more than a cap of any answer, an error's too, and takes no compressed one.

    The client library reads the body of an error to its end and unpacks what is packed: without this an
    endless error or a bomb would be read.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, max_bytes: int = MAX_BYTES) -> None:
        self._inner = inner
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            await response.aclose()
            raise httpx2.DecodingError("a compressed answer, though none was asked for", request=request)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Bounded(response.stream, self._max_bytes, request)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, left: int, request: httpx2.Request) -> None:
        self._inner = inner
        self._left = left
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise TooMuch("an answer without end", request=self._request)
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


class TooMuch(httpx2.ReadError):
    """More bytes than any answer has."""


def bounded() -> BoundedTransport:
    """The way to the network: no proxy, no more of an answer than can be ours."""
    return BoundedTransport(
        httpx2.AsyncHTTPTransport(limits=httpx2.Limits(max_connections=_CONNECTIONS), trust_env=False)
    )


def connect(
    base_url: str,
    api_key: str,
    *,
    connect_s: float = 0.4,
    silence_s: float = _SILENCE_S,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncOpenAI:
    """A client for the operator's endpoint: no proxy or key from the environment, no redirect, no retry.

    `silence_s` ends a call on which no byte comes at all; it belongs above that of the suggester's limits.
    `transport` takes the network's place: recorded answers, for one.
    """
    http_client = httpx2.AsyncClient(
        transport=transport or bounded(),
        timeout=httpx2.Timeout(silence_s, connect=connect_s, pool=connect_s),
        follow_redirects=False,
        trust_env=False,
        headers={"Accept-Encoding": "identity"},
    )
    client = AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=0, http_client=http_client)
    client.organization = client.project = None
    return client


def translated(error: Exception) -> ModelFailure:
    """A client library's exception in our words. The text of the endpoint's answer stays out of it."""
    cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
    if isinstance(error, openai.APIStatusError):
        return HttpFailure(error.status_code, error.response.headers.get("retry-after"))
    if isinstance(cause, TooMuch):
        return ModelFailure("too_large", "an answer without end")
    if isinstance(cause, httpx2.DecodingError):
        return ModelFailure("encoding", "a compressed answer")
    if isinstance(cause, httpx2.ConnectTimeout | httpx2.ConnectError | httpx2.PoolTimeout):
        return ModelFailure("connect", type(cause).__name__)
    if isinstance(cause, httpx2.TimeoutException | TimeoutError):
        return ModelFailure("timeout", type(cause).__name__)
    if isinstance(cause, httpx2.HTTPError):
        return ModelFailure("truncated", type(cause).__name__)
    return ModelFailure("client", type(cause).__name__)


class HttpFailure(ModelFailure):
    """An HTTP status that is no success, with the pause that the endpoint asks for, if it does."""

    def __init__(self, status: int, retry_after: str | None) -> None:
        reason = "http_429" if status == 429 else f"http_{status // 100}xx"
        super().__init__(reason, f"HTTP {status}")
        self.status = status
        self.pause_s = _seconds(retry_after)


def _seconds(retry_after: str | None) -> float | None:
    """Delta seconds only: a date would need the endpoint's clock, and junk is no wish at all."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
