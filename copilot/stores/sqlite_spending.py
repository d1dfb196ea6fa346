"""How many tokens each tenant has used each day, in a small SQLite file that all processes count in."""

from __future__ import annotations

from pathlib import Path

from copilot.stores.side_file import Layout, SideFile

# A power cut may forget the last calls; that is worth not waiting for the disk before each of them.
_LAYOUT = Layout(
    what="the count of tokens",
    application_id=0x0C0B110A,
    version=1,
    schema=(
        """CREATE TABLE spent(tenant TEXT NOT NULL, day INTEGER NOT NULL, tokens INTEGER NOT NULL,
            PRIMARY KEY(tenant, day)) WITHOUT ROWID""",
    ),
    synchronous="NORMAL",
)
# One statement, so that of two who ask at once for what is left one gets it.
_RESERVE = """INSERT INTO spent SELECT ?1, ?2, ?3 WHERE ?3 <= ?4
    ON CONFLICT DO UPDATE SET tokens = tokens + excluded.tokens WHERE tokens + excluded.tokens <= ?4
    RETURNING tokens"""
_SETTLE = "UPDATE spent SET tokens = max(0, tokens + ?3) WHERE tenant = ?1 AND day = ?2"


class SqliteLedger:
    """A Ledger in the file `path`; days before the one that is counted in are forgotten after a month."""

    def __init__(self, path: str | Path) -> None:
        """Opens the file, or makes it. Raises Misconfigured."""
        self._file = SideFile(path, _LAYOUT)
        self._file.execute("DELETE FROM spent WHERE day < (SELECT max(day) FROM spent) - 31")

    async def reserve(self, tenant: str, day: int, tokens: int, limit: int) -> bool:
        return bool(self._file.execute(_RESERVE, (tenant, day, tokens, limit)))

    async def settle(self, tenant: str, day: int, difference: int) -> None:
        self._file.execute(_SETTLE, (tenant, day, difference))

    async def spent(self, tenant: str, day: int) -> int:
        rows = self._file.execute("SELECT tokens FROM spent WHERE tenant = ? AND day = ?", (tenant, day))
        return int(rows[0][0]) if rows else 0

    async def close(self) -> None:
        self._file.close()
