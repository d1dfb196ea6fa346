"""Checks of a transcript file, one a file, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from copilot.transcripts import Script
from evals.checks.finding import Finding
from evals.checks.labels import labels
from evals.checks.moves import moves
from evals.checks.plans import plans
from evals.checks.turns import turns

Check = Callable[[Script], Iterator[Finding]]

CHECKS: Sequence[Check] = (turns, labels, moves, plans)

__all__ = ["CHECKS", "Check", "Finding"]
