"""What every store promises."""

from __future__ import annotations

import asyncio

import pytest

from copilot.core.events import decode, encode
from copilot.errors import AppendConflict, Gone, Invalid, NotFound
from copilot.ports import Key, Marks, Store, Summary

from .samples import KEY, answered, ended, fill, listed, opened, phase, said

ALL = {"closed": None, "phase": None, "min_heat": 0, "after": None, "limit": 50}


async def test_reads_in_order(store: Store) -> None:
    """What was appended is read back in order, byte for byte, numbered from 1."""
    events = [opened(), said("first"), phase(), said("second")]
    stored = await fill(store, KEY, events)
    assert await store.read(KEY) == stored
    assert [one.seq for one in stored] == [1, 2, 3, 4]
    assert [one.payload for one in stored] == [encode(new.event) for new in events]
    assert [one.event for one in stored] == [new.event for new in events]
    assert [one.at_ms for one in stored] == [1_000, 1_001, 1_002, 1_003]


async def test_append_returns_what_a_reader_gets(store: Store) -> None:
    """An append returns the very events that a reader gets."""
    stored = await store.append(KEY, 0, [opened(), said(), answered()], 7)
    assert await store.read(KEY) == stored
    assert [(one.type, one.audience) for one in stored] == [
        ("opened", "internal"),
        ("transcript", "public"),
        ("answer", "internal"),
    ]


@pytest.mark.parametrize("after", [0, 1, 3, 9])
async def test_conflict(store: Store, after: int) -> None:
    """An append that expects another tail is refused, is told the tail and leaves nothing."""
    stored = await store.append(KEY, 0, [opened(), said()], 1)
    with pytest.raises(AppendConflict) as refusal:
        await store.append(KEY, after, [said("late"), said("later")], 2)
    assert refusal.value.tail == 2
    assert await store.read(KEY) == stored


async def test_conflict_of_a_new_one(store: Store) -> None:
    """An append past the tail of a conversation that is not there finds tail 0, and does not open it."""
    with pytest.raises(AppendConflict) as refusal:
        await store.append(KEY, 3, [said()], 1)
    assert refusal.value.tail == 0
    with pytest.raises(NotFound):
        await store.read(KEY)


