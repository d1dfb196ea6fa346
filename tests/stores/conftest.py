"""The stores that the contract is held against: a new one is a name here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from copilot.ports import KeyStore, Store
from copilot.stores.memory import MemoryKeyStore, MemoryStore
from copilot.stores.sqlite import SqliteStore
from copilot.stores.sqlite_keys import SqliteKeyStore

STORES = ("memory", "sqlite")
KEY_STORES = ("memory", "sqlite")


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "log.db")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    made = SqliteStore(tmp_path / "log.db")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(params=KEY_STORES)
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    return MemoryKeyStore() if request.param == "memory" else SqliteKeyStore(tmp_path / "keys.db")
