"""A phrase as the model writes it: drafts by whole sentences, the last one done; no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from copilot.core.lazy import lazy
from copilot.core.placeholders import placeholders_in, worded
from copilot.core.types import Act, Draft, Moment
from copilot.errors import ModelFailure
from copilot.prompts.library import Prompt
from copilot.suggesters import asking
from copilot.suggesters.answer_checks import AnswerChecks
from copilot.suggesters.answer_stream import AnswerStream
from copilot.suggesters.completion_reading import MAX_BYTES, CompletionReading
from copilot.suggesters.sentences import whole_sentences


class AnswerReading(CompletionReading[Draft]):
    """One phrase as it comes in: the phrase if it grew by a sentence, at the end the answer."""

    def __init__(
        self,
        prompt: Prompt,
        checks: AnswerChecks,
        moment: Moment,
        monotonic: Callable[[], float],
        max_bytes: int = MAX_BYTES,
    ) -> None:
        super().__init__(prompt, monotonic, max_bytes)
        self._checks = checks
        self._moment = moment
        self._answer = AnswerStream()
        self._act: Act | None = None
        self._given = 0
        self._phrase_given = False

    def _took(self, text: str) -> None:
        self._answer.feed(text)
        if self._act is None and "act" in self._answer.closed:
            self._act = self._permitted(self._answer.strings["act"])

    def _grown(self) -> Iterator[Draft]:
        """The phrase so far, if another sentence of it is whole."""
        phrase = self._answer.strings.get("phrase")
        if phrase is None or self._act is None or self._phrase_given:
            return
        self._checks.length(phrase)
        self._phrase_given = "phrase" in self._answer.closed
        # The end of the phrase ends a sentence only where it is written as one.
        whole = whole_sentences(f"{phrase} " if self._phrase_given else phrase)
        if len(whole) <= self._given or not asking.flat(whole):
            return
        self._checks.phrase(whole)
        self._note_sentence()
        self._given = len(whole)
        decision = self._moment.decision
        why = decision.why if self._act == decision.act else ""
        yield self._draft(self._act, whole, why, (), done=False)

    def _whole(self) -> Draft:
        raw = self._raw_text()
        if not self._answer.ended:
            raise ModelFailure("truncated" if raw else "empty", "the answer is not whole")
        answer = self._checks.whole(raw)
        self._permitted(answer.act)
        self._note_sentence()
        return self._draft(answer.act, answer.phrase, answer.why, answer.alternatives, done=True)

    def _permitted(self, word: str) -> Act:
        act = self._checks.act(word)
        if not asking.permitted(self._moment, act):
            raise ModelFailure("act", "an act that is not the model's to choose here")
        return act

    def _draft(self, act: Act, text: str, why: str, alternatives: tuple[str, ...], *, done: bool) -> Draft:
        return Draft(
            act=act,
            text=self._said(text),
            why=self._said(why),
            alternatives=tuple(map(self._said, alternatives)),
            origin="llm",
            prompt=self._prompt.ref,
            prompt_hash=self._prompt.hash,
            evidence=self._moment.reading.evidence,
            done=done,
        )

    def _said(self, text: str) -> str:
        """One line, in which what was taken out of the customer's words is named: 'on the phone number you
        gave'. A placeholder of none of their values stays, and no guard lets it pass."""
        line = asking.flat(text)
        return worded(line, "you gave", self._theirs) if "[" in line else line

    @lazy
    def _theirs(self) -> frozenset[str]:
        return placeholders_in(self._moment.turns, "customer")
