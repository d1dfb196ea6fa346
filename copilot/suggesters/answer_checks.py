"""Is a model's answer one at all? Shape, length, and the ways in which models fail to answer.

Whether a phrase is right to say is the guards' business; this is about answers that are none: refusals,
loops, the prompt read back.
"""

from __future__ import annotations

import re
from typing import Annotated, get_args

import msgspec
from msgspec import Meta, Struct

from copilot.core.types import Act
from copilot.errors import ModelFailure
from copilot.prompts.library import Prompt

MAX_PHRASE = 600
_MAX_WHY = 300
_RUN = 9

_WORD = re.compile(r"[a-z0-9']+")
_REFUSAL = re.compile(
    r"\bas an? (?:ai|artificial|language model)\b"
    r"|\bi(?:'m| am) (?:just |only )?an? (?:ai|language model|chatbot)\b"
    r"|^(?:i'm |i am )?(?:sorry|apologi[sz]e)?[,.]? ?(?:but )?"
    r"i(?: can't| cannot| can not| won't|'m unable to| am unable to)"
    r" (?:assist|comply|fulfil|fulfill|generate|provide that|help with (?:that|this))(?: with (?:that|this))?"
    r"(?: request)?[.!]?$",
    re.IGNORECASE,
)


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole answer, as the prompt's schema asks for it."""

    act: Act
    phrase: Annotated[str, Meta(min_length=1)]
    why: Annotated[str, Meta(max_length=_MAX_WHY)]
    alternatives: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=MAX_PHRASE)], ...], Meta(max_length=2)
    ]


class AnswerChecks:
    """What holds for every answer to one prompt. Each check raises ModelFailure."""

    def __init__(self, prompt: Prompt) -> None:
        self._canary = prompt.front.canary.lower()
        words = _WORD.findall(prompt.wording.lower())
        self._runs = frozenset(_runs(words))
        self._decoder = msgspec.json.Decoder(Answer)

    def act(self, word: str) -> Act:
        for act in _ACTS:
            if act == word:
                return act
        raise ModelFailure("schema", "an act that the codebook does not know")

    def length(self, phrase: str) -> None:
        if len(phrase) > MAX_PHRASE:
            raise ModelFailure("too_long", "a phrase without end")

    def echo(self, text: str) -> None:
        """No words of the prompt may show; asked also of a phrase that is still being written."""
        lowered = text.lower()
        if self._canary in lowered or not self._runs.isdisjoint(_runs(_WORD.findall(lowered))):
            raise ModelFailure("prompt_echo", "the prompt read back")

    def phrase(self, text: str) -> None:
        """May this be on a screen? Asked of the whole sentences of a growing phrase, too."""
        self.length(text)
        self.echo(text)
        if _REFUSAL.search(text.strip()):
            raise ModelFailure("refusal", "the model refused")
        if _loops(_WORD.findall(text.lower())):
            raise ModelFailure("degenerate", "the same words again and again")

    def whole(self, raw: str) -> Answer:
        try:
            answer = self._decoder.decode(raw)
        except msgspec.MsgspecError as error:
            raise ModelFailure("schema", "the answer does not match its schema") from error
        if not _WORD.search(answer.phrase.lower()):
            raise ModelFailure("empty", "a phrase without a word")
        for text in (answer.phrase, *answer.alternatives):
            self.phrase(text)
        self.echo(answer.why)
        return answer


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)]


def _loops(words: list[str]) -> bool:
    """Three words in the same order three times over, or one word five times in a row."""
    threes = [tuple(words[start : start + 3]) for start in range(len(words) - 2)]
    if any(threes.count(three) > 2 for three in set(threes)):
        return True
    return any(len(set(words[start : start + 5])) == 1 for start in range(len(words) - 4))


_ACTS: tuple[Act, ...] = get_args(Act)
