"""The model's suggester: asks an OpenAI-compatible endpoint and gives out the phrase sentence by sentence.

A phrase is done only when the endpoint ended it with `stop` and `[DONE]` and the whole answer matches its
schema; whatever else happens is a ModelFailure, and the phrasebook answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from typing import Literal, cast

import httpx2
from msgspec import Struct
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema

from copilot.core.events import Answered
from copilot.core.types import Draft, Moment
from copilot.errors import Invalid, ModelFailure, NotFound
from copilot.ports import TokenCounter
from copilot.prompts import Prompt
from copilot.suggesters import asking
from copilot.suggesters.answer_checks import AnswerChecks
from copilot.suggesters.answer_reading import MAX_BYTES, AnswerReading
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.places import Places, Timeout
from copilot.suggesters.purse import Bill, Purse
from copilot.suggesters.upstream import HttpFailure, translated

# A prompt by tenant and 'name@version'; '' is the installation's own. Raises Invalid, NotFound.
Finder = Callable[[str, str], Prompt]
# Told of every call: what was asked, what came, how it went. `suggestion_id` is the caller's to add.
Recorder = Callable[[Moment, Answered], None]

# For these the endpoint is to blame; the others say something about one answer, or about us.
_ENDPOINT = frozenset(
    {"connect", "timeout", "stalled", "truncated", "protocol", "in_band_error", "too_large", "encoding"}
)
_ABANDONED = "abandoned"
# Nobody bills a call that ended like this before its first word.
_UNSERVED = frozenset({"connect", "http_4xx", "http_429", "http_5xx", "http_3xx"})
_PROMPTS_REMEMBERED = 100
_STREAM = "text/event-stream"
# After [DONE] the connection is worth a moment's wait: read to its end it can carry the next call.
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


class LlmSuggester:
    """One model, each moment by its own prompt. Run the iterator to its end or close it: then the call
    upstream ends. Without a `purse` nobody counts tokens before a call."""

    name = "llm"

    def __init__(
        self,
        client: AsyncOpenAI,
        model: str,
        prompts: Finder,
        counter: TokenCounter,
        breaker: Breaker,
        *,
        monotonic: Callable[[], float],
        timeout: Timeout = asyncio.timeout,
        limits: LlmLimits | None = None,
        record: Recorder | None = None,
        purse: Purse | None = None,
    ) -> None:
        self._client = client
        self._model = model
        self._prompts = prompts
        self._counter = counter
        self._breaker = breaker
        self._monotonic = monotonic
        self._timeout = timeout
        self._limits = limits or LlmLimits()
        self._record = record
        self._purse = purse
        self._checks: dict[str, AnswerChecks] = {}
        self._places = Places(self._limits.calls, self._limits.queue_s, timeout)

    @property
    def version(self) -> str:
        return f"{self.name}/{self._model}"

    async def suggest(self, moment: Moment) -> AsyncGenerator[Draft, None]:
        """The phrase so far in whole sentences, the last Draft done. Raises ModelFailure."""
        try:
            prompt = self._prompts(moment.tenant, moment.prompt)
            request = asking.build(prompt, moment, self._counter, self._model)
        except (Invalid, NotFound) as error:
            raise ModelFailure("prompt", error.detail) from error
        async with self._admitted(moment, prompt, request) as bill:
            reading = AnswerReading(
                prompt, self._checks_of(prompt), moment, self._monotonic, self._limits.max_bytes
            )
            outcome = _ABANDONED
            pause_s = None
            try:
                async with aclosing(self._drafts(prompt, request, reading)) as drafts:
                    async for draft in drafts:
                        outcome = "ok" if draft.done else outcome
                        yield draft
            except ModelFailure as failure:
                outcome = failure.reason
                pause_s = failure.pause_s if isinstance(failure, HttpFailure) else None
                raise
            finally:
                self._settle(outcome, pause_s, reading)
                version = f"{self.name}/{prompt.ref}/{self._model}"
                answered = reading.answered(outcome, request.hash, self._model, version)
                bill.cost = self._cost(answered, request)
                if self._record is not None:
                    self._record(moment, answered)

    def _checks_of(self, prompt: Prompt) -> AnswerChecks:
        checks = self._checks.get(prompt.hash)
        if checks is None:
            if len(self._checks) >= _PROMPTS_REMEMBERED:
                self._checks.clear()
            checks = self._checks[prompt.hash] = AnswerChecks(prompt)
        return checks

    def _cost(self, answered: Answered, request: asking.Request) -> int:
        """As the endpoint says; for a call that was given up before it did, as we count."""
        said = answered.tokens_in
        if said is None and not answered.raw and answered.outcome in _UNSERVED:
            return 0
        out = answered.tokens_out
        return (request.tokens if said is None else said) + (
            self._counter.count(answered.raw) if out is None else out
        )

    @asynccontextmanager
    async def _admitted(self, moment: Moment, prompt: Prompt, request: asking.Request) -> AsyncIterator[Bill]:
        """A breaker that is closed, a place, and the tokens that the call can cost, in this order."""
        most = request.tokens + prompt.front.model.parameters.max_output_tokens
        if not self._breaker.admit():
            raise ModelFailure("breaker_open", "the endpoint failed too often")
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(
                    self._places.hold(moment.tenant, idle_only=moment.arm == "shadow")
                )
                bill = Bill(most)
                if self._purse is not None:
                    bill = await stack.enter_async_context(self._purse.pay(moment.tenant, most))
            except BaseException:
                self._breaker.abandoned()
                raise
            yield bill

    async def _drafts(
        self, prompt: Prompt, request: asking.Request, reading: AnswerReading
    ) -> AsyncGenerator[Draft, None]:
        try:
            async with AsyncExitStack() as stack:
                chunks = await self._open(prompt, request, stack)
                stack.push_async_callback(self._tidy, chunks, reading)
                while (chunk := await self._next(chunks, reading)) is not None:
                    for draft in reading.receive(chunk):
                        yield draft
                    if reading.done:
                        return
            raise ModelFailure("truncated", "the stream ended before [DONE]")
        except ModelFailure:
            raise
        except Exception as error:
            raise translated(error) from error

    async def _open(
        self, prompt: Prompt, request: asking.Request, stack: AsyncExitStack
    ) -> AsyncIterator[bytes]:
        front = prompt.front
        parameters = front.model.parameters
        # The lines are read by us: the client library's own reader hides whether [DONE] came, and costs
        # three to four times as much for each chunk.
        call = self._client.chat.completions.with_streaming_response.create(
            model=self._model,
            messages=cast(
                "list[ChatCompletionMessageParam]",
                [{"role": message.role, "content": message.content} for message in request.messages],
            ),
            temperature=parameters.temperature,
            response_format=ResponseFormatJSONSchema(
                type="json_schema",
                json_schema={"name": front.name.replace("-", "_"), "schema": front.answer, "strict": True},
            ),
            stream=True,
            stream_options={"include_usage": True},
            extra_body={self._limits.cap_field: parameters.max_output_tokens},
        )
        async with self._stalled_after(self._limits.silence_s):
            response = await stack.enter_async_context(call)
        kind = response.http_response.headers.get("content-type", _STREAM)
        if not kind.lower().startswith(_STREAM):
            raise ModelFailure("protocol", "the answer is no event stream")
        return response.http_response.aiter_raw()

    async def _next(self, chunks: AsyncIterator[bytes], reading: AnswerReading) -> bytes | None:
        """The next chunk, if it comes in time; None at the end of the stream."""
        async with self._stalled_after(self._limits.silence_s - reading.silent_s):
            return await anext(chunks, None)

    def _settle(self, outcome: str, pause_s: float | None, reading: AnswerReading) -> None:
        waited_in_vain = reading.mute and reading.elapsed_s >= self._limits.patience_s
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

    async def _tidy(self, chunks: AsyncIterator[bytes], reading: AnswerReading) -> None:
        if reading.done:
            with suppress(TimeoutError, httpx2.HTTPError):
                async with self._timeout(_TIDY_S):
                    async for _ in chunks:
                        pass
