"""What can be asked of conversations: their events, live and past, lists, and why something was shown."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from copilot.core.events import StoredEvent
from copilot.core.outcomes import Outcomes
from copilot.core.types import Moment, Phase
from copilot.core.views import Explanation
from copilot.engine.readers import FeedStep, Readers, StreamItem
from copilot.engine.sessions import Sessions
from copilot.engine.tallying import Tally
from copilot.engine.triggers import Triggers
from copilot.engine.viewing import explanation
from copilot.ports import Clock, Key, Listed, Store

_DAY_MS = 86_400_000


class Lookups:
    """The half of the engine that changes nothing. Every call raises StoreUnavailable and Damaged besides
    what it names."""

    def __init__(
        self, store: Store, sessions: Sessions, triggers: Triggers, readers: Readers, clock: Clock
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._triggers = triggers
        self._readers = readers
        self._clock = clock
        self._tally = Tally(store)

    async def history(self, key: Key, after: int, limit: int) -> list[StoredEvent]:
        """The public events past `after`. Raises NotFound, Gone."""
        return await self._store.read(key, after, limit, "public")

    async def known(self, key: Key) -> None:
        """Raises NotFound, Gone where there is no such conversation."""
        await self._store.position(key)

    def stream(self, key: Key, event_id: str | None) -> AsyncGenerator[StreamItem, None]:
        """Public events past `event_id` ('<epoch>.<seq>'; None: from now on, '<epoch>.0': from the start),
        then live ones, until closed or drained. Raises NotFound, Gone, Malformed before the first item."""
        return self._readers.conversation(key, event_id)

    def event_id(self, seq: int) -> str:
        return f"{self._store.epoch}.{seq}"

    async def page(
        self,
        tenant: str,
        *,
        closed: bool | None,
        phase: Phase | None,
        min_heat: int,
        after: str | None,
        limit: int,
    ) -> list[Listed]:
        """A page of a tenant's conversations, newest first. Raises Invalid for an unknown cursor."""
        return await self._store.page(
            tenant, closed=closed, phase=phase, min_heat=min_heat, after=after, limit=limit
        )

    def feed(self, tenant: str, event_id: str | None) -> AsyncGenerator[FeedStep, None]:
        """Phase and closed events of all conversations of a tenant, from a cursor '<epoch>.<position>'."""
        return self._readers.tenant(tenant, event_id)

    async def outcomes(self, tenant: str, name: str, days: int, most: int) -> Outcomes:
        """What became of a prompt's suggestions in the tenant's newest conversations."""
        return await self._tally.outcomes(tenant, name, self._clock.now_ms() - days * _DAY_MS, most)

    async def moment(self, key: Key) -> Moment:
        """All that a suggester would be told of the conversation now. Raises NotFound, Gone."""
        return await self._triggers.moment(key)

    async def explain(self, key: Key, suggestion_id: str, *, internal: bool = False) -> Explanation:
        """Why the agent saw a suggestion; `internal`: also what its readers do not see. Raises NotFound,
        Gone."""
        events = await self._store.read(key)
        return explanation(events, suggestion_id, self._sessions.fold(), internal=internal)
