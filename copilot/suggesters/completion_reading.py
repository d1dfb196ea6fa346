"""One answer of the model as its bytes come in: its text, its times, and what the log keeps of it; no I/O."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from copilot.core.events import Answered
from copilot.errors import ModelFailure
from copilot.prompts.library import Prompt
from copilot.suggesters.completion_stream import CompletionStream
from copilot.suggesters.sse import SseReader

# The most that is read of one answer. Ours have less than a hundredth of it.
MAX_BYTES = 1024 * 1024

Made = TypeVar("Made")


class CompletionReading(ABC, Generic[Made]):
    """What every answer has; what is made of its text, and when, is the subclass's to say."""

    def __init__(self, prompt: Prompt, monotonic: Callable[[], float], max_bytes: int = MAX_BYTES) -> None:
        self._prompt = prompt
        self._monotonic = monotonic
        self._started = monotonic()
        self._events = SseReader()
        self._completion = CompletionStream()
        self._raw: list[str] = []
        self._last_words = self._started
        self._left = max_bytes
        self._first_token_ms: float | None = None
        self._first_sentence_ms: float | None = None

    @property
    def done(self) -> bool:
        return self._completion.done

    @property
    def mute(self) -> bool:
        """Has no piece of text come yet?"""
        return not self._raw

    @property
    def elapsed_s(self) -> float:
        return self._monotonic() - self._started

    @property
    def silent_s(self) -> float:
        """Since the last piece of text, or since the call began."""
        return self._monotonic() - self._last_words

    def receive(self, chunk: bytes) -> Iterator[Made]:
        """What a chunk of the stream brings, at the end the whole of it.

        Raises ModelFailure as soon as nothing good can come of it.
        """
        self._left -= len(chunk)
        if self._left < 0:
            raise ModelFailure("too_large", "an answer without end")
        events = self._events.feed(chunk)
        for at, data in enumerate(events):
            try:
                text = self._completion.take(data)
            except ModelFailure:
                self._tally(events[at + 1 :])
                raise
            if text:
                self._note(text)
                self._took(text)
            if self.done:
                yield self._whole()
                return
        yield from self._grown()

    @property
    def bill_due(self) -> bool:
        """The answer has failed, and the endpoint is about to say what it cost."""
        return self._completion.bill_due

    def take_bill(self, chunk: bytes) -> None:
        """Reads on behind a failure, for the cost alone. Raises ModelFailure."""
        self._left -= len(chunk)
        if self._left < 0:
            raise ModelFailure("too_large", "an answer without end")
        self._tally(self._events.feed(chunk))

    def _tally(self, events: list[str]) -> None:
        for data in events:
            self._completion.tally(data)

    @abstractmethod
    def _took(self, text: str) -> None:
        """A piece of the text has come."""

    @abstractmethod
    def _grown(self) -> Iterator[Made]:
        """What can be given out of an answer that is still growing."""

    @abstractmethod
    def _whole(self) -> Made:
        """The whole answer, once the endpoint has said that it ended. Raises ModelFailure."""

    def _note(self, text: str) -> None:
        self._last_words = self._monotonic()
        if self._first_token_ms is None:
            self._first_token_ms = self.elapsed_s * 1000
        self._raw.append(text)

    def _note_sentence(self) -> None:
        if self._first_sentence_ms is None:
            self._first_sentence_ms = self.elapsed_s * 1000

    def _raw_text(self) -> str:
        """All of it. Raises ModelFailure unless it ended by `stop`."""
        if not self._completion.whole:
            raise ModelFailure("truncated" if self._raw else "empty", "the answer is not whole")
        return "".join(self._raw)

    def answered(self, outcome: str, request_hash: str, model: str, version: str) -> Answered:
        return Answered(
            suggestion_id="",
            prompt=self._prompt.ref,
            prompt_hash=self._prompt.hash,
            request_hash=request_hash,
            raw="".join(self._raw),
            outcome=outcome,
            tokens_in=self._completion.tokens_in,
            tokens_cached=self._completion.tokens_cached,
            tokens_out=self._completion.tokens_out,
            model=model,
            first_token_ms=self._first_token_ms,
            first_sentence_ms=self._first_sentence_ms,
            total_ms=self.elapsed_s * 1000,
            version=version,
        )
