"""API keys in a small SQLite file, which the command line may change while the server runs."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from copilot.errors import Conflicting, CopilotError, Misconfigured
from copilot.ports import ApiKey, Scope
from copilot.stores.sqlite_file import connect, create, translate

APPLICATION_ID = 0x0C0B1108
VERSION = 1

_SCHEMA = """CREATE TABLE keys(
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
    secret_hash TEXT NOT NULL, created_ms INTEGER NOT NULL, expires_ms INTEGER, revoked_ms INTEGER,
    last_used_ms INTEGER) WITHOUT ROWID"""
_COLUMNS = "id, tenant, name, scopes, secret_hash, created_ms, expires_ms, revoked_ms, last_used_ms"


class SqliteKeyStore:
    """A KeyStore in the file `path`. Every question looks into the file: a revoked key is revoked at once."""

    def __init__(self, path: str | Path) -> None:
        """Opens the file, or makes it. Raises Misconfigured."""
        self._guard = threading.Lock()
        try:
            create(Path(path))
            self._connection = connect(Path(path))
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise Misconfigured(f"the key file cannot be opened: {translate(error).detail}") from error

    def _prepare(self) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._migrate()
            self._connection.execute("COMMIT")
        except (sqlite3.Error, CopilotError):
            self._connection.execute("ROLLBACK")
            self._connection.close()
            raise

    def _migrate(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        if version > VERSION:
            raise Misconfigured(f"the key file is of version {version}, this program knows {VERSION}")
        if version == VERSION and application == APPLICATION_ID:
            return
        if self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise Misconfigured("the key file is a database of another program")
        self._connection.execute(_SCHEMA)
        self._connection.execute(f"PRAGMA user_version={VERSION}")
        self._connection.execute(f"PRAGMA application_id={APPLICATION_ID}")

    def add(self, key: ApiKey) -> None:
        """Raises Conflicting when a key of this id exists."""
        scopes = json.dumps(key.scopes)
        values = (key.id, key.tenant, key.name, scopes, key.secret_hash, key.created_ms)
        times = (key.expires_ms, key.revoked_ms, key.last_used_ms)
        try:
            self._execute(f"INSERT INTO keys({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values + times)
        except sqlite3.IntegrityError as error:
            raise Conflicting("a key of this id exists") from error

    def find(self, key_id: str) -> ApiKey | None:
        rows = self._execute(f"SELECT {_COLUMNS} FROM keys WHERE id = ?", (key_id,))
        return _key(rows[0]) if rows else None

    def all(self, tenant: str | None = None) -> list[ApiKey]:
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM keys WHERE ?1 IS NULL OR tenant = ?1 ORDER BY created_ms, id", (tenant,)
        )
        return [_key(row) for row in rows]

    def expire(self, key_id: str, at_ms: int) -> None:
        self._execute(
            "UPDATE keys SET expires_ms = min(?1, coalesce(expires_ms, ?1)) WHERE id = ?2", (at_ms, key_id)
        )

    def revoke(self, key_id: str, at_ms: int) -> bool:
        """False when there is no such key, or it was revoked before."""
        return bool(
            self._execute(
                "UPDATE keys SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL RETURNING 1",
                (at_ms, key_id),
            )
        )

    def touch(self, key_id: str, at_ms: int) -> None:
        self._execute("UPDATE keys SET last_used_ms = ? WHERE id = ?", (at_ms, key_id))

    def close(self) -> None:
        with self._guard:
            self._connection.close()

    def _execute(self, sql: str, values: Sequence[Any]) -> list[Any]:
        try:
            with self._guard:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise translate(error) from error


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
