"""Takes one conversation out of the log, and out of all that knows of it."""

from __future__ import annotations

from collections.abc import Callable

from copilot.engine.sessions import Sessions
from copilot.errors import Damaged
from copilot.ports import Key, Store


class Removal:
    """`forget` gives up what would still be written of it; `gone` tells those who look at it."""

    def __init__(
        self, store: Store, sessions: Sessions, *, forget: Callable[[Key], None], gone: Callable[[Key], None]
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._forget = forget
        self._gone = gone

    async def remove(self, key: Key) -> None:
        """Its streams end. Raises NotFound, Gone, StoreUnavailable."""
        self._forget(key)
        try:
            await self._store.tail(key)
        except Damaged:  # cannot be read, but can be erased
            await self._store.erase(key)
        else:
            await self._under_lock(key)
        self._gone(key)

    async def _under_lock(self, key: Key) -> None:
        async with self._sessions.hold(key) as session:
            try:
                await self._store.erase(key)
            finally:  # whether it was or not, the log says, and not what is remembered of it
                self._sessions.drop(session)
