"""A server with keys, and what makes them and takes them back."""

from __future__ import annotations

import json
import time
from pathlib import Path

from copilot.api.auth import new_key
from copilot.ports import Scope
from copilot.stores.sqlite_keys import SqliteKeyStore
from tests.wire.processes import ServerProcess

TICKET_MS = 30_000


class Keyed:
    """Its tickets end after `TICKET_MS`, and it knows one origin besides its own."""

    def __init__(self, folder: Path, origin: str) -> None:
        data = folder / "data"
        data.mkdir()
        settings = {"COPILOT_TICKET_MS": str(TICKET_MS), "COPILOT_ALLOWED_ORIGINS": json.dumps([origin])}
        self.server = ServerProcess(data, settings)
        self._store = SqliteKeyStore(data / "keys.sqlite")
        self.key("ingest", tenant="nobody")  # with the first key the server asks for one

    def key(self, *scopes: Scope, tenant: str) -> str:
        plain, kept = new_key(tenant, "test", scopes, time.time_ns() // 1_000_000)
        self._store.add(kept)
        return plain

    def revoke_all(self, tenant: str) -> None:
        for key in self._store.all():
            if key.tenant == tenant:
                self._store.revoke(key.id, 1)
