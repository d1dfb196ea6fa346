"""How many conversations of each tenant are open at once, and when there is no place for another."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.errors import TooMany
from copilot.ports import Key

# Conversations last minutes: who asks sooner is refused again.
_RETRY_S = 10


class Capacity:
    """Each tenant has `most` places. A conversation holds one from its opening to its close or erasure."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[str, set[str]] = {}

    def begin(self, keys: Iterable[Key]) -> None:
        """Those that were open when the process started; they may be more than there are places for."""
        for key in keys:
            self._open.setdefault(key.tenant, set()).add(key.id)

    def enter(self, key: Key) -> None:
        """Raises TooMany."""
        held = self._open.setdefault(key.tenant, set())
        if key.id not in held and len(held) >= self._most:
            raise TooMany(
                "This tenant has as many conversations open as it may: close some first.",
                retry_after_s=_RETRY_S,
                policy=f'"live";q={self._most}',
            )
        held.add(key.id)

    def leave(self, key: Key) -> None:
        """It has ended, is erased, or was not opened after all. Leaving twice changes nothing."""
        held = self._open.get(key.tenant)
        if held is not None:
            held.discard(key.id)
            if not held:
                del self._open[key.tenant]
