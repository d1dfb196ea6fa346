"""The table of phases: which moves a turn can make, and what the belief in each phase is after it."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.core.scoring import softmax
from copilot.core.types import PHASES, Phase

# From a phase, the phases that may hold after a turn of that speaker (the codebook's rules):
# only the customer brings venting back; only the agent acknowledges; once work has begun,
# acknowledging needs a flare-up first. What speaks for a move is in the weights, by its name 'from>to'.
MOVES: dict[str, dict[Phase, tuple[Phase, ...]]] = {
    "customer": {
        "venting": ("venting", "solving", "closing"),
        "acknowledged": ("venting", "acknowledged", "solving", "closing"),
        "solving": ("venting", "solving", "closing"),
        "closing": ("venting", "solving", "closing"),
    },
    "agent": {
        "venting": ("venting", "acknowledged", "solving", "closing"),
        "acknowledged": ("acknowledged", "solving", "closing"),
        "solving": ("solving", "closing"),
        "closing": ("solving", "closing"),
    },
}

_PLACE = {phase: at for at, phase in enumerate(PHASES)}
_NEGLIGIBLE = 0.001


def moves(speaker: str) -> tuple[str, ...]:
    """The names of a speaker's moves, in the order of the table."""
    return tuple(f"{before}>{after}" for before, row in MOVES[speaker].items() for after in row)


def believe(
    belief: Sequence[float], arriving: Sequence[float], moving: Sequence[float], speaker: str
) -> tuple[float, ...]:
    """The probability of each phase after a turn. A move's score is that of the phase it arrives at plus its
    own, in the order of the table."""
    after = [0.0] * len(PHASES)
    at = 0
    for before, row in MOVES[speaker].items():
        share = belief[_PLACE[before]]
        if share > _NEGLIGIBLE:
            scores = [arriving[_PLACE[phase]] + moving[at + step] for step, phase in enumerate(row)]
            for phase, chance in zip(row, softmax(scores), strict=True):
                after[_PLACE[phase]] += share * chance
        at += len(row)
    total = sum(after)
    return tuple(chance / total for chance in after)


def likeliest(belief: Sequence[float]) -> Phase:
    return PHASES[max(range(len(PHASES)), key=belief.__getitem__)]
