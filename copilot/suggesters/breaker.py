"""A circuit breaker for one model endpoint: a pure state machine, time handed in."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class BreakerLimits(Struct, frozen=True, kw_only=True):
    """`failures` in a row open it; then a probe each `probe_every_s`; a Retry-After counts up to its cap."""

    failures: int = 5
    probe_every_s: float = 1.0
    retry_after_cap_s: float = 8.0


class Breaker:
    """Ask `admit` before a call; tell it afterwards, exactly once, how the call went.

    Closed until too many calls in a row failed, or the endpoint asked for a pause. Open, it admits one
    probe at a time; the first that succeeds closes it.
    """

    def __init__(self, monotonic: Callable[[], float], limits: BreakerLimits | None = None) -> None:
        self._monotonic = monotonic
        self._limits = limits or BreakerLimits()
        self._failures = 0
        self._open_until: float | None = None
        self._probing = False

    @property
    def open(self) -> bool:
        return self._open_until is not None

    def admit(self) -> bool:
        if self._open_until is None:
            return True
        if self._probing or self._monotonic() < self._open_until:
            return False
        self._probing = True
        # The next probe is counted from the start of this one: a probe that hangs does not hurry another.
        self._open_until = self._monotonic() + self._limits.probe_every_s
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._probing = False
        self._open_until = None

    def failed(self, retry_after_s: float | None = None) -> None:
        self._failures += 1
        self._probing = False
        if retry_after_s is None and self._failures < self._limits.failures and not self.open:
            return
        pause = min(max(retry_after_s or 0.0, self._limits.probe_every_s), self._limits.retry_after_cap_s)
        self._open_until = max(self._open_until or 0.0, self._monotonic() + pause)

    def abandoned(self) -> None:
        """The call was given up for reasons that say nothing about the endpoint."""
        self._probing = False
