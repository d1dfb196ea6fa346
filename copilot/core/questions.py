"""Which of the customer's questions nobody has answered yet."""

from __future__ import annotations

from copilot.core.patterns import Patterns
from copilot.core.sentences import sentences
from copilot.core.types import Act, Evidence, Question, Turn
from copilot.core.words import folded

_MOST = 4
_FEWEST_WORDS = 2
_LONGEST = 30
_EMPTY = 8
_ECHO = 4
_TELLING = 5
# What leaves a question open, and what answers one even when it ends by asking back.
_LEAVES_OPEN: frozenset[Act] = frozenset(
    {"listen", "invite", "acknowledge", "empathise", "apologise", "probe"}
)
_TELLS: frozenset[Act] = frozenset({"inform", "expect", "offer", "alternative", "teach"})


def asked(
    turn: Turn, said: frozenset[str], patterns: Patterns, open_before: tuple[Question, ...]
) -> tuple[Question, ...]:
    """The open questions with those of a customer's turn, whose words are `said`; the newest kept."""
    if "?" not in turn.text and patterns.question_words.isdisjoint(said):
        return open_before
    found = list(open_before)
    low = folded(turn.text)
    for start, end in sentences(low):
        opening = _opening(low[start:end], patterns)
        if opening is None:
            continue
        text = turn.text[start + opening : end]
        evidence = Evidence(turn=turn.index, quote=text, start=start + opening, end=end, cue="question")
        found = [question for question in found if question.text != text]
        found.append(Question(text=text, evidence=evidence))
    return tuple(found[-_MOST:])


def _opening(sentence: str, patterns: Patterns) -> int | None:
    """Where in a folded sentence a question begins: by its mark, its first word, or, in speech, within it."""
    words = sentence.split()
    if len(words) > _LONGEST or (len(words) <= _EMPTY and patterns.empty_questions.match(sentence)):
        return None
    if sentence.endswith("?"):
        return 0 if len(words) >= _FEWEST_WORDS else None
    if sentence.endswith("!") or len(words) <= _FEWEST_WORDS:
        return None
    if words[0].strip(",'’") in patterns.question_words:
        return 0
    match = patterns.asks.search(sentence)
    if match is None:
        return None
    before = sentence[: match.start()].split()
    return None if before and before[-1].strip(",") in patterns.embedding else match.start()


def without_echoes(
    found: tuple[Question, ...],
    turn: Turn,
    patterns: Patterns,
    content: frozenset[str],
    told: frozenset[str],
) -> tuple[Question, ...]:
    """The questions without those of this turn that only say again what the agent just told: 'A voucher?'.

    `content` are the words of the turn that carry something, `told` those of the agent's last turn.
    """
    return tuple(
        question
        for question in found
        if question.evidence.turn != turn.index or not _echoes(question.text, patterns, content, told)
    )


def _echoes(text: str, patterns: Patterns, content: frozenset[str], told: frozenset[str]) -> bool:
    words = [word.strip("?.,!'’").lower() for word in text.split()]
    if len(words) > _ECHO or words[0] in patterns.question_words:
        return False
    carry = content.intersection(words)
    return bool(carry) and carry <= told


def answered(
    turn: Turn, act: Act, content: frozenset[str], open_before: tuple[Question, ...]
) -> tuple[Question, ...]:
    """The questions that stay open after an agent's turn: one that tells something answers those whose words
    it takes up, or else the newest."""
    if not open_before or act in _LEAVES_OPEN or (turn.text.rstrip().endswith("?") and act not in _TELLS):
        return open_before
    left = [question for question in open_before if not _words(question.text) & content]
    return tuple(left) if len(left) < len(open_before) else open_before[:-1]


def _words(text: str) -> set[str]:
    words = {word.strip("?.,!'’").lower() for word in text.split()}
    return {word for word in words if len(word) >= _TELLING}