async def test_one_of_many_writers_wins(store: Store) -> None:
    """Of appends that expect the same tail exactly one succeeds."""
    tries = [store.append(KEY, 0, [opened(), said(str(n))], n) for n in range(20)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    won = [result for result in results if isinstance(result, list)]
    assert len(won) == 1
    assert sum(isinstance(result, AppendConflict) for result in results) == 19
    assert await store.read(KEY) == won[0]


async def test_fold_ahead(store: Store) -> None:
    """An append may be handed in before the one that it follows is committed."""
    tries = [store.append(KEY, n, [said(str(n))], n) for n in range(50)]
    results = await asyncio.gather(*tries)
    assert [one for result in results for one in result] == await store.read(KEY)
    assert await store.tail(KEY) == 50


async def test_nothing_to_append(store: Store) -> None:
    """An append of nothing opens nothing."""
    assert await store.append(KEY, 0, [], 1) == []
    with pytest.raises(NotFound):
        await store.read(KEY)


async def test_a_caller_that_gives_up(store: Store) -> None:
    """A caller that no longer waits breaks nothing, and its append may stand."""
    waiting = asyncio.ensure_future(store.append(KEY, 0, [opened()], 1))
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    other = Key("acme", "c2")
    await store.append(other, 0, [opened()], 1)
    assert await store.tail(KEY) in {0, 1}
    assert await store.tail(other) == 1


async def test_unknown(store: Store) -> None:
    """A conversation that is not there has tail 0, cannot be read, and is not erased."""
    assert await store.tail(KEY) == 0
    assert await store.erase(KEY) is False
    for call in (store.read(KEY), store.position(KEY)):
        with pytest.raises(NotFound):
            await call


async def test_position(store: Store) -> None:
    """A conversation's place is its tail, and whether it is closed, also after what came late."""
    await store.append(KEY, 0, [opened(), said()], 1)
    assert await store.position(KEY) == (2, False)
    await store.append(KEY, 2, [ended()], 2, Summary(closed=True))
    assert await store.position(KEY) == (3, True)
    await store.append(KEY, 3, [said("late")], 3)
    assert await store.position(KEY) == (4, True)


@pytest.mark.parametrize(
    ("after", "limit", "audience", "expected"),
    [
        (0, None, None, [1, 2, 3, 4, 5]),
        (2, None, None, [3, 4, 5]),
        (5, None, None, []),
        (99, None, None, []),
        (0, 2, None, [1, 2]),
        (1, 2, None, [2, 3]),
        (0, 0, None, []),
        (0, None, "public", [2, 4]),
        (0, None, "internal", [1, 3, 5]),
        (2, 1, "public", [4]),
        (0, 2, "internal", [1, 3]),
        (4, None, "public", []),
    ],
)
async def test_parts(store: Store, after: int, limit: int | None, audience: str, expected: list[int]) -> None:
    """A reader gets what is past its place, of its audience, and as many as it asks for."""
    await fill(store, KEY, [opened(), said(), answered(), said(), answered()])
    found = await store.read(KEY, after, limit, audience)  # type: ignore[arg-type]
    assert [one.seq for one in found] == expected


async def test_tenants_never_meet(store: Store) -> None:
    """The same id under two tenants is two conversations, in every call."""
    mine, theirs = Key("acme", "c1"), Key("rival", "c1")
    await store.append(mine, 0, [opened(), said("mine"), phase()], 1, Summary(heat=1))
    await store.append(theirs, 0, [opened(), phase()], 2, Summary(heat=3))
    assert [one.event for one in await store.read(mine)][1] == said("mine").event
    assert (await store.tail(mine), await store.tail(theirs)) == (3, 2)
    assert [one.summary.heat for one in await store.page("acme", **ALL)] == [1]
    assert [item.stored.seq for item in await store.feed("acme", 0, 10)] == [3]
    assert [item.stored.seq for item in await store.feed("rival", 0, 10)] == [2]
    assert await store.feed_tail("acme") != await store.feed_tail("rival")
    assert await store.page("nobody", **ALL) == []
    assert await store.feed("nobody", 0, 10) == []
    assert await store.feed_tail("nobody") == 0
    tails = [await store.feed_tail(tenant) for tenant in ("acme", "rival")]
    assert await store.erase(mine) is True
    assert [one.event for one in await store.read(theirs)] == [opened().event, phase().event]
    assert await store.erase(theirs) is True
    assert [await store.feed_tail(tenant) for tenant in ("acme", "rival")] == tails


async def test_a_cursor_of_another_tenant(store: Store) -> None:
    """A page after another tenant's conversation is refused as one after an unknown id is."""
    await listed(store, "acme", {"a": Summary()})
    await listed(store, "rival", {"b": Summary()})
    details = []
    for cursor in ("b", "nowhere"):
        with pytest.raises(Invalid) as refusal:
            await store.page("acme", **{**ALL, "after": cursor})
        details.append((refusal.value.detail, refusal.value.errors))
    assert details[0] == details[1]


async def test_page(store: Store) -> None:
    """A list shows each conversation with its last summary, newest first, page by page."""
    ids = [f"c{n}" for n in range(7)]
    await listed(store, "acme", dict.fromkeys(ids, Summary()))
    marks = Marks(phase_since_ms=7, unheard_since_ms=None, heats=((0, 1), (9, 3)), abuses=1, escalated=True)
    now = Summary(
        channel="chat", phase="closing", heat=2, heard=True, agent_id="a1", closed=True, marks=marks
    )
    await store.append(Key("acme", "c3"), 1, [said()], 99_000, now)
    await store.append(Key("acme", "c3"), 2, [said()], 99_500)
    seen, after = [], None
    while lines := await store.page("acme", **{**ALL, "after": after, "limit": 3}):
        seen += lines
        after = lines[-1].id
    assert [line.id for line in seen] == ids[::-1]
    line = seen[3]
    assert (line.opened_ms, line.updated_ms, line.tail, line.summary) == (3_000, 99_500, 3, now)


async def test_page_of_one_moment(store: Store) -> None:
    """Conversations that opened in the same millisecond are each listed once, the later one first."""
    for n in range(5):
        await store.append(Key("acme", f"c{n}"), 0, [opened()], 1)
    first = await store.page("acme", **{**ALL, "limit": 2})
    second = await store.page("acme", **{**ALL, "after": first[-1].id})
    assert [line.id for line in first + second] == ["c4", "c3", "c2", "c1", "c0"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["d", "c", "b", "a"]),
        ({"closed": True}, ["d"]),
        ({"closed": False}, ["c", "b", "a"]),
        ({"phase": "solving"}, ["d", "b"]),
        ({"min_heat": 2}, ["c", "b"]),
        ({"min_heat": 3}, ["c"]),
        ({"closed": False, "phase": "solving", "min_heat": 1}, ["b"]),
        ({"phase": "solving", "after": "c"}, ["b"]),
        ({"phase": "closing"}, []),
    ],
)
async def test_page_filters(store: Store, filters: dict[str, object], expected: list[str]) -> None:
    """A list shows those that fit all filters; the cursor need not fit them."""
    await listed(
        store,
        "acme",
        {
            "a": Summary(),
            "b": Summary(phase="solving", heat=2),
            "c": Summary(heat=3),
            "d": Summary(phase="solving", closed=True),
        },
    )
    lines = await store.page("acme", **{**ALL, **filters})  # type: ignore[arg-type]
    assert [line.id for line in lines] == expected


async def test_live(store: Store) -> None:
    """Live are those of all tenants that are not closed, with the time of their last event."""
    await listed(store, "acme", {"a": Summary(), "b": Summary(), "c": Summary(closed=True)})
    await listed(store, "rival", {"a": Summary()})
    await store.append(Key("acme", "a"), 1, [said()], 5_000)
    await store.append(Key("acme", "b"), 1, [ended()], 6_000, Summary(closed=True))
    await store.append(Key("rival", "a"), 1, [said()], 7_000, Summary(heat=1))
    assert sorted(await store.live()) == [(Key("acme", "a"), 5_000), (Key("rival", "a"), 7_000)]


