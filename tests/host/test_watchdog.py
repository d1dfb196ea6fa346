"""The thread that sees the event loop stand still."""

from __future__ import annotations

import threading
import time

from copilot.host.watchdog import Watchdog


def test_a_loop_that_beats_is_left_alone() -> None:
    """However long, and nothing is said about it after the end."""
    given_up = threading.Event()
    dog = Watchdog(lambda where: given_up.set(), stuck_s=0.5)
    dog.start()
    for _ in range(30):
        dog.beat()
        time.sleep(0.05)
    dog.stop()
    assert not given_up.is_set()


def test_a_loop_that_stands_is_given_up_once_and_where_is_told() -> None:
    """The innermost call of the loop's thread is the last that is named."""
    told: list[list[str]] = []
    given_up = threading.Event()

    def give_up(where: list[str]) -> None:
        told.append(where)
        given_up.set()

    dog = Watchdog(give_up, stuck_s=0.5)
    dog.start()
    assert given_up.wait(60)
    dog.stop()
    assert len(told) == 1
    assert any("test_a_loop_that_stands" in line for line in told[0])


def test_zero_is_never() -> None:
    """It goes on watching, and gives nothing up."""
    given_up = threading.Event()
    dog = Watchdog(lambda where: given_up.set(), stuck_s=0)
    dog.start()
    assert not given_up.wait(1.0)
    dog.stop()
