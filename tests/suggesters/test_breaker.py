"""The circuit breaker."""

from __future__ import annotations

from copilot.suggesters.breaker import Breaker, BreakerLimits


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(watch: Watch, limits: BreakerLimits | None = None) -> Breaker:
    breaker = Breaker(watch, limits)
    for _ in range(5):
        assert breaker.admit()
        breaker.failed()
    return breaker


def test_five_failures_in_a_row_open_it() -> None:
    """The fifth failure opens it; one success before starts the count anew."""
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(4):
        breaker.failed()
    breaker.succeeded()
    for _ in range(4):
        breaker.failed()
    assert breaker.admit()
    breaker.failed()
    assert breaker.open
    assert not breaker.admit()


def test_an_outage_is_probed_once_a_second() -> None:
    """In a minute of failing calls, tried a hundred times a second, at most sixty go through."""
    watch = Watch()
    breaker = opened(watch)
    probes = 0
    for _ in range(6000):
        watch.now += 0.01
        if breaker.admit():
            probes += 1
            breaker.failed()
    assert 50 <= probes <= 60


def test_one_probe_at_a_time() -> None:
    """While a probe is out, however long it takes, no other call goes through."""
    watch = Watch()
    breaker = opened(watch)
    watch.now += 1
    assert breaker.admit()
    watch.now += 60
    assert not breaker.admit()


def test_a_good_probe_closes_it() -> None:
    """After healing the first probe that succeeds lets everybody through."""
    watch = Watch()
    breaker = opened(watch)
    watch.now += 1
    assert breaker.admit()
    breaker.succeeded()
    assert breaker.admit()
    assert breaker.admit()


def test_an_abandoned_probe_says_nothing() -> None:
    """A probe given up for other reasons neither opens nor closes, and makes place for the next."""
    watch = Watch()
    breaker = opened(watch)
    watch.now += 1
    assert breaker.admit()
    breaker.abandoned()
    assert breaker.open
    watch.now += 1
    assert breaker.admit()


def test_a_wish_for_a_pause_is_granted_up_to_the_cap() -> None:
    """One Retry-After opens it for as long as asked, but never longer than the cap."""
    watch = Watch()
    breaker = Breaker(watch)
    breaker.failed(3.0)
    watch.now += 2.9
    assert not breaker.admit()
    watch.now += 0.2
    assert breaker.admit()
    breaker.failed(3600.0)
    watch.now += BreakerLimits().retry_after_cap_s
    assert breaker.admit()


def test_a_wish_for_no_pause_is_still_a_second() -> None:
    """Retry-After: 0 does not turn the breaker into a storm."""
    watch = Watch()
    breaker = Breaker(watch)
    breaker.failed(0.0)
    assert not breaker.admit()
    watch.now += 1
    assert breaker.admit()
