"""Damage in the file is noticed, and stays with the conversation that it hit."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from copilot.core.events import StoredEvent
from copilot.errors import CopilotError, Damaged, Gone, Misconfigured
from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore

from .samples import ended, opened, phase, said

HIT, WELL = Key("acme", "hit"), Key("acme", "well")
FLIPS = int(os.environ.get("COPILOT_FLIPS", "60"))
Log = dict[Key, list[StoredEvent]]


async def _written(path: Path, keys: tuple[Key, ...] = (HIT, WELL)) -> Log:
    """A file with a few conversations whose events lie between each other's."""
    store = SqliteStore(path)
    await store.start()
    for seq in range(5):
        for key in keys:
            events = (opened(), said(f"canary of {key.id}"), phase(), said("last words"), ended())
            await store.append(key, seq, [events[seq]], 1_000 + seq)
    log = {key: await store.read(key) for key in keys}
    await store.stop()
    return log


def _sql(statement: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA foreign_keys=OFF")
            rid = connection.execute("SELECT rid FROM conversations WHERE id = 'hit'").fetchone()[0]
            assert connection.execute(statement, {"rid": rid}).rowcount > 0

    return damage


def _flip_payload(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        ((sealed,),) = connection.execute(
            "SELECT payload FROM events JOIN conversations ON rid = conversation WHERE id = 'hit' AND seq = 2"
        )
    content = bytearray(path.read_bytes())
    content[content.index(sealed) + 2] ^= 0x10
    path.write_bytes(content)


DAMAGES = {
    "a bit of a payload": _flip_payload,
    "a payload of the same length": _sql(
        "UPDATE events SET payload = randomblob(length(payload)) WHERE conversation = :rid AND seq = 2"
    ),
    "a time": _sql("UPDATE events SET at_ms = at_ms + 1 WHERE conversation = :rid AND seq = 2"),
    "an audience": _sql("UPDATE events SET audience = 'public' WHERE conversation = :rid AND seq = 1"),
    "a type of a value": _sql("UPDATE events SET type = x'ff' WHERE conversation = :rid AND seq = 2"),
    "a text that is none": _sql(
        "UPDATE events SET type = CAST(x'ff' AS TEXT) WHERE conversation = :rid AND seq = 2"
    ),
    "a payload without content": _sql("UPDATE events SET payload = '' WHERE conversation = :rid AND seq = 2"),
    "the last row missing": _sql("DELETE FROM events WHERE conversation = :rid AND seq = 5"),
    "the first row missing": _sql("DELETE FROM events WHERE conversation = :rid AND seq = 1"),
    "a row missing": _sql("DELETE FROM events WHERE conversation = :rid AND seq = 3"),
    "all rows missing": _sql("DELETE FROM events WHERE conversation = :rid"),
    "a shorter tail": _sql("UPDATE conversations SET tail = 4 WHERE rid = :rid"),
    "a tail of nothing": _sql("UPDATE conversations SET tail = 0 WHERE rid = :rid"),
    "a longer tail": _sql("UPDATE conversations SET tail = 6 WHERE rid = :rid"),
    "a shorter history": _sql(
        "UPDATE conversations SET tail = 4, chain = (SELECT checksum FROM events "
        "WHERE conversation = :rid AND seq = 4) WHERE rid = :rid"
    ),
    "another conversation's rows": _sql(
        "UPDATE events SET payload = (SELECT payload FROM events o WHERE o.conversation <> :rid "
        "AND o.seq = events.seq), checksum = (SELECT checksum FROM events o WHERE o.conversation <> :rid "
        "AND o.seq = events.seq) WHERE conversation = :rid"
    ),
    "a secret": _sql("UPDATE secrets SET secret = zeroblob(32) WHERE conversation = :rid"),
    "no secret": _sql("DELETE FROM secrets WHERE conversation = :rid"),
    "a checksum": _sql("UPDATE events SET checksum = zeroblob(16) WHERE conversation = :rid AND seq = 2"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
async def test_damage(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """A conversation whose rows do not fit is refused each time; others go on; it can be erased."""
    path = tmp_path / "log.db"
    log = await _written(path)
    damage(path)
    store = SqliteStore(path)
    await store.start()
    with pytest.raises(Damaged):
        await store.read(HIT)
    assert store.quarantined == {HIT}
    for call in (store.read(HIT, 4), store.tail(HIT), store.position(HIT), store.append(HIT, 5, [said()], 1)):
        with pytest.raises(Damaged):
            await call
    assert await store.read(WELL) == log[WELL]
    assert await store.append(WELL, 5, [said()], 1)
    assert await store.erase(HIT) is True
    with pytest.raises(Gone):
        await store.read(HIT)
    await store.stop()


@pytest.mark.parametrize(
    "name",
    ["the last row missing", "a shorter tail", "a longer tail", "a shorter history", "a tail of nothing"],
)
async def test_damage_met_by_an_append(tmp_path: Path, name: str) -> None:
    """An append does not go on from an end that does not fit its head."""
    await _written(tmp_path / "log.db")
    DAMAGES[name](tmp_path / "log.db")
    store = SqliteStore(tmp_path / "log.db")
    await store.start()
    for after in (5, 4):
        with pytest.raises(Damaged):
            await store.append(HIT, after, [said()], 1)
    assert store.quarantined == {HIT}
    assert await store.append(WELL, 5, [said()], 1)
    await store.stop()


async def test_a_refused_read_holds_nothing(tmp_path: Path) -> None:
    """A read that met damage, and whose error is kept, does not hold later reads in the old state."""
    await _written(tmp_path / "log.db")
    _sql("UPDATE events SET payload = x'7b7d' WHERE conversation = :rid AND seq = 2")(tmp_path / "log.db")
    store = SqliteStore(tmp_path / "log.db")
    await store.start()
    with pytest.raises(Damaged) as kept:
        await store.read(HIT)
    await store.append(WELL, 5, [said()], 1)
    assert [await store.tail(WELL) for _ in range(4)] == [6] * 4
    assert kept.value.slug == "damaged"
    await store.stop()


async def test_damage_met_by_the_feed(tmp_path: Path) -> None:
    """A tenant's feed leaves out what does not fit, and goes on with the others."""
    await _written(tmp_path / "log.db")
    _sql("UPDATE events SET payload = x'7b7d' WHERE conversation = :rid AND seq IN (3, 5)")(
        tmp_path / "log.db"
    )
    store = SqliteStore(tmp_path / "log.db")
    await store.start()
    items = await store.feed("acme", 0, 9)
    assert [(item.conversation, item.stored.seq) for item in items] == [("well", 3), ("well", 5)]
    assert store.quarantined == {HIT}
    await store.stop()


@pytest.mark.parametrize("after", [1, 2, 3])
async def test_damage_in_the_part_that_is_read(tmp_path: Path, after: int) -> None:
    """A part of a history is held against the checksum that it starts from."""
    log = await _written(tmp_path / "log.db")
    _sql("UPDATE events SET payload = x'7b7d' WHERE conversation = :rid AND seq = 3")(tmp_path / "log.db")
    store = SqliteStore(tmp_path / "log.db")
    await store.start()
    assert await store.read(HIT, 0, 2) == log[HIT][:2]
    if after < 3:
        with pytest.raises(Damaged):
            await store.read(HIT, after)
    else:
        assert await store.read(HIT, after) == log[HIT][after:]
    await store.stop()


async def test_flipped_bits(tmp_path: Path) -> None:
    """Wherever a bit of the file flips, nobody is given a history that is not the one that was written."""
    keys = tuple(Key(tenant, f"c{n}") for tenant in ("acme", "rival") for n in range(6))
    log = await _written(tmp_path / "log.db", keys)
    content = (tmp_path / "log.db").read_bytes()
    chance = random.Random(7)
    noticed = 0
    for image in range(FLIPS):
        path = tmp_path / f"image{image}.db"
        flipped = bytearray(content)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        noticed += await _wrong_only_by_refusal(path, log)
    assert noticed > 5


async def _wrong_only_by_refusal(path: Path, log: Log) -> bool:
    store = SqliteStore(path)
    try:
        await store.start()
    except Misconfigured:
        return True
    try:
        try:
            suspects = {*await store.audit()}
        except Damaged:
            suspects = {*log}
        refused = False
        for key, expected in log.items():
            try:
                assert await store.read(key) == expected
            except CopilotError:
                refused = True
                assert key in suspects or store.quarantined
        return refused or bool(suspects)
    finally:
        await store.stop()
