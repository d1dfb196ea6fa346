"""A streamed chat completion, folded: text as it grows, how it ended, what it cost."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct, field

from copilot.errors import ModelFailure

_DONE = "[DONE]"


class _Delta(Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct):
    index: int = 0
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Cached(Struct):
    cached_tokens: int | None = None


class _Usage(Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Cached | None = None


class _Chunk(Struct):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: Any = None
    kind: Any = field(name="object", default=None)


_decoder: msgspec.json.Decoder[_Chunk] = msgspec.json.Decoder(_Chunk)


class CompletionStream:
    """Takes the events' data in order. `whole` only once it ended with `stop` and `[DONE]`.

    Choices other than the first, roles, tool calls and chunks without choices are read over.
    """

    def __init__(self) -> None:
        self._finish: str | None = None
        self.done = False
        self.tokens_in: int | None = None
        self.tokens_cached: int | None = None
        self.tokens_out: int | None = None

    @property
    def whole(self) -> bool:
        return self.done and self._finish == "stop"

    @property
    def bill_due(self) -> bool:
        """Cut off by the endpoint (`length` …), which tells only in a later event what it cost."""
        return self._finish not in (None, "stop") and self.tokens_out is None

    def tally(self, data: str) -> None:
        """What an event after a failure says of the cost, and nothing else of it."""
        with suppress(msgspec.MsgspecError):
            self._count(_decoder.decode(data).usage)

    def take(self, data: str) -> str:
        """The text that an event adds. Raises ModelFailure on anything that is no good completion."""
        if data == _DONE:
            self.done = True
            if self._finish is None:
                raise ModelFailure("truncated", "[DONE] without a finish_reason")
            return ""
        try:
            chunk = _decoder.decode(data)
        except msgspec.MsgspecError as error:
            raise ModelFailure("protocol", "an event that is no chat completion chunk") from error
        if chunk.error is not None or chunk.kind == "error":
            raise ModelFailure("in_band_error", "the endpoint reported an error in its stream")
        self._count(chunk.usage)
        return "".join(self._text(choice) for choice in chunk.choices or () if choice.index == 0)

    def _text(self, choice: _Choice) -> str:
        text = ""
        if choice.delta is not None:
            if choice.delta.refusal:
                raise ModelFailure("refusal", "the model refused")
            text = choice.delta.content or ""
        if text and self._finish is not None:
            raise ModelFailure("protocol", "text after the finish_reason")
        if choice.finish_reason is not None:
            self._finish = choice.finish_reason
            if self._finish != "stop":
                raise ModelFailure(
                    _REASONS.get(self._finish, "finish_reason"), "the answer did not end by stop"
                )
        return text

    def _count(self, usage: _Usage | None) -> None:
        if usage is None:
            return
        self.tokens_in = usage.prompt_tokens
        self.tokens_out = usage.completion_tokens
        details = usage.prompt_tokens_details
        self.tokens_cached = details.cached_tokens if details else None


_REASONS = {"length": "length", "content_filter": "content_filter"}
