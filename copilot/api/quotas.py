"""What each tenant may ask in a time: a bucket that fills at the rate of its quota, and empties by use."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from copilot.api.limits import Limits
from copilot.errors import TooMany

# So much of an unused quota is kept for a burst, in its own unit of time.
_BURST = 2.0


@dataclass(frozen=True)
class Quota:
    """`most` things called `name` in each window of `seconds`."""

    name: str
    most: int
    seconds: int

    @property
    def policy(self) -> str:
        """As the RateLimit-Policy header says it."""
        return f'"{self.name}";q={self.most};w={self.seconds}'


class Bucket:
    """What is left of one tenant's quota."""

    __slots__ = ("_at", "_left", "_quota")

    def __init__(self, quota: Quota, now: float) -> None:
        self._quota = quota
        self._left = quota.most * _BURST
        self._at = now

    def take(self, count: int, now: float) -> float:
        """Takes `count` out and returns 0, or takes nothing and returns the seconds until they are there.
        More than the bucket ever holds is let through when it is full, and owed."""
        rate = self._quota.most / self._quota.seconds
        full = self._quota.most * _BURST
        self._left = min(full, self._left + (now - self._at) * rate)
        self._at = now
        wanted = min(count, full)
        if self._left < wanted:
            return (wanted - self._left) / rate
        self._left -= count
        return 0.0


class Quotas:
    """All tenants' buckets. A limit that is not set costs nothing."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._requests = _quota("requests", limits.requests_per_second, 1)
        self._openings = _quota("openings", limits.openings_per_minute, 60)
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def request(self, tenant: str, count: int = 1) -> None:
        """For each call; a fragment of a batch and a message of a WebSocket count as one. Raises TooMany."""
        if self._requests is not None:
            self._take(self._requests, tenant, count)

    def opening(self, tenant: str) -> None:
        """For each conversation that is opened, besides the call. Raises TooMany."""
        if self._openings is not None:
            self._take(self._openings, tenant, 1)

    def _take(self, quota: Quota, tenant: str, count: int) -> None:
        name = (quota.name, tenant)
        now = self._monotonic()
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = Bucket(quota, now)
        wait = bucket.take(count, now)
        if wait:
            raise TooMany(
                f"This tenant's quota of {quota.name} is used up for now.",
                retry_after_s=max(1, math.ceil(wait)),
                policy=quota.policy,
            )


def _quota(name: str, most: int | None, seconds: int) -> Quota | None:
    return None if most is None else Quota(name, most, seconds)
