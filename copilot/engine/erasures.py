"""Erasure with its record: one conversation, a customer's, a tenant's, and what was kept too long."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Literal

import structlog

from copilot.core.events import Changed, Opened
from copilot.engine.namings import Namings
from copilot.errors import Damaged, Gone, Invalid, NotFound
from copilot.ports import Clock, Key, Store

_PAGE = 200
_MASKED = re.compile(r"\[[a-z]+(?: \d)?\]")
# Between two that were kept too long: whoever talks meanwhile does not wait for all of them.
_PACE_S = 0.02

# How many days a tenant's conversations are kept after their last event; None: for good.
Retention = Callable[[str], int | None]
_DAY_MS = 86_400_000

Reason = Literal["conversation", "customer", "tenant", "retention"]


class Erasures:
    """What is erased is told in the log by tenant, reason, number and by whom (a key's visible id): that it
    was, not what it was.

    When an erasure of a customer or a tenant is answered, nothing of theirs is left, also not of what was
    opened while it ran; what is answered after it is new, and stays.
    """

    def __init__(
        self,
        store: Store,
        erase: Callable[[Key], Awaitable[None]],
        clock: Clock,
        redact: Callable[[str, str], str],
        namings: Namings,
    ) -> None:
        """`erase` takes one conversation out; `redact` masks a tenant's text as it is masked to be kept;
        `namings` are those of the writer of the same log."""
        self._namings = namings
        self._redact = redact
        self._store = store
        self._erase = erase
        self._clock = clock

    async def of_conversation(self, key: Key, by: str) -> None:
        """Erases one. Raises NotFound, Gone, StoreUnavailable."""
        await self._erase(key)
        _record(key.tenant, "conversation", by, 1)

    async def of_tenant(self, tenant: str, by: str) -> int:
        """Erases every conversation of a tenant; returns how many. Raises StoreUnavailable."""
        async with self._namings.watched(tenant, None) as watch:
            erased = await self._all(await self._keys(tenant), "tenant", by)
            await self._namings.close(watch)
            return erased + await self._all([*watch.seen], "tenant", by)

    async def of_customer(self, tenant: str, customer_id: str, by: str) -> int:
        """Erases every conversation in which the customer was ever named by this id; returns how many.

        One whose rows are damaged cannot be read, and is left: the whole tenant's can be erased, or it by its
        id. Raises StoreUnavailable, and Invalid for an id that is masked before it is kept: many would have
        the same.
        """
        if _MASKED.search(customer_id) or self._redact(tenant, customer_id) != customer_id:
            raise Invalid("this id is personal data, is kept masked and names nobody: erase by conversation")
        async with self._namings.watched(tenant, customer_id) as watch:
            erased = await self._all(
                await self._theirs(await self._keys(tenant), customer_id), "customer", by
            )
            await self._namings.close(watch)
            return erased + await self._all(await self._theirs(watch.seen, customer_id), "customer", by)

    async def outdated(self, retention: Retention) -> int:
        """Erases what was kept as long as its tenant wants, oldest first; returns how many."""
        now_ms, erased = self._clock.now_ms(), 0
        for key, updated_ms in await self._store.older(now_ms):
            days = retention(key.tenant)
            if days is not None and now_ms - updated_ms > days * _DAY_MS:
                erased += await self._all([key], "retention", "retention")
                await self._clock.sleep(_PACE_S)
        return erased

    async def _keys(self, tenant: str) -> list[Key]:
        found: list[Key] = []
        while True:
            after = found[-1].id if found else None
            page = await self._store.page(
                tenant, closed=None, phase=None, min_heat=0, after=after, limit=_PAGE
            )
            found += [Key(tenant, listed.id) for listed in page]
            if len(page) < _PAGE:
                return found

    async def _theirs(self, keys: Iterable[Key], customer_id: str) -> list[Key]:
        return [key for key in keys if await self._names(key, customer_id)]

    async def _names(self, key: Key, customer_id: str) -> bool:
        try:
            log = await self._store.read(key)
        except (NotFound, Gone, Damaged):
            return False
        for stored in log:
            if stored.type not in ("opened", "changed"):
                continue
            event = stored.event
            customer = event.opening.customer if isinstance(event, Opened) else None
            if isinstance(event, Changed):
                customer = event.customer
            if customer is not None and customer.id == customer_id:
                return True
        return False

    async def _all(self, keys: list[Key], reason: Reason, by: str) -> int:
        erased = 0
        try:
            for key in keys:
                try:
                    await self._erase(key)
                except (NotFound, Gone):
                    continue  # somebody else was first
                erased += 1
        finally:
            if erased:
                _record(keys[0].tenant, reason, by, erased)
        return erased


def _record(tenant: str, reason: Reason, by: str, conversations: int) -> None:
    structlog.get_logger().info("erased", tenant=tenant, reason=reason, by=by, conversations=conversations)
