"""How much an agent is shown: so many cards a minute, each for a moment, none when it is quiet."""

from __future__ import annotations

from collections import deque
from typing import Literal

from msgspec import Struct

Withheld = Literal["quiet", "too_many"]

_MINUTE_MS = 60_000
# More than anybody would set as a limit.
_REMEMBERED = 120

WHY: dict[Withheld, str] = {
    "quiet": "It is set to quiet: ask when you want a phrase.",
    "too_many": "Enough cards for this minute: ask when you want another.",
}


class Attention(Struct, frozen=True, kw_only=True):
    """`cards_a_minute` new cards at most (0: no limit); each stands for `stands_ms` before the next one."""

    cards_a_minute: int = 30
    stands_ms: int = 0


class CardTimes:
    """Part of the fold: when cards were shown, and whether the agent wants none."""

    def __init__(self) -> None:
        self.quiet = False
        self.times: deque[int] = deque(maxlen=_REMEMBERED)

    def take(self, at_ms: int) -> None:
        """A new card came."""
        self.times.append(at_ms)

    def withheld(self, attention: Attention, now_ms: int) -> Withheld | None:
        """Why the next card is not shown now, or None."""
        if self.quiet:
            return "quiet"
        limit = attention.cards_a_minute
        lately = sum(1 for at_ms in self.times if 0 <= now_ms - at_ms < _MINUTE_MS) if limit else 0
        return "too_many" if limit and lately >= limit else None

    def wait_ms(self, attention: Attention, now_ms: int) -> int:
        """How long the newest card still has before another may take its place; never longer than a card
        stands, also when the clock was set back since."""
        left_ms = self.times[-1] + attention.stands_ms - now_ms if self.times else 0
        return min(max(0, left_ms), attention.stands_ms)
