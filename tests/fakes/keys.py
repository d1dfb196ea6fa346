"""Keys in a dictionary, and a clock that stands still until it is told otherwise."""

from __future__ import annotations

import asyncio
import time

import msgspec

from copilot.ports import ApiKey


class FakeKeys:
    def __init__(self) -> None:
        self.kept: dict[str, ApiKey] = {}
        self.reads = 0

    def add(self, key: ApiKey) -> None:
        self.kept[key.id] = key

    def find(self, key_id: str) -> ApiKey | None:
        self.reads += 1
        return self.kept.get(key_id)

    def all(self, tenant: str | None = None) -> list[ApiKey]:
        return [key for key in self.kept.values() if tenant in (None, key.tenant)]

    def expire(self, key_id: str, at_ms: int) -> None:
        key = self.kept[key_id]
        ends = min(at_ms, key.expires_ms or at_ms)
        self.kept[key_id] = msgspec.structs.replace(key, expires_ms=ends)

    def revoke(self, key_id: str, at_ms: int) -> bool:
        self.kept[key_id] = msgspec.structs.replace(self.kept[key_id], revoked_ms=at_ms)
        return True

    def touch(self, key_id: str, at_ms: int) -> None:
        self.kept[key_id] = msgspec.structs.replace(self.kept[key_id], last_used_ms=at_ms)

    def close(self) -> None:
        pass


class HandClock:
    """Wall-clock time by hand, monotonic time as it runs."""

    def __init__(self) -> None:
        self.ms = 1_000_000

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
