"""The phases follow one another as the codebook lets them, and agree with the agent's acts."""

from __future__ import annotations

from collections.abc import Iterator

from copilot.core.types import Act, Phase
from copilot.transcripts import Script
from evals.checks.finding import Finding

# Work on the problem, so the moment right after is no longer before it.
_WORK: frozenset[Act] = frozenset({"probe", "offer", "alternative", "act", "teach"})
_HEARING: frozenset[Act] = frozenset({"acknowledge", "empathise", "apologise"})
_NOT_HEARING: frozenset[Act] = frozenset({"listen", "invite", "close", "disengage", *_WORK})


def moves(script: Script) -> Iterator[Finding]:
    before: Phase = "venting"
    for turn in script.turns:
        if turn.labels is None or turn.speaker == "system":
            continue
        phase = turn.labels.phase
        if turn.speaker == "customer":
            yield from _by_customer(turn.i, before, phase, turn.labels.heat)
        else:
            yield from _by_agent(turn.i, before, phase, turn.labels.act)
        before = phase


def _by_customer(turn: int, before: Phase, phase: Phase, heat: int | None) -> Iterator[Finding]:
    if phase == "acknowledged" != before:
        yield Finding(
            turn,
            f"a customer turn goes from {before} to acknowledged",
            "only the agent can show that they heard",
        )
    if phase == "venting" != before and heat == 0:
        yield Finding(turn, "venting returns at heat 0", "a flare-up: anger or despair with force")


def _by_agent(turn: int, before: Phase, phase: Phase, act: Act | None) -> Iterator[Finding]:
    if phase == "venting" != before:
        yield Finding(
            turn, f"an agent turn goes from {before} back to venting", "only the customer flares up"
        )
    if phase == "acknowledged" and before not in ("venting", "acknowledged"):
        yield Finding(
            turn,
            f"goes from {before} back to acknowledged",
            f"{before}: acknowledged comes back only after a flare-up",
        )
    if phase == "acknowledged" != before and act in _NOT_HEARING:
        yield Finding(turn, f"acknowledged by an act that is {act}", "acknowledge, empathise or apologise")
    if phase == "venting" and act in _WORK:
        yield Finding(turn, f"venting after an act that is {act}", "solving: the work has begun")
    if phase == "venting" and act in _HEARING:
        yield Finding(
            turn, f"venting after an act that is {act}", "acknowledged, unless they did not hear", doubt=True
        )
    if act == "close" and phase not in ("closing",):
        yield Finding(turn, f"{phase} after an act that is close", "closing", doubt=True)
