"""Who is listening to what: hands committed events to the open streams of this process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, Hashable, TypeVar  # noqa: UP035

Item = TypeVar("Item")
Topic = TypeVar("Topic", bound=Hashable)


class Subscription(Generic[Item]):
    """One reader's queue. A reader that falls behind is not waited for: `lost` tells it to read the log."""

    def __init__(self, bound: int) -> None:
        self._items: deque[Item] = deque()
        self._bound = bound
        self._arrived = asyncio.Event()
        self._last: Item | None = None
        self.lost = False

    def put(self, item: Item) -> None:
        if len(self._items) >= self._bound:
            self._items.clear()
            self.lost = True
        else:
            self._items.append(item)
        self._arrived.set()

    def end(self, last: Item) -> None:
        """Nothing follows `last`, which is not lost with the others."""
        self._last = last
        self._arrived.set()

    async def wait(self) -> list[Item]:
        """Everything that has come since the last time; waits for the first. Empty when `lost` was set.
        Once it ended, every answer comes at once and ends with the last item."""
        await self._arrived.wait()
        items = list(self._items)
        self._items.clear()
        if self._last is None:
            self._arrived.clear()
        else:
            items.append(self._last)
        return items

    def take_lost(self) -> bool:
        lost, self.lost = self.lost, False
        return lost


class Broadcast(Generic[Topic, Item]):
    """Topics and their subscriptions; a topic without readers costs nothing."""

    def __init__(self, bound: int = 1_000) -> None:
        self._bound = bound
        self._topics: dict[Topic, set[Subscription[Item]]] = {}
        self._last: Callable[[], Item] | None = None

    def subscribe(self, topic: Topic) -> Subscription[Item]:
        subscription: Subscription[Item] = Subscription(self._bound)
        if self._last is not None:
            subscription.end(self._last())
        self._topics.setdefault(topic, set()).add(subscription)
        return subscription

    def unsubscribe(self, topic: Topic, subscription: Subscription[Item]) -> None:
        readers = self._topics.get(topic)
        if readers is not None:
            readers.discard(subscription)
            if not readers:
                del self._topics[topic]

    def publish(self, topic: Topic, item: Item) -> None:
        for subscription in self._topics.get(topic, ()):
            subscription.put(item)

    def end(self, topic: Topic, last: Item) -> None:
        """Ends the subscriptions of a topic with this item."""
        for subscription in self._topics.get(topic, ()):
            subscription.end(last)

    def end_all(self, last: Callable[[], Item]) -> None:
        """Ends every subscription with an item of its own, also those that are still to come."""
        self._last = last
        for readers in self._topics.values():
            for subscription in readers:
                subscription.end(last())

    def count(self) -> int:
        return sum(len(readers) for readers in self._topics.values())
