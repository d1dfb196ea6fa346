"""The log in memory, for tests: the same rules as every store, and nothing outlives the process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

from msgspec.structs import replace

from copilot.core.events import Audience, NewEvent, StoredEvent, encode, type_of
from copilot.core.rollouts import Change, Entry
from copilot.core.types import Phase
from copilot.errors import AppendConflict, Conflicting, Gone, Invalid, NotFound
from copilot.ports import ApiKey, FeedItem, Key, Listed, Position, Summary

FEED_TYPES = frozenset({"phase", "closed"})


class _Log:
    """One conversation; `number` tells apart those that opened in the same millisecond."""

    def __init__(self, number: int, opened_ms: int) -> None:
        self.number = number
        self.opened_ms = opened_ms
        self.updated_ms = opened_ms
        self.summary = Summary()
        self.events: list[StoredEvent] = []


class MemoryStore:
    """A Store that keeps everything in dictionaries. An append is done when the call returns."""

    def __init__(self, epoch: str = "memory") -> None:
        self._epoch = epoch
        self._logs: dict[Key, _Log] = {}
        self._erased: set[Key] = set()
        self._feeds: dict[str, list[FeedItem]] = {}
        self._feed_tails: dict[str, int] = {}
        self._opened = 0
        self._position = 0

    @property
    def epoch(self) -> str:
        return self._epoch

    async def start(self) -> None:
        return

    async def stop(self) -> None:
        return

    def append(
        self, key: Key, after: int, events: Sequence[NewEvent], at_ms: int, summary: Summary | None = None
    ) -> Awaitable[list[StoredEvent]]:
        done: asyncio.Future[list[StoredEvent]] = asyncio.get_running_loop().create_future()
        log = self._logs.get(key)
        tail = len(log.events) if log else 0
        if key in self._erased:
            done.set_exception(Gone())
        elif tail != after:
            done.set_exception(AppendConflict(tail))
        else:
            done.set_result(self._append(key, after, events, at_ms, summary))
        return done

    def _append(
        self, key: Key, after: int, events: Sequence[NewEvent], at_ms: int, summary: Summary | None
    ) -> list[StoredEvent]:
        stored = [
            StoredEvent(seq, at_ms, type_of(new.event), new.audience, encode(new.event))
            for seq, new in enumerate(events, after + 1)
        ]
        if not stored:
            return stored
        log = self._logs.get(key)
        if log is None:
            self._opened += 1
            log = self._logs[key] = _Log(self._opened, at_ms)
        log.events += stored
        log.updated_ms = at_ms
        log.summary = summary or log.summary
        for one in stored:
            if one.type in FEED_TYPES and one.audience == "public":
                self._position += 1
                self._feeds.setdefault(key.tenant, []).append(FeedItem(self._position, key.id, one))
                self._feed_tails[key.tenant] = self._position
        return list(stored)

    def _log(self, key: Key) -> _Log:
        if key in self._erased:
            raise Gone()
        log = self._logs.get(key)
        if log is None:
            raise NotFound()
        return log

    async def read(
        self, key: Key, after: int = 0, limit: int | None = None, audience: Audience | None = None
    ) -> list[StoredEvent]:
        found = [e for e in self._log(key).events[after:] if audience is None or e.audience == audience]
        return found if limit is None else found[:limit]

    async def tail(self, key: Key) -> int:
        if key in self._erased:
            raise Gone()
        log = self._logs.get(key)
        return len(log.events) if log else 0

    async def position(self, key: Key) -> Position:
        log = self._log(key)
        return Position(len(log.events), log.summary.closed)

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
        logs = sorted(
            ((key.id, log) for key, log in self._logs.items() if key.tenant == tenant),
            key=lambda pair: (pair[1].opened_ms, pair[1].number),
            reverse=True,
        )
        if after is not None:
            ids = [conversation for conversation, _ in logs]
            if after not in ids:
                raise Invalid("unknown cursor", errors=[{"pointer": "/after", "detail": "unknown"}])
            logs = logs[ids.index(after) + 1 :]
        found = [
            Listed(
                id=conversation,
                opened_ms=log.opened_ms,
                updated_ms=log.updated_ms,
                tail=len(log.events),
                summary=log.summary,
            )
            for conversation, log in logs
            if (closed is None or log.summary.closed == closed)
            and (phase is None or log.summary.phase == phase)
            and log.summary.heat >= min_heat
        ]
        return found[:limit]

    async def live(self) -> list[tuple[Key, int]]:
        return [(key, log.updated_ms) for key, log in self._logs.items() if not log.summary.closed]

    async def older(self, than_ms: int) -> list[tuple[Key, int]]:
        found = [(key, log.updated_ms) for key, log in self._logs.items() if log.updated_ms < than_ms]
        return sorted(found, key=lambda one: one[1])

    async def feed(self, tenant: str, after: int, limit: int) -> list[FeedItem]:
        return [item for item in self._feeds.get(tenant, ()) if item.position > after][:limit]

    async def feed_tail(self, tenant: str) -> int:
        return self._feed_tails.get(tenant, 0)

    async def audit(self) -> list[Key]:
        return []

    async def erase(self, key: Key) -> bool:
        if self._logs.pop(key, None) is None:
            return False
        self._erased.add(key)
        feed = self._feeds.get(key.tenant, [])
        feed[:] = [item for item in feed if item.conversation != key.id]
        return True


class MemoryKeyStore:
    """A KeyStore that keeps keys in a dictionary."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    def add(self, key: ApiKey) -> None:
        if key.id in self._keys:
            raise Conflicting("a key of this id exists")
        self._keys[key.id] = key

    def find(self, key_id: str) -> ApiKey | None:
        return self._keys.get(key_id)

    def all(self, tenant: str | None = None) -> list[ApiKey]:
        found = [key for key in self._keys.values() if tenant is None or key.tenant == tenant]
        return sorted(found, key=lambda key: (key.created_ms, key.id))

    def expire(self, key_id: str, at_ms: int) -> None:
        key = self._keys.get(key_id)
        if key is not None:
            self._keys[key_id] = replace(key, expires_ms=min(at_ms, key.expires_ms or at_ms))

    def revoke(self, key_id: str, at_ms: int) -> bool:
        key = self._keys.get(key_id)
        if key is None or key.revoked_ms is not None:
            return False
        self._keys[key_id] = replace(key, revoked_ms=at_ms)
        return True

    def touch(self, key_id: str, at_ms: int) -> None:
        if key := self._keys.get(key_id):
            self._keys[key_id] = replace(key, last_used_ms=at_ms)

    def close(self) -> None:
        return


class MemoryPromptLog:
    """A PromptLog that keeps each tenant's entries in a list."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = {}

    async def append(self, tenant: str, after: int, change: Change, at_ms: int) -> Entry:
        entries = self._entries.setdefault(tenant, [])
        if len(entries) != after:
            raise AppendConflict(len(entries))
        entries.append(Entry(after + 1, at_ms, change))
        return entries[-1]

    async def read(self, tenant: str, after: int = 0) -> list[Entry]:
        return self._entries.get(tenant, [])[after:]

    async def close(self) -> None:
        return


class MemoryLedger:
    """A Ledger in a dictionary."""

    def __init__(self) -> None:
        self._spent: dict[tuple[str, int], int] = {}

    async def reserve(self, tenant: str, day: int, tokens: int, limit: int) -> bool:
        after = self._spent.get((tenant, day), 0) + tokens
        if after > limit:
            return False
        self._spent[tenant, day] = after
        return True

    async def settle(self, tenant: str, day: int, difference: int) -> None:
        self._spent[tenant, day] = max(0, self._spent.get((tenant, day), 0) + difference)

    async def spent(self, tenant: str, day: int) -> int:
        return self._spent.get((tenant, day), 0)

    async def close(self) -> None:
        return
