"""Counts what became of a tenant's suggestions: reads the logs of its newest conversations, each once."""

from __future__ import annotations

from collections import OrderedDict

from copilot.core.outcomes import Case, Outcomes, cases, outcomes
from copilot.errors import Damaged, Gone, NotFound
from copilot.ports import Key, Store

_PAGE = 200
_REMEMBERED = 20_000


class Tally:
    """Remembers the cards of a conversation until its log has grown."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[Key, tuple[int, list[Case]]] = OrderedDict()

    async def outcomes(self, tenant: str, name: str, since_ms: int, most: int) -> Outcomes:
        """By version of a prompt, over the newest conversations opened since then, at most so many."""
        found: list[Case] = []
        read, after, more = 0, None, True
        while more and read < most:
            page = await self._store.page(
                tenant, closed=None, phase=None, min_heat=0, after=after, limit=min(_PAGE, most - read)
            )
            more = len(page) == min(_PAGE, most - read)
            for listed in page:
                if listed.opened_ms < since_ms:
                    more = False
                    break
                found += await self._cases(Key(tenant, listed.id), listed.tail)
                read += 1
            after = page[-1].id if page else None
        return Outcomes(
            name=name,
            since_ms=since_ms,
            conversations=read,
            complete=not more,
            versions=tuple(outcomes(found, name)),
        )

    async def _cases(self, key: Key, tail: int) -> list[Case]:
        known = self._known.get(key)
        if known is not None and known[0] == tail:
            return known[1]
        try:
            events = await self._store.read(key)
        except (NotFound, Gone, Damaged):  # erased meanwhile, or quarantined: the others count
            return []
        made = cases(key.id, (stored.event for stored in events))
        self._known[key] = (tail, made)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return made
