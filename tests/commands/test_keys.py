"""Tests of `keys`: a key is shown once, kept as a hash, listed and revoked."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.api.auth import Authenticator
from copilot.cli import build
from copilot.clocks import SystemClock
from copilot.errors import Unauthenticated
from copilot.stores.sqlite_keys import SqliteKeyStore


def keys(data: Path, *arguments: str) -> str:
    result = CliRunner().invoke(
        build(), ["keys", *arguments, "--data", str(data)], env={"TERMINAL_WIDTH": "200"}
    )
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_key_that_was_made_opens_the_door(tmp_path: Path) -> None:
    """What `create` prints on stdout is the key and nothing else; it bears its tenant and scopes."""
    plain = keys(tmp_path, "create", "--tenant", "acme", "--scope", "read", "--days", "1").strip()
    door = Authenticator(SqliteKeyStore(tmp_path / "keys.sqlite"), SystemClock())
    principal = door.authenticate([(b"authorization", f"Bearer {plain}".encode())])
    assert (principal.tenant, principal.scopes) == ("acme", {"read"})
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert plain.rpartition("_")[2].encode() not in held


def test_keys_are_listed_without_secrets(tmp_path: Path) -> None:
    """`list` shows id, tenant, name, scopes and state, of one tenant or of all."""
    assert keys(tmp_path, "list").strip() == "no keys"
    plain = keys(tmp_path, "create", "--tenant", "acme", "--name", "softphone").strip()
    keys(tmp_path, "create", "--tenant", "other")
    shown = keys(tmp_path, "list")
    assert plain.split("_")[1] in shown
    assert "softphone" in shown
    assert "ingest" in shown
    assert "other" in shown
    assert plain.rpartition("_")[2][:10] not in shown
    assert "acme" not in keys(tmp_path, "list", "--tenant", "other")


def test_a_revoked_key_is_closed(tmp_path: Path) -> None:
    """`revoke` takes a key out; again is an error."""
    plain = keys(tmp_path, "create").strip()
    name = plain.split("_")[1]
    assert keys(tmp_path, "revoke", name) == f"revoked {name}\n"
    assert "revoked" in keys(tmp_path, "list")
    door = Authenticator(SqliteKeyStore(tmp_path / "keys.sqlite"), SystemClock())
    with pytest.raises(Unauthenticated):
        door.authenticate([(b"authorization", f"Bearer {plain}".encode())])
    again = CliRunner().invoke(build(), ["keys", "revoke", name, "--data", str(tmp_path)])
    assert again.exit_code == 1


def test_rotation_puts_a_new_key_in_the_old_ones_place(tmp_path: Path) -> None:
    """Both are good during the overlap; a rotation without one ends the old key at once."""
    old = keys(tmp_path, "create", "--tenant", "acme", "--scope", "read").strip()
    new = keys(tmp_path, "rotate", old.split("_")[1]).strip()
    newest = keys(tmp_path, "rotate", new.split("_")[1], "--overlap", "0").strip()
    door = Authenticator(SqliteKeyStore(tmp_path / "keys.sqlite"), SystemClock())
    for plain in (old, newest):
        principal = door.authenticate([(b"authorization", f"Bearer {plain}".encode())])
        assert (principal.tenant, principal.scopes) == ("acme", {"read"})
    with pytest.raises(Unauthenticated):
        door.authenticate([(b"authorization", f"Bearer {new}".encode())])
