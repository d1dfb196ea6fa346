"""How much is shown."""

from __future__ import annotations

from copilot.core.attention import Attention, CardTimes


def test_so_many_cards_a_minute() -> None:
    """When the limit is reached nothing more is shown until a card is a minute old; 0 is no limit."""
    times = CardTimes()
    for at_ms in (0, 10_000, 20_000):
        times.take(at_ms)
    assert times.withheld(Attention(cards_a_minute=3), 30_000) == "too_many"
    assert times.withheld(Attention(cards_a_minute=3), 60_000) is None
    assert times.withheld(Attention(cards_a_minute=4), 30_000) is None
    assert times.withheld(Attention(cards_a_minute=0), 30_000) is None


def test_quiet_comes_first() -> None:
    """While it is quiet, that is the reason, however few cards there were."""
    times = CardTimes()
    times.quiet = True
    assert times.withheld(Attention(), 0) == "quiet"


def test_a_card_stands_for_a_moment() -> None:
    """The next card waits for what is left of the time that the newest has to stand."""
    times = CardTimes()
    assert times.wait_ms(Attention(stands_ms=2_000), 0) == 0
    times.take(1_000)
    assert times.wait_ms(Attention(stands_ms=2_000), 1_500) == 1_500
    assert times.wait_ms(Attention(stands_ms=2_000), 3_000) == 0
