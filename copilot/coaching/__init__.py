"""Notes on the agent's own turns: one rule a file, one visible list, the first that holds is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from copilot.coaching.blame import blame
from copilot.coaching.calm_down import calm_down
from copilot.coaching.interrupting import interrupting
from copilot.coaching.policy import policy
from copilot.coaching.promise import promise
from copilot.coaching.promise_forgotten import promise_forgotten
from copilot.coaching.question_on_question import question_on_question
from copilot.coaching.several_remedies import several_remedies
from copilot.coaching.solving_first import solving_first
from copilot.coaching.spoken import Note, Spoken

__all__ = ["RULES", "VERSION", "Coach", "Note", "Rule", "Spoken", "coach"]

VERSION = "coach-1"

# A rule gives its advice, or None where there is nothing to say.
Rule = Callable[[Spoken], str | None]
# What the engine is given: a note on a turn, or None.
Coach = Callable[[Spoken], Note | None]

RULES: tuple[Rule, ...] = (
    interrupting,
    several_remedies,
    promise,
    calm_down,
    blame,
    policy,
    promise_forgotten,
    solving_first,
    question_on_question,
)
# What can be told only once the customer has ended.
CUTTING_IN: tuple[Rule, ...] = (interrupting,)


def coach(spoken: Spoken, rules: Sequence[Rule] | None = None) -> Note | None:
    """The note on a turn, by the first rule that has one. A turn that answers nobody is an announcement."""
    if spoken.customer is None and not any(turn.speaker == "customer" for turn in spoken.turns):
        return None
    for rule in rules or (CUTTING_IN if spoken.cut_in else RULES):
        advice = rule(spoken)
        if advice is not None:
            return Note(rule.__name__, advice)
    return None
