"""How a conversation leaves the file of the log: its name stays, so that nothing brings it back."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.stores.sealing import SIZE
from copilot.stores.sqlite_file import Connection

_TOMBSTONE = """UPDATE conversations SET opened_ms = NULL, updated_ms = NULL, tail = 0, chain = x'',
    channel = NULL, phase = NULL, heat = NULL, heard = NULL, agent_id = NULL, marks = NULL, closed = 1,
    erased_ms = ?
    WHERE rid = ?"""
_FOUND = "SELECT rid, erased_ms FROM conversations WHERE tenant = ? AND id = ?"
_NEVER_HERE = """INSERT INTO conversations(tenant, id, tail, chain, closed, erased_ms)
    VALUES (?, ?, 0, x'', 1, ?)"""

Erased = tuple[str, str, int]  # tenant, conversation, when


def take_out(connection: Connection, rid: int, tenant: str, at_ms: int) -> None:
    """Destroys what seals a conversation, with its events; within the caller's transaction."""
    connection.execute(
        """INSERT INTO feed_floors SELECT ?1, max(position) FROM feed WHERE tenant = ?1
        GROUP BY tenant ON CONFLICT DO UPDATE SET position = max(position, excluded.position)""",
        (tenant,),
    )
    connection.execute(
        """DELETE FROM feed WHERE tenant = ?1 AND position IN
        (SELECT position FROM events WHERE conversation = ?2)""",
        (tenant, rid),
    )
    connection.execute("UPDATE secrets SET secret = zeroblob(?) WHERE conversation = ?", (SIZE, rid))
    connection.execute("DELETE FROM events WHERE conversation = ?", (rid,))
    connection.execute(_TOMBSTONE, (at_ms, rid))


def erased(connection: Connection) -> list[Erased]:
    """All that was ever taken out of this log."""
    rows = connection.execute(
        "SELECT tenant, id, erased_ms FROM conversations WHERE erased_ms IS NOT NULL ORDER BY rid"
    )
    return [(tenant, id, at_ms) for tenant, id, at_ms in rows]


def take_out_again(connection: Connection, gone: Iterable[Erased]) -> int:
    """Takes out of an older log what was taken out of a newer one; returns how many it still held."""
    held = 0
    connection.execute("BEGIN IMMEDIATE")
    for tenant, id, at_ms in gone:
        row = connection.execute(_FOUND, (tenant, id)).fetchone()
        if row is None:
            connection.execute(_NEVER_HERE, (tenant, id, at_ms))
        elif row[1] is None:
            take_out(connection, row[0], tenant, at_ms)
            held += 1
    connection.execute("COMMIT")
    return held
