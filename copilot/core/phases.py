"""The table of phases: which moves a turn can make, and what the belief in each phase is after it."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

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

_NEGLIGIBLE = 0.001
# The same by number: each phase a turn may start from, the place of its first move, the phases it may reach.
_STEPS = {
    speaker: tuple(
        (
            PHASES.index(before),
            sum(len(row) for row in list(table.values())[:nth]),
            tuple(PHASES.index(after) for after in row),
        )
        for nth, (before, row) in enumerate(table.items())
    )
    for speaker, table in MOVES.items()
}


def moves(speaker: str) -> tuple[str, ...]:
    """The names of a speaker's moves, in the order of the table."""
    return tuple(f"{before}>{after}" for before, row in MOVES[speaker].items() for after in row)


def believe(
    belief: Sequence[float], arriving: Sequence[float], moving: Sequence[float], speaker: str
) -> tuple[float, ...]:
    """The probability of each phase after a turn. A move's score is that of the phase it arrives at plus its
    own, in the order of the table."""
    after = [0.0] * len(PHASES)
    for before, first, reached in _STEPS[speaker]:
        share = belief[before]
        if share > _NEGLIGIBLE:
            scores = [arriving[phase] + moving[first + step] for step, phase in enumerate(reached)]
            top = max(scores)
            powers = [exp(score - top) for score in scores]
            share /= sum(powers)
            for step, phase in enumerate(reached):
                after[phase] += share * powers[step]
    total = sum(after)
    return tuple([chance / total for chance in after])


def likeliest(belief: Sequence[float]) -> Phase:
    return PHASES[belief.index(max(belief))]
