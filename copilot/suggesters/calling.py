"""One call of the model endpoint, for whatever is asked of it: under one breaker, fair places and a purse.

An answer counts only when the endpoint ended it with `stop` and `[DONE]` and its reading took it as whole;
whatever else happens is a ModelFailure.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from typing import Literal, TypeVar, cast

import httpx2
from msgspec import Struct
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema

from copilot.core.events import Answered
from copilot.core.types import Moment
from copilot.errors import ModelFailure
from copilot.ports import TokenCounter
from copilot.prompts.library import Prompt
from copilot.suggesters.asking import Request
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.completion_reading import MAX_BYTES, CompletionReading
from copilot.suggesters.places import Places, Timeout
from copilot.suggesters.purse import Bill, Purse
from copilot.suggesters.upstream import HttpFailure, translated

# Told of every call: what was asked, what came, how it went. `suggestion_id` is the caller's to add.
Recorder = Callable[[Moment, Answered], None]
Made = TypeVar("Made")

# For these the endpoint is to blame; the others say something about one answer, or about us.
_ENDPOINT = frozenset(
    {"connect", "timeout", "stalled", "truncated", "protocol", "in_band_error", "too_large", "encoding"}
)
_ABANDONED = "abandoned"
# Nobody bills a call that ended like this before its first word.
_UNSERVED = frozenset({"connect", "http_4xx", "http_429", "http_5xx", "http_3xx"})
_STREAM = "text/event-stream"
# After [DONE] the connection is worth a moment's wait: read to its end it can carry the next call. After
# `length` the bill is: the endpoint sends it right behind.
_TIDY_S = 0.1


class LlmLimits(Struct, frozen=True, kw_only=True):
    """`silence_s` is the longest wait for the next piece of an answer; comments do not count as one.

    A call given up after `patience_s` without a word counts against the endpoint. `calls` run at once;
    one more waits `queue_s` for a place. `cap_field` is the endpoint's name for the cap on an answer.
    """

    silence_s: float = 5.0
    patience_s: float = 0.8
    calls: int = 32
    queue_s: float = 0.2
    max_bytes: int = MAX_BYTES
    cap_field: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"


class Question(Struct, frozen=True):
    """What is asked: by which prompt, about which moment, and by what version of ours. `idle_only`: nobody
    waits for it, so that it takes a place only while half of them are free."""

    moment: Moment
    prompt: Prompt
    request: Request
    version: str
    idle_only: bool = False


class Calling:
    """The endpoint as all who ask it share it. Without a `purse` nobody counts tokens before a call."""

    def __init__(
        self,
        client: AsyncOpenAI,
        model: str,
        counter: TokenCounter,
        breaker: Breaker,
        *,
        monotonic: Callable[[], float],
        timeout: Timeout = asyncio.timeout,
        limits: LlmLimits | None = None,
        record: Recorder | None = None,
        purse: Purse | None = None,
    ) -> None:
        self.model = model
        self.counter = counter
        self.monotonic = monotonic
        self.limits = limits or LlmLimits()
        self._client = client
        self._breaker = breaker
        self._timeout = timeout
        self._record = record
        self._purse = purse
        self._places = Places(self.limits.calls, self.limits.queue_s, timeout)

    async def ask(
        self, question: Question, begin: Callable[[], CompletionReading[Made]]
    ) -> AsyncGenerator[Made, None]:
        """What the reading makes of the answer; `begin` starts it once the call may go out. Run the iterator
        to its end or close it: then the call upstream ends. Raises ModelFailure."""
        async with self._admitted(question) as bill:
            reading = begin()
            outcome = _ABANDONED
            pause_s = None
            try:
                async with aclosing(self._read(question, reading)) as made:
                    async for each in made:
                        outcome = "ok" if reading.done else outcome
                        yield each
            except ModelFailure as failure:
                outcome = failure.reason
                pause_s = failure.pause_s if isinstance(failure, HttpFailure) else None
                raise
            finally:
                self._settle(outcome, pause_s, reading)
                answered = reading.answered(outcome, question.request.hash, self.model, question.version)
                bill.cost = self._cost(answered, question.request)
                if self._record is not None:
                    self._record(question.moment, answered)

    def _cost(self, answered: Answered, request: Request) -> int:
        """As the endpoint says; for a call that was given up before it did, as we count."""
        said = answered.tokens_in
        if said is None and not answered.raw and answered.outcome in _UNSERVED:
            return 0
        out = answered.tokens_out
        return (request.tokens if said is None else said) + (
            self.counter.count(answered.raw) if out is None else out
        )

    @asynccontextmanager
    async def _admitted(self, question: Question) -> AsyncIterator[Bill]:
        """A breaker that is closed, a place, and the tokens that the call can cost, in this order."""
        tenant = question.moment.tenant
        most = question.request.tokens + question.prompt.front.model.parameters.max_output_tokens
        if not self._breaker.admit():
            raise ModelFailure("breaker_open", "the endpoint failed too often")
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(self._places.hold(tenant, idle_only=question.idle_only))
                bill = Bill(most)
                if self._purse is not None:
                    bill = await stack.enter_async_context(self._purse.pay(tenant, most))
            except BaseException:
                self._breaker.abandoned()
                raise
            yield bill

    async def _read(self, question: Question, reading: CompletionReading[Made]) -> AsyncGenerator[Made, None]:
        try:
            async with AsyncExitStack() as stack:
                chunks = await self._open(question, stack)
                stack.push_async_callback(self._tidy, chunks, reading)
                while (chunk := await self._next(chunks, reading)) is not None:
                    try:
                        for made in reading.receive(chunk):
                            yield made
                    except ModelFailure:
                        await self._wait_for_bill(chunks, reading)
                        raise
                    if reading.done:
                        return
            raise ModelFailure("truncated", "the stream ended before [DONE]")
        except ModelFailure:
            raise
        except Exception as error:
            raise translated(error) from error

    async def _open(self, question: Question, stack: AsyncExitStack) -> AsyncIterator[bytes]:
        front = question.prompt.front
        parameters = front.model.parameters
        # The lines are read by us: the client library's own reader hides whether [DONE] came, and costs
        # three to four times as much for each chunk.
        call = self._client.chat.completions.with_streaming_response.create(
            model=self.model,
            messages=cast(
                "list[ChatCompletionMessageParam]",
                [{"role": message.role, "content": message.content} for message in question.request.messages],
            ),
            temperature=parameters.temperature,
            response_format=ResponseFormatJSONSchema(
                type="json_schema",
                json_schema={"name": front.name.replace("-", "_"), "schema": front.answer, "strict": True},
            ),
            stream=True,
            stream_options={"include_usage": True},
            extra_body={self.limits.cap_field: parameters.max_output_tokens},
        )
        async with self._stalled_after(self.limits.silence_s):
            response = await stack.enter_async_context(call)
        kind = response.http_response.headers.get("content-type", _STREAM)
        if not kind.lower().startswith(_STREAM):
            raise ModelFailure("protocol", "the answer is no event stream")
        return response.http_response.aiter_raw()

    async def _next(self, chunks: AsyncIterator[bytes], reading: CompletionReading[Made]) -> bytes | None:
        """The next chunk, if it comes in time; None at the end of the stream."""
        async with self._stalled_after(self.limits.silence_s - reading.silent_s):
            return await anext(chunks, None)

    def _settle(self, outcome: str, pause_s: float | None, reading: CompletionReading[Made]) -> None:
        waited_in_vain = reading.mute and reading.elapsed_s >= self.limits.patience_s
        if outcome in _ENDPOINT or outcome.startswith("http_") or (outcome == _ABANDONED and waited_in_vain):
            self._breaker.failed(pause_s)
        elif outcome == _ABANDONED:
            self._breaker.abandoned()
        else:
            self._breaker.succeeded()

    @asynccontextmanager
    async def _stalled_after(self, seconds: float) -> AsyncIterator[None]:
        try:
            async with self._timeout(seconds):
                yield
        except TimeoutError as error:
            raise ModelFailure("stalled", "no piece of an answer for too long") from error

    async def _wait_for_bill(self, chunks: AsyncIterator[bytes], reading: CompletionReading[Made]) -> None:
        if reading.bill_due:
            with suppress(TimeoutError, ModelFailure, httpx2.HTTPError):
                async with self._timeout(_TIDY_S):
                    async for chunk in chunks:
                        reading.take_bill(chunk)
                        if not reading.bill_due:
                            return

    async def _tidy(self, chunks: AsyncIterator[bytes], reading: CompletionReading[Made]) -> None:
        if reading.done:
            with suppress(TimeoutError, httpx2.HTTPError):
                async with self._timeout(_TIDY_S):
                    async for _ in chunks:
                        pass
