"""Which of the customer's questions nobody has answered yet."""

from __future__ import annotations

from copilot.core.patterns import Patterns
from copilot.core.sentences import sentences
from copilot.core.types import Act, Evidence, Question, Turn

_MOST = 4
_FEWEST_WORDS = 3
_LONGEST = 30
# What an agent does when a question is answered, or at least taken up.
_ANSWERS: frozenset[Act] = frozenset(
    {"inform", "expect", "offer", "alternative", "act", "confirm", "teach", "follow_up", "escalate"}
)


def asked(turn: Turn, patterns: Patterns, open_before: tuple[Question, ...]) -> tuple[Question, ...]:
    """The open questions with those of a customer's turn, the newest kept."""
    found = list(open_before)
    for start, end in sentences(turn.text):
        text = turn.text[start:end]
        words = text.split()
        if not _FEWEST_WORDS <= len(words) <= _LONGEST or patterns.empty_questions.match(text):
            continue
        opens = words[0].lower().strip(",'’") in patterns.question_words
        if text.endswith("?") or (
            opens and not text.endswith("!") and text[-1].isalnum() and len(words) > _FEWEST_WORDS
        ):
            evidence = Evidence(turn=turn.index, quote=text, start=start, end=end, cue="question")
            found = [question for question in found if question.text != text]
            found.append(Question(text=text, evidence=evidence))
    return tuple(found[-_MOST:])


def answered(
    turn: Turn, act: Act, named: frozenset[str], open_before: tuple[Question, ...]
) -> tuple[Question, ...]:
    """The questions that stay open after an agent's turn: one that informs answers the newest and all whose
    words it takes up."""
    if act not in _ANSWERS or not open_before:
        return open_before
    left = []
    for question in open_before[:-1]:
        words = {word.strip("?.,!'").lower() for word in question.text.split() if len(word) > 4}
        if not words & named:
            left.append(question)
    return tuple(left)
