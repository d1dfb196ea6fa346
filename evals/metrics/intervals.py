"""Bootstrap over conversations: between what values a score lies in 95 of 100 samples."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from evals.metrics.tally import Tally, together

SAMPLES = 400


def interval(tallies: Sequence[Tally], score: Callable[[Tally], float], seed: int = 7) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of the score over samples of the conversations, with return."""
    chance = random.Random(seed)
    scores = sorted(score(together(chance.choices(tallies, k=len(tallies)))) for _ in range(SAMPLES))
    return scores[int(0.025 * SAMPLES)], scores[int(0.975 * SAMPLES) - 1]
