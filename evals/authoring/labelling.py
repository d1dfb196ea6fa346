"""Labels a conversation question by question: which comes next, what an answer does, the way back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from copilot.core.types import ACTS, CAUSES, EMOTIONS, PHASES
from copilot.transcripts import Labels, Script, ScriptTurn

Value = str | int

OUTCOMES = ("resolved", "promised", "handed_over", "refused", "given_up", "ended")
_HEATS = (0, 1, 2, 3)


class Question(NamedTuple):
    """One thing to be said of a turn (or of the whole, where `turn` is None), and the key of each answer.

    `several` allows any number of answers, also none where `needed` is False.
    """

    turn: int | None
    field: str
    asks: str
    keys: Mapping[str, Value]
    several: bool = False
    needed: bool = True


def _keys(values: Sequence[str], letters: str) -> dict[str, Value]:
    return dict(zip(letters, values, strict=True))


_PHASE = _keys(PHASES, "vasc")
_EMOTION = _keys(EMOTIONS, "afexysdnr")
_CAUSE = _keys(CAUSES, "mbecyo")
_OUTCOME = _keys(OUTCOMES, "rphfge")
_ACT = _keys(ACTS, "liaespnxotdchfbyuq")
_HEAT: dict[str, Value] = {str(heat): heat for heat in _HEATS}

_OF_CUSTOMER = (
    Question(0, "phase", "phase", _PHASE),
    Question(0, "heat", "heat", _HEAT),
    Question(0, "emotion", "strongest emotion", _EMOTION),
    Question(0, "best", "best act for what the agent says next", _ACT),
    Question(0, "good", "other good acts", _ACT, several=True, needed=False),
    Question(0, "never", "acts that would be wrong", _ACT, several=True, needed=False),
)
_OF_AGENT = (Question(0, "phase", "phase", _PHASE), Question(0, "act", "act of this turn", _ACT))
_OF_WHOLE = (
    Question(None, "cause", "what set it off", _CAUSE),
    Question(None, "outcome", "how it ended", _OUTCOME),
)


def questions(script: Script) -> list[Question]:
    """All of a conversation's questions, in order; of the system's turns nothing is asked."""
    return [*_of_turns(script.turns), *_OF_WHOLE]


def _of_turns(turns: Sequence[ScriptTurn]) -> Iterator[Question]:
    for turn in turns:
        asked = {"customer": _OF_CUSTOMER, "agent": _OF_AGENT}.get(turn.speaker, ())
        yield from (question._replace(turn=turn.i) for question in asked)


Answers = dict[tuple[int | None, str], Any]


def answers(script: Script) -> Answers:
    """What is answered already. A turn with labels is answered whole, also where none was chosen."""
    found: Answers = {}
    for turn in script.turns:
        if turn.labels is None:
            continue
        found |= {(turn.i, name): value for name, value in turn.labels if value is not None}
        # Asked apart from the best, which is always among the good.
        found[turn.i, "good"] = tuple(act for act in turn.labels.good if act != turn.labels.best)
    for name in ("cause", "outcome"):
        if getattr(script, name):
            found[None, name] = getattr(script, name)
    return found


def following(script: Script, given: Answers) -> Question | None:
    """The first question that has no answer; None when all have."""
    return next((one for one in questions(script) if (one.turn, one.field) not in given), None)


def labelled(script: Script, given: Answers) -> Script:
    """The conversation with the labels of each turn whose questions are all answered."""
    turns = tuple(_labelled(turn, given) for turn in script.turns)
    whole = {name: given[None, name] for name in ("cause", "outcome") if (None, name) in given}
    return script.model_copy(update={"turns": turns, **whole})


def without_last(script: Script, given: Answers) -> Answers:
    """One step back: the same without the last answer in the order of the questions."""
    done = [(one.turn, one.field) for one in questions(script) if (one.turn, one.field) in given]
    return {place: value for place, value in given.items() if not done or place != done[-1]}


def _labelled(turn: ScriptTurn, given: Answers) -> ScriptTurn:
    asked = [one.field for one in _of_turns([turn])]
    if not asked or any((turn.i, field) not in given for field in asked):
        return turn.model_copy(update={"labels": None})
    found = {field: given[turn.i, field] for field in asked}
    if "best" in found:
        found["good"] = tuple(dict.fromkeys((found["best"], *found["good"])))
        found["never"] = tuple(act for act in found["never"] if act not in found["good"])
    return turn.model_copy(update={"labels": Labels.model_validate(found)})
