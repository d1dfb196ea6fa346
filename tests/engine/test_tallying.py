"""Outcomes over the logs of a tenant's conversations."""

from __future__ import annotations

from copilot.core.events import Feedback, NewEvent, Opened, Suggested
from copilot.core.types import Opening
from copilot.engine.tallying import Tally
from copilot.ports import Key
from copilot.stores.memory import MemoryStore
from tests.core.test_outcomes import shown


async def opened(store: MemoryStore, tenant: str, name: str, at_ms: int, *cards: Suggested) -> None:
    await store.append(
        Key(tenant, name), 0, [NewEvent.of(event) for event in (Opened(opening=Opening()), *cards)], at_ms
    )


async def test_one_tenants_conversations_are_counted() -> None:
    """Cards of all the tenant's conversations since then, and of nobody else's."""
    store = MemoryStore()
    await opened(store, "t", "old", 1, shown(1))
    await opened(store, "t", "c1", 10, shown(1), shown(2))
    await opened(store, "t", "c2", 11, shown(1))
    await opened(store, "rival", "c1", 12, shown(1))
    found = await Tally(store).outcomes("t", "greet", since_ms=5, most=100)
    (line,) = found.versions
    assert (found.conversations, found.complete, line.offered, line.conversations) == (2, True, 3, 2)


async def test_what_is_left_out_is_said() -> None:
    """At most so many conversations, the newest, and whether there are more."""
    store = MemoryStore()
    for n in range(5):
        await opened(store, "t", f"c{n}", n, shown(1, f"greet@1.0.{n}"))
    found = await Tally(store).outcomes("t", "greet", since_ms=0, most=2)
    assert (found.conversations, found.complete) == (2, False)
    assert [line.prompt for line in found.versions] == ["greet@1.0.3", "greet@1.0.4"]


async def test_what_came_later_counts() -> None:
    """A conversation that went on is read anew, and one that was erased is gone."""
    store = MemoryStore()
    await opened(store, "t", "c1", 1, shown(1))
    tally = Tally(store)
    assert (await tally.outcomes("t", "greet", 0, 100)).versions[0].used.count == 0
    await store.append(Key("t", "c1"), 2, [NewEvent.of(Feedback(suggestion_id="s1", verdict="used"))], 2)
    assert (await tally.outcomes("t", "greet", 0, 100)).versions[0].used.count == 1
    await store.erase(Key("t", "c1"))
    assert (await tally.outcomes("t", "greet", 0, 100)).versions == ()
