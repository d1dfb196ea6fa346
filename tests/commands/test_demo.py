"""Tests of how `demo` gets in: open where there are no keys, with one of its own where there are."""

from __future__ import annotations

from pathlib import Path

from copilot.api.auth import Authenticator, new_key
from copilot.clocks import SystemClock
from copilot.commands.demo import _key_where_needed
from copilot.stores.sqlite_keys import SqliteKeyStore


def test_an_open_server_needs_no_key(tmp_path: Path) -> None:
    """Where there are no keys none is made: one would close the server."""
    path = tmp_path / "keys.sqlite"
    assert _key_where_needed(path) is None
    assert not path.exists()
    SqliteKeyStore(path).close()
    assert _key_where_needed(path) is None
    assert SqliteKeyStore(path).all() == []


def test_a_server_with_keys_gets_one_more(tmp_path: Path) -> None:
    """Where there are keys the demonstration makes one that opens the door and expires."""
    store = SqliteKeyStore(tmp_path / "keys.sqlite")
    store.add(new_key("acme", "", ("admin",), 1)[1])
    plain = _key_where_needed(tmp_path / "keys.sqlite")
    principal = Authenticator(store, SystemClock()).authenticate(
        [(b"authorization", f"Bearer {plain}".encode())]
    )
    assert principal.scopes == {"ingest", "read", "feedback"}
    made = [key for key in store.all() if key.name == "demo"]
    assert made[0].expires_ms is not None
