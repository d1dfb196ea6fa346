"""A tenant's tokens of the day: taken before a call, settled after it, never overdrawn by a race."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from copilot.errors import CopilotError, ModelFailure
from copilot.ports import Clock, Ledger

_DAY_MS = 86_400_000

# Tokens that a tenant may use in a day (UTC); None: as many as it likes.
Allowance = Callable[[str], int | None]


class Bill:
    """What a call was reserved, and what it turned out to cost."""

    def __init__(self, reserved: int) -> None:
        self.reserved = reserved
        self.cost: int | None = None


class Purse:
    """Asks the ledger before each call. A call that ends without saying its cost has cost what was
    reserved."""

    def __init__(self, ledger: Ledger, clock: Clock, allowance: Allowance) -> None:
        self._ledger = ledger
        self._clock = clock
        self._allowance = allowance

    @asynccontextmanager
    async def pay(self, tenant: str, tokens: int) -> AsyncIterator[Bill]:
        """Raises ModelFailure: 'token_budget' when the day's are used up, 'ledger' when nobody can say."""
        bill = Bill(tokens)
        limit = self._allowance(tenant)
        if limit is None:
            yield bill
            return
        day = self._clock.now_ms() // _DAY_MS
        try:
            granted = await self._ledger.reserve(tenant, day, tokens, limit)
        except CopilotError as error:
            raise ModelFailure("ledger", error.slug) from error
        if not granted:
            raise ModelFailure("token_budget", "the tokens of the day are used up")
        try:
            yield bill
        finally:
            if bill.cost is not None and bill.cost != tokens:
                await self._settle(tenant, day, bill.cost - tokens)

    async def _settle(self, tenant: str, day: int, difference: int) -> None:
        try:
            await self._ledger.settle(tenant, day, difference)
        except CopilotError as error:
            # It stays counted as reserved: too much rather than too little.
            structlog.get_logger().warning("unsettled", tokens=difference, reason=error.slug)
