"""Reading a log beside the process that has it: what is there, and nothing is changed by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import Gone, NotFound, StoreUnavailable
from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore
from copilot.stores.sqlite_beside import SqliteBeside

from .samples import KEY, fill, opened, said


async def test_it_reads_what_is_committed(tmp_path: Path) -> None:
    """What was committed is there with the epoch, from any place on; what is gone is not."""
    store, beside = SqliteStore(tmp_path / "log"), SqliteBeside(tmp_path / "log")
    await store.start()
    stored = await fill(store, KEY, [opened(), said("one"), said("two")])
    assert beside.live() == (store.epoch, [(KEY, stored[-1].at_ms)])
    assert beside.read(KEY, 0) == stored
    assert beside.read(KEY, 2) == stored[2:]
    with pytest.raises(NotFound):
        beside.read(Key("acme", "nobody"), 0)
    await store.erase(KEY)
    with pytest.raises(Gone):
        beside.read(KEY, 3)
    beside.close()
    await store.stop()


async def test_its_end_changes_nothing(tmp_path: Path) -> None:
    """The last connection to a log leaves the journal that is to be read by whoever opens it next."""
    store, beside = SqliteStore(tmp_path / "log"), SqliteBeside(tmp_path / "log")
    await store.start()
    await fill(store, KEY, [opened(), said()])
    beside.live()
    await store.stop()
    before = _files(tmp_path)
    assert "log-wal" in before
    beside.close()
    assert _files(tmp_path) == before


def _files(folder: Path) -> dict[str, bytes]:
    """All but the index of the journal, which is memory that connections share."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}


def test_no_log(tmp_path: Path) -> None:
    """Where there is no file none is made; one that is no log is refused."""
    beside = SqliteBeside(tmp_path / "none")
    with pytest.raises(StoreUnavailable):
        beside.live()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "other").touch()
    with pytest.raises(StoreUnavailable):
        SqliteBeside(tmp_path / "other").live()
