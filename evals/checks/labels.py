"""Each turn carries the labels that the codebook asks for, and they agree with one another."""

from __future__ import annotations

from collections.abc import Iterator

from copilot.transcripts import Labels, Script, ScriptTurn
from evals.checks.finding import Finding

_OF_CUSTOMER = ("heat", "emotion", "best")
_UPSET = frozenset({"anger", "frustration", "disappointment"})
_COLD = frozenset({"neutral", "relief"})


def labels(script: Script) -> Iterator[Finding]:
    """An unlabelled conversation passes whole; a half-labelled one does not."""
    if not any(turn.labels for turn in script.turns):
        return
    for turn in script.turns:
        if turn.labels is None:
            if turn.speaker != "system":
                yield Finding(
                    turn.i, "has no labels, while others have", "labels on every turn but the system's"
                )
        elif turn.speaker == "system":
            yield Finding(turn.i, "a system turn has labels", "none: nobody in the conversation speaks")
        elif turn.speaker == "agent":
            yield from _agent(turn, turn.labels)
        else:
            yield from _customer(turn, turn.labels)
    if script.cause is None:
        yield Finding(None, "no cause", "one of the codebook's causes for the whole conversation")


def _agent(turn: ScriptTurn, found: Labels) -> Iterator[Finding]:
    if found.act is None:
        yield Finding(turn.i, "no act", "the act of the agent's turn, for the one that moves most")
    strange = [name for name in (*_OF_CUSTOMER, "good", "never") if getattr(found, name) not in (None, ())]
    if strange:
        yield Finding(
            turn.i, f"an agent turn has {', '.join(strange)}", "those stand on the customer turn before it"
        )
    if turn.never_say:
        yield Finding(turn.i, "an agent turn has never_say", "it stands on the customer turn before it")


def _customer(turn: ScriptTurn, found: Labels) -> Iterator[Finding]:
    missing = [name for name in _OF_CUSTOMER if getattr(found, name) is None]
    if missing:
        yield Finding(turn.i, f"no {', '.join(missing)}", "heat, emotion and best on every customer turn")
    if not found.good:
        yield Finding(
            turn.i, "no good acts", "every act that a very good agent would find right, the best too"
        )
    if found.act is not None:
        yield Finding(turn.i, "a customer turn has an act", "`best` and `good`; `act` is for agent turns")
    if found.best is not None and found.good and found.best not in found.good:
        yield Finding(
            turn.i, f"best is {found.best}, good are {', '.join(found.good)}", "the best among the good"
        )
    both = [act for act in found.good if act in found.never]
    if both:
        yield Finding(turn.i, f"{', '.join(both)} in good and in never", "an act in one of the two")
    for name in ("good", "never"):
        listed = getattr(found, name)
        if len(set(listed)) < len(listed):
            yield Finding(turn.i, f"an act stands twice in {name}", "each act once")
    yield from _mood(turn, found)


def _mood(turn: ScriptTurn, found: Labels) -> Iterator[Finding]:
    """Heat and emotion are read apart, but some pairs contradict the codebook's words for them."""
    if found.heat is None or found.emotion is None:
        return
    if found.heat >= 2 and found.emotion in _COLD:
        yield Finding(
            turn.i, f"heat {found.heat} with {found.emotion}", "heat 2 is angry, 3 abusive", doubt=True
        )
    if found.heat == 0 and found.emotion in _UPSET:
        yield Finding(
            turn.i,
            f"heat 0 with {found.emotion}",
            "heat 1 for irritated, worried or disappointed in civil words",
            doubt=True,
        )
