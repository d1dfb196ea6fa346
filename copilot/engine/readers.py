"""Streams of a conversation's public log and of a tenant's feed: resumed where they were cut, never a gap."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable

from msgspec import Struct

from copilot.core.events import StoredEvent
from copilot.core.suggestions import Suggestion
from copilot.core.views import ConversationView
from copilot.engine.broadcast import Broadcast, Subscription
from copilot.errors import Malformed
from copilot.ports import FeedItem, Key, Store

# What a reader that has stopped reading holds in memory: of the longest texts, less than a MiB.
PAGE = 100
_MAX_SEQ = 2**53


class Growing(Struct, frozen=True):
    """A suggestion that still grows: shown, not stored, without an id; always the whole text so far."""

    suggestion: Suggestion


class Reset(Struct, frozen=True):
    """The reader cannot be given what it missed: here is the state, go on from its `next_event_id`."""

    view: ConversationView
    reason: str


class Goodbye(Struct, frozen=True):
    """The server is going away: come back after about this many ms."""

    retry_ms: int


class FeedReset(Struct, frozen=True):
    """The cursor means nothing here: list the conversations anew, and go on from `position`."""

    position: int


class Over(Struct, frozen=True):
    """There is no more to come: the conversation was erased."""


StreamItem = StoredEvent | Growing | Reset | Goodbye
FeedStep = FeedItem | FeedReset | Goodbye


def parse_event_id(event_id: str) -> tuple[str, int]:
    """'<epoch>.<seq>' as its two parts. Raises Malformed."""
    epoch, dot, seq = event_id.partition(".")
    digits = seq.isascii() and seq.isdigit() and len(seq) <= 16
    if not dot or not digits or not epoch.isalnum() or not epoch.isascii() or len(epoch) > 64:
        raise Malformed("an event id looks like <epoch>.<number>")
    number = int(seq)
    if number > _MAX_SEQ:
        raise Malformed("an event id looks like <epoch>.<number>")
    return epoch, number


class Readers:
    """Opens streams over the store and the broadcasts of this process."""

    def __init__(
        self,
        store: Store,
        conversations: Broadcast[Key, StoredEvent | Growing | Goodbye | Over],
        tenants: Broadcast[str, Goodbye | None],
        view: Callable[[Key], Awaitable[ConversationView]],
    ) -> None:
        """`view` shows what is on disk, not what is ahead of it."""
        self._store = store
        self._conversations = conversations
        self._tenants = tenants
        self._view = view

    async def conversation(self, key: Key, event_id: str | None) -> AsyncGenerator[StreamItem, None]:
        """Public events past `event_id`, then live ones, until closed. Subscribes before it reads the log,
        so that nothing falls between the two. Only a reset needs the state: whoever resumes is not held up
        by the fold of a conversation that this process has just taken over."""
        subscription = self._conversations.subscribe(key)
        try:
            tail, closed = await self._store.position(key)
            last = tail
            if event_id is not None:
                epoch, last = parse_event_id(event_id)
                if epoch != self._store.epoch or last > tail:
                    view = await self._view(key)
                    yield Reset(view, "another_epoch" if epoch != self._store.epoch else "unknown_position")
                    last, closed = view.state.seq, view.closed
            async for item in self._follow(key, last, subscription, ended=closed):
                yield item
        finally:
            self._conversations.unsubscribe(key, subscription)

    async def _follow(
        self,
        key: Key,
        last: int,
        subscription: Subscription[StoredEvent | Growing | Goodbye | Over],
        *,
        ended: bool,
    ) -> AsyncGenerator[StreamItem, None]:
        behind = True
        while True:
            if behind:
                more = True
                while more:
                    page = await self._store.read(key, last, PAGE)
                    more = len(page) == PAGE
                    for stored in page:
                        last = stored.seq
                        if stored.audience == "public":
                            yield stored
                    ended = ended or any(stored.type == "closed" for stored in page)
                behind = False
            if ended:
                return
            for item in await subscription.wait():
                if isinstance(item, Over):
                    return
                if isinstance(item, Goodbye):
                    yield item
                    return
                if isinstance(item, Growing):
                    yield item
                elif item.seq == last + 1:
                    last = item.seq
                    if item.audience == "public":
                        yield item
                    if item.type == "closed":
                        return
                elif item.seq > last:
                    behind = True
                    break
            behind = subscription.take_lost() or behind

    async def tenant(self, tenant: str, event_id: str | None) -> AsyncGenerator[FeedStep, None]:
        """Phase and closed events of all conversations of a tenant, past a cursor '<epoch>.<position>'."""
        subscription = self._tenants.subscribe(tenant)
        try:
            last = await self._store.feed_tail(tenant)
            if event_id is not None:
                epoch, position = parse_event_id(event_id)
                if epoch == self._store.epoch and position <= last:
                    last = position
                else:
                    yield FeedReset(last)
            while True:
                while page := await self._store.feed(tenant, last, PAGE):
                    for item in page:
                        last = item.position
                        yield item
                for wake in await subscription.wait():
                    if wake is not None:
                        yield wake
                        return
                subscription.take_lost()
        finally:
            self._tenants.unsubscribe(tenant, subscription)
