"""API keys in a small SQLite file, which the command line may change while the server runs."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any, cast

from copilot.errors import Conflicting
from copilot.ports import ApiKey, Scope
from copilot.stores.side_file import Layout, SideFile

_LAYOUT = Layout(
    what="the key file",
    application_id=0x0C0B1108,
    version=1,
    schema=(
        """CREATE TABLE keys(
            id TEXT PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
            secret_hash TEXT NOT NULL, created_ms INTEGER NOT NULL, expires_ms INTEGER, revoked_ms INTEGER,
            last_used_ms INTEGER) WITHOUT ROWID""",
    ),
)
_COLUMNS = "id, tenant, name, scopes, secret_hash, created_ms, expires_ms, revoked_ms, last_used_ms"


class SqliteKeyStore:
    """A KeyStore in the file `path`. Every question looks into the file: a revoked key is revoked at once."""

    def __init__(self, path: str | Path) -> None:
        """Opens the file, or makes it. Raises Misconfigured."""
        self._file = SideFile(path, _LAYOUT)

    def add(self, key: ApiKey) -> None:
        """Raises Conflicting when a key of this id exists."""
        scopes = json.dumps(key.scopes)
        values = (key.id, key.tenant, key.name, scopes, key.secret_hash, key.created_ms)
        times = (key.expires_ms, key.revoked_ms, key.last_used_ms)
        try:
            self._file.execute(
                f"INSERT INTO keys({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values + times
            )
        except sqlite3.IntegrityError as error:
            raise Conflicting("a key of this id exists") from error

    def find(self, key_id: str) -> ApiKey | None:
        rows = self._file.execute(f"SELECT {_COLUMNS} FROM keys WHERE id = ?", (key_id,))
        return _key(rows[0]) if rows else None

    def all(self, tenant: str | None = None) -> list[ApiKey]:
        rows = self._file.execute(
            f"SELECT {_COLUMNS} FROM keys WHERE ?1 IS NULL OR tenant = ?1 ORDER BY created_ms, id", (tenant,)
        )
        return [_key(row) for row in rows]

    def expire(self, key_id: str, at_ms: int) -> None:
        self._file.execute(
            "UPDATE keys SET expires_ms = min(?1, coalesce(expires_ms, ?1)) WHERE id = ?2", (at_ms, key_id)
        )

    def revoke(self, key_id: str, at_ms: int) -> bool:
        """False when there is no such key, or it was revoked before."""
        return bool(
            self._file.execute(
                "UPDATE keys SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL RETURNING 1",
                (at_ms, key_id),
            )
        )

    def touch(self, key_id: str, at_ms: int) -> None:
        self._file.execute("UPDATE keys SET last_used_ms = ? WHERE id = ?", (at_ms, key_id))

    def close(self) -> None:
        self._file.close()


def _key(row: Any) -> ApiKey:
    id, tenant, name, scopes, secret_hash, created_ms, expires_ms, revoked_ms, last_used_ms = row
    return ApiKey(
        id=id,
        tenant=tenant,
        name=name,
        scopes=tuple(cast(Scope, scope) for scope in json.loads(scopes)),
        secret_hash=secret_hash,
        created_ms=created_ms,
        expires_ms=expires_ms,
        revoked_ms=revoked_ms,
        last_used_ms=last_used_ms,
    )