async def test_older(store: Store) -> None:
    """Older are those of all tenants by their last event, the oldest first, and none that was erased."""
    await listed(store, "acme", {name: Summary() for name in ("c0", "c1", "c2")})
    await store.append(Key("acme", "c0"), 1, [said()], 9_000)
    await store.append(Key("umbra", "c3"), 0, [opened()], 500)
    assert await store.older(9_000) == [
        (Key("umbra", "c3"), 500),
        (Key("acme", "c1"), 1_000),
        (Key("acme", "c2"), 2_000),
    ]
    await store.erase(Key("umbra", "c3"))
    assert await store.older(1_001) == [(Key("acme", "c1"), 1_000)]


async def test_feed(store: Store) -> None:
    """A tenant's feed has the phase and closed events of all its conversations in order of commit."""
    one, two = Key("acme", "c1"), Key("acme", "c2")
    await store.append(one, 0, [opened(), said(), phase()], 1)
    await store.append(two, 0, [opened(), phase("acknowledged"), phase("solving")], 2)
    await store.append(Key("rival", "c1"), 0, [phase()], 2)
    await store.append(one, 3, [said(), ended()], 3)
    items = await store.feed("acme", 0, 50)
    assert [(item.conversation, item.stored.seq) for item in items] == [
        ("c1", 3),
        ("c2", 2),
        ("c2", 3),
        ("c1", 5),
    ]
    assert [item.stored for item in items if item.conversation == "c2"] == (await store.read(two))[1:]
    places = [item.position for item in items]
    assert places == sorted(set(places))
    assert await store.feed("acme", places[1], 1) == items[2:3]
    assert await store.feed("acme", places[-1], 9) == []
    assert await store.feed_tail("acme") == places[-1]


async def test_what_is_internal_is_not_fed(store: Store) -> None:
    """A tenant's feed has public events only."""
    hidden = phase()
    await store.append(KEY, 0, [opened(), type(hidden).of(hidden.event, "internal")], 1)
    assert await store.feed("acme", 0, 9) == []
    assert await store.feed_tail("acme") == 0


async def test_erase(store: Store) -> None:
    """What was erased is gone from every call, and stays so."""
    other = Key("acme", "c2")
    await store.append(KEY, 0, [opened(), said(), phase()], 1, Summary(heat=3))
    await store.append(other, 0, [opened(), phase()], 2)
    assert await store.erase(KEY) is True
    assert await store.erase(KEY) is False
    for call in (store.read(KEY), store.tail(KEY), store.position(KEY), store.append(KEY, 0, [opened()], 3)):
        with pytest.raises(Gone):
            await call
    assert [line.id for line in await store.page("acme", **ALL)] == ["c2"]
    assert [item.conversation for item in await store.feed("acme", 0, 9)] == ["c2"]
    assert [key for key, _ in await store.live()] == [other]


async def test_places_in_the_feed_never_come_back(store: Store) -> None:
    """After an erasure a cursor that stood past what was erased still gets all that is new."""
    await store.append(KEY, 0, [opened(), phase(), ended()], 1)
    tail = await store.feed_tail("acme")
    await store.erase(KEY)
    assert await store.feed_tail("acme") == tail
    await store.append(Key("acme", "c2"), 0, [phase()], 2)
    assert [item.conversation for item in await store.feed("acme", tail, 9)] == ["c2"]


async def test_erasure_in_a_race(store: Store) -> None:
    """Appends that are queued around an erasure do not bring the conversation back."""
    await store.append(KEY, 0, [opened()], 1)
    before = [store.append(KEY, n, [said()], 2) for n in range(1, 6)]
    erasure = asyncio.ensure_future(store.erase(KEY))
    await asyncio.sleep(0)
    after = [store.append(KEY, tail, [said("again")], 3) for tail in (0, 1, 6)]
    results = await asyncio.gather(*before, *after, return_exceptions=True)
    assert await erasure is True
    assert all(isinstance(result, list | Gone | AppendConflict) for result in results)
    with pytest.raises(Gone):
        await store.read(KEY)
    assert await store.page("acme", **ALL) == []


async def test_odd_names(store: Store) -> None:
    """Names are kept as they are: quotes, wild cards, zero bytes and other scripts mean nothing."""
    names = ["%", "_", "'; --", "a\x00b", "a", "ä", "a\u0308", "日本", " ", "C1", "c1"]
    for n, name in enumerate(names):
        await store.append(Key("acme", name), 0, [said(name)], n)
    for name in names:
        (one,) = await store.read(Key("acme", name))
        assert decode(one.payload) == said(name).event
    assert [line.id for line in await store.page("acme", **ALL)] == names[::-1]


async def test_epoch(store: Store) -> None:
    """A store has an epoch that can stand in an event id."""
    assert store.epoch.isalnum()
