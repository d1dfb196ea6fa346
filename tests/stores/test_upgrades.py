"""A log of every version opens and reads the same; an upgrade that is cut off leaves old or new."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from copilot.core.events import AnyEvent
from copilot.errors import Gone, Misconfigured
from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore
from copilot.stores.sqlite_file import MIGRATIONS, Connect, connect

from .children import run
from .faults import Spied
from .released import ERASED, KEPT, restored, written
from .samples import said

VERSIONS = range(1, len(MIGRATIONS) + 1)
OLDER = VERSIONS[:-1]
_NEWEST = len(MIGRATIONS)


def _spied(before: Callable[[str], None], done: Callable[[str], None] = lambda sql: None) -> Connect:
    return lambda path: Spied(connect(path), before, done)


async def _told(path: Path) -> dict[Key, list[tuple[int, int, str, AnyEvent]]]:
    """All that a log says, read by the store as it ships; each event can be decoded, each sum fits."""
    store = SqliteStore(path)
    await store.start()
    try:
        assert store.epoch == "e1"
        assert await store.audit() == []
        with pytest.raises(Gone):
            await store.tail(ERASED)
        return {
            key: [(one.seq, one.at_ms, one.audience, one.event) for one in await store.read(key)]
            for key in KEPT
        }
    finally:
        await store.stop()


def _version(path: Path) -> tuple[int, bool]:
    """The version that the file says, and whether its table has what the second one added."""
    with closing(sqlite3.connect(path)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(conversations)")]
        return connection.execute("PRAGMA user_version").fetchone()[0], "marks" in columns


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_version_opens_and_reads_the_same(tmp_path: Path, version: int) -> None:
    """What was written under it is told as if it had been written today, and it goes on."""
    restored(version, tmp_path / "log.db")
    await written(tmp_path / "new.db")
    assert await _told(tmp_path / "log.db") == await _told(tmp_path / "new.db")
    assert _version(tmp_path / "log.db") == (_NEWEST, True)
    store = SqliteStore(tmp_path / "log.db")
    await store.start()
    assert [one.seq for one in await store.append(KEPT[0], 3, [said()], 5)] == [4]
    page = await store.page("acme", closed=None, phase=None, min_heat=0, after=None, limit=9)
    assert sorted(listed.id for listed in page) == ["c1", "c2"]
    await store.stop()


@pytest.mark.parametrize("version", OLDER)
async def test_an_upgrade_that_fails_at_any_statement_changes_nothing(tmp_path: Path, version: int) -> None:
    """Each statement of an upgrade fails once: the file is as old as it was, and the next start succeeds."""
    restored(version, tmp_path / "new.db")
    wanted = await _told(tmp_path / "new.db")
    tried = 0
    while True:
        path = tmp_path / f"{tried}.db"
        restored(version, path)
        left = [tried]

        def failing(sql: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                left[0] = 10**9
                raise sqlite3.OperationalError("disk I/O error")

        store = SqliteStore(path, connect=_spied(failing))
        try:
            await store.start()
        except Misconfigured:
            assert _version(path) in {(version, version > 1), (_NEWEST, True)}
            assert await _told(path) == wanted
            tried += 1
        else:
            await store.stop()
            break
    assert tried > 12


@pytest.mark.parametrize("version", OLDER)
async def test_an_upgrade_that_is_killed_at_any_statement_leaves_old_or_new(
    tmp_path: Path, version: int
) -> None:
    """The files as they are before and after each statement are those of one version, and open."""
    restored(version, tmp_path / "log.db")
    images: list[Path] = []

    def keep(sql: str) -> None:
        place = tmp_path / f"image{len(images)}"
        place.mkdir()
        for name in ("log.db", "log.db-wal"):
            if (tmp_path / name).exists():
                shutil.copy(tmp_path / name, place / name)
        images.append(place / "log.db")

    store = SqliteStore(tmp_path / "log.db", connect=_spied(keep, keep))
    await store.start()
    await store.stop()
    wanted = await _told(tmp_path / "log.db")
    seen = []
    for image in images:
        seen.append(_version(image))
        assert await _told(image) == wanted
    assert set(seen) == {(version, version > 1), (_NEWEST, True)}
    assert seen == sorted(seen)


KILLED = """
import asyncio, os, signal, sys
from copilot.stores.sqlite import SqliteStore
from copilot.stores.sqlite_file import connect
from tests.stores.faults import Spied

def before(sql):
    if sql.startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

store = SqliteStore(sys.argv[1], connect=lambda path: Spied(connect(path), before, lambda sql: None))
asyncio.run(store.start())
"""


async def test_an_upgrade_is_killed_for_real(tmp_path: Path) -> None:
    """SIGKILL before the commit of an upgrade: the log is of the old version, and the next start upgrades."""
    restored(1, tmp_path / "log.db")
    child = run(KILLED, tmp_path / "log.db", "COMMIT")
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert _version(tmp_path / "log.db") == (1, False)
    await _told(tmp_path / "log.db")
    assert _version(tmp_path / "log.db") == (_NEWEST, True)
