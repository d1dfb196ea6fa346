"""What every key store promises, and what the file's adds."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from copilot.errors import Conflicting, Misconfigured, StoreUnavailable
from copilot.ports import ApiKey, KeyStore
from copilot.stores.sqlite_keys import SqliteKeyStore

from .children import run


def _key(id: str = "ck_1", tenant: str = "acme", **parts: object) -> ApiKey:
    made = {"name": "softphone", "scopes": ("ingest", "read"), "secret_hash": "00ff", "created_ms": 1}
    return ApiKey(id=id, tenant=tenant, **{**made, **parts})  # type: ignore[arg-type]


def test_add_and_find(keys: KeyStore) -> None:
    """A key is found by its id as it was added; an unknown id finds none."""
    key = _key(expires_ms=9, scopes=("admin",))
    keys.add(key)
    assert keys.find("ck_1") == key
    assert keys.find("CK_1") is None
    assert keys.find("") is None


def test_an_id_is_used_once(keys: KeyStore) -> None:
    """A second key of the same id is refused, also one of another tenant."""
    keys.add(_key())
    with pytest.raises(Conflicting):
        keys.add(_key(tenant="rival"))
    found = keys.find("ck_1")
    assert found is not None
    assert found.tenant == "acme"


def test_all(keys: KeyStore) -> None:
    """A list has the keys of one tenant, or of all, in the order in which they were made."""
    keys.add(_key("b", created_ms=2))
    keys.add(_key("a", created_ms=3))
    keys.add(_key("c", tenant="rival", created_ms=1))
    assert [key.id for key in keys.all()] == ["c", "b", "a"]
    assert [key.id for key in keys.all("acme")] == ["b", "a"]
    assert keys.all("nobody") == []


def test_expire_only_brings_the_end_nearer(keys: KeyStore) -> None:
    """A key that ends sooner anyway is not given more time."""
    keys.add(_key("a"))
    keys.add(_key("b", expires_ms=5))
    for id in ("a", "b"):
        keys.expire(id, 9)
    assert [key.expires_ms for key in keys.all()] == [9, 5]


def test_revoke(keys: KeyStore) -> None:
    """A key is revoked once, and the time of it stays."""
    keys.add(_key())
    assert keys.revoke("ck_1", 5) is True
    assert keys.revoke("ck_1", 6) is False
    assert keys.revoke("ck_2", 5) is False
    found = keys.find("ck_1")
    assert found is not None
    assert found.revoked_ms == 5


def test_touch(keys: KeyStore) -> None:
    """The last use of a key is kept; touching an unknown one does nothing."""
    keys.add(_key())
    keys.touch("ck_1", 7)
    keys.touch("ck_2", 7)
    found = keys.find("ck_1")
    assert found is not None
    assert found.last_used_ms == 7


REVOKE = """
import sys
from copilot.stores.sqlite_keys import SqliteKeyStore
keys = SqliteKeyStore(sys.argv[1])
assert keys.find("ck_1") is not None
keys.revoke("ck_1", 5)
keys.close()
"""


async def test_two_processes(tmp_path: Path) -> None:
    """What the command line writes while the server runs counts at the server's next look."""
    server = SqliteKeyStore(tmp_path / "keys.db")
    server.add(_key())
    assert server.find("ck_1") == _key()
    child = await asyncio.to_thread(run, REVOKE, tmp_path / "keys.db")
    assert child.returncode == 0, child.stderr
    found = server.find("ck_1")
    assert found is not None
    assert found.revoked_ms == 5
    server.close()


def test_two_stores_write_at_once(tmp_path: Path) -> None:
    """Writers in turn wait for each other, and nothing is lost."""
    stores = [SqliteKeyStore(tmp_path / "keys.db") for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: stores[n % 2].add(_key(f"k{n}")), range(40)))
    assert len(stores[0].all()) == len(stores[1].all()) == 40
    for store in stores:
        store.close()


def test_kept(tmp_path: Path) -> None:
    """Keys outlive the process, in a file for its owner only."""
    store = SqliteKeyStore(tmp_path / "keys.db")
    store.add(_key())
    assert stat.S_IMODE((tmp_path / "keys.db-wal").stat().st_mode) == 0o600
    store.close()
    assert stat.S_IMODE((tmp_path / "keys.db").stat().st_mode) == 0o600
    again = SqliteKeyStore(tmp_path / "keys.db")
    assert again.all() == [_key()]
    again.close()
    with pytest.raises(StoreUnavailable):
        again.find("ck_1")


@pytest.mark.parametrize("statement", ["PRAGMA user_version=9", "PRAGMA application_id=1"])
def test_a_file_that_is_not_ours(tmp_path: Path, statement: str) -> None:
    """A file of a newer version or of another program is refused."""
    SqliteKeyStore(tmp_path / "keys.db").close()
    connection = sqlite3.connect(tmp_path / "keys.db")
    connection.execute(statement)
    connection.close()
    with pytest.raises(Misconfigured):
        SqliteKeyStore(tmp_path / "keys.db")


def test_no_database(tmp_path: Path) -> None:
    """Something else in the file's place is refused."""
    (tmp_path / "keys.db").write_text("x" * 4_096)
    with pytest.raises(Misconfigured):
        SqliteKeyStore(tmp_path / "keys.db")
