"""One answer of the model as its bytes come in: drafts out, and what the log keeps of it; no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from copilot.core.events import Answered
from copilot.core.types import Act, Draft, Moment
from copilot.errors import ModelFailure
from copilot.prompts import Prompt
from copilot.suggesters import asking
from copilot.suggesters.answer_checks import AnswerChecks
from copilot.suggesters.answer_stream import AnswerStream
from copilot.suggesters.completion_stream import CompletionStream
from copilot.suggesters.sentences import whole_sentences
from copilot.suggesters.sse import SseReader

# The most that is read of one answer. Ours have less than a hundredth of it.
MAX_BYTES = 1024 * 1024


class AnswerReading:
    """One answer as it comes in: its drafts, and what the log keeps of it."""

    def __init__(
        self,
        prompt: Prompt,
        checks: AnswerChecks,
        moment: Moment,
        monotonic: Callable[[], float],
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._prompt = prompt
        self._checks = checks
        self._moment = moment
        self._monotonic = monotonic
        self._started = monotonic()
        self._events = SseReader()
        self._completion = CompletionStream()
        self._answer = AnswerStream()
        self._raw: list[str] = []
        self._act: Act | None = None
        self._given = 0
        self._phrase_given = False
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

    def receive(self, chunk: bytes) -> Iterator[Draft]:
        """What a chunk of the stream brings: the phrase if it grew by a sentence, at the end the answer.

        Raises ModelFailure as soon as nothing good can come of it.
        """
        self._left -= len(chunk)
        if self._left < 0:
            raise ModelFailure("too_large", "an answer without end")
        for data in self._events.feed(chunk):
            self._take(data)
            if self.done:
                yield self._whole()
                return
        draft = self._grown()
        if draft is not None:
            yield draft

    def _take(self, data: str) -> None:
        text = self._completion.take(data)
        if not text:
            return
        self._last_words = self._monotonic()
        if self._first_token_ms is None:
            self._first_token_ms = self.elapsed_s * 1000
        self._raw.append(text)
        self._answer.feed(text)
        if self._act is None and "act" in self._answer.closed:
            self._act = self._permitted(self._answer.strings["act"])

    def _grown(self) -> Draft | None:
        """The phrase so far, if another sentence of it is whole."""
        phrase = self._answer.strings.get("phrase")
        if phrase is None or self._act is None or self._phrase_given:
            return None
        self._checks.length(phrase)
        self._phrase_given = "phrase" in self._answer.closed
        whole = phrase if self._phrase_given else whole_sentences(phrase)
        if len(whole) <= self._given or not asking.flat(whole):
            return None
        self._checks.phrase(whole)
        self._note_sentence()
        self._given = len(whole)
        decision = self._moment.decision
        why = decision.why if self._act == decision.act else ""
        return self._draft(self._act, asking.flat(whole), why, (), done=False)

    def _whole(self) -> Draft:
        """The whole answer, once the endpoint has said that it ended well. Raises ModelFailure."""
        if not self._completion.whole or not self._answer.ended:
            raise ModelFailure("truncated" if self._raw else "empty", "the answer is not whole")
        answer = self._checks.whole("".join(self._raw))
        self._permitted(answer.act)
        self._note_sentence()
        alternatives = tuple(asking.flat(text) for text in answer.alternatives)
        return self._draft(
            answer.act, asking.flat(answer.phrase), asking.flat(answer.why), alternatives, done=True
        )

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

    def _permitted(self, word: str) -> Act:
        act = self._checks.act(word)
        if not asking.permitted(self._moment, act):
            raise ModelFailure("act", "an act that is not the model's to choose here")
        return act

    def _note_sentence(self) -> None:
        if self._first_sentence_ms is None:
            self._first_sentence_ms = self.elapsed_s * 1000

    def _draft(self, act: Act, text: str, why: str, alternatives: tuple[str, ...], *, done: bool) -> Draft:
        return Draft(
            act=act,
            text=text,
            why=why,
            alternatives=alternatives,
            origin="llm",
            prompt=self._prompt.ref,
            prompt_hash=self._prompt.hash,
            evidence=self._moment.reading.evidence,
            done=done,
        )
