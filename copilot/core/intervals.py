"""The 95 % interval of a share, and of the mean of values between 0 and 1. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from msgspec import Struct

_Z = 1.959964


class Share(Struct, frozen=True, kw_only=True):
    """So many of so many: the share and its interval; None where there is nothing to judge by."""

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None


class Mean(Struct, frozen=True, kw_only=True):
    of: int
    mean: float | None
    low: float | None
    high: float | None


def share(count: int, of: int) -> Share:
    """Wilson's score interval: it holds for few cases and near 0 and 1, where the usual one does not."""
    if not of:
        return Share(count=0, of=0, share=None, low=None, high=None)
    low, high = _wilson(count / of, of)
    return Share(count=count, of=of, share=round(count / of, 4), low=low, high=high)


def mean(values: Sequence[float]) -> Mean:
    """Of values from 0 to 1. None varies more than a yes-or-no of the same mean, so that Wilson's interval is
    wide enough for them too."""
    if not values:
        return Mean(of=0, mean=None, low=None, high=None)
    middle = sum(values) / len(values)
    low, high = _wilson(middle, len(values))
    return Mean(of=len(values), mean=round(middle, 4), low=low, high=high)


def _wilson(part: float, of: int) -> tuple[float, float]:
    square = _Z * _Z / of
    middle = (part + square / 2) / (1 + square)
    reach = _Z * sqrt(part * (1 - part) / of + square / (4 * of)) / (1 + square)
    return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)
