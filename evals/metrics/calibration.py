"""Expected calibration error: how far confidence is from being right as often as it says."""

from __future__ import annotations

from evals.metrics.tally import Tally

BINS = 10
_STEPS = 1000


def confident(confidence: float, right: bool) -> tuple[int, bool]:
    """An answer's entry in a Tally: its confidence in thousandths, and whether it was right."""
    return round(confidence * _STEPS), right


def calibration_error(tally: Tally) -> float:
    bins = [[0.0, 0.0, 0.0] for _ in range(BINS)]
    for (thousandths, right), count in tally.items():
        if not isinstance(thousandths, int):
            continue
        confidence = thousandths / _STEPS
        chosen = bins[min(int(confidence * BINS), BINS - 1)]
        chosen[0] += count
        chosen[1] += count * confidence
        chosen[2] += count * bool(right)
    total = sum(chosen[0] for chosen in bins)
    return sum(abs(chosen[1] - chosen[2]) for chosen in bins) / total if total else 0.0
