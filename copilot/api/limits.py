"""How much one caller may send, hold open and wait for; every knob of the door in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bytes, counts and times. The defaults fit a softphone on a bad line and stop a flood."""

    body_bytes: int = 1_048_576
    body_seconds: float = 10.0
    json_depth: int = 32
    header_bytes: int = 32_768
    header_count: int = 64
    path_bytes: int = 2_048
    fragments_per_request: int = 500
    streams_per_tenant: int = 1_000
    streams: int | None = None  # of all tenants: what the process has descriptors for
    requests_per_second: int | None = None  # of each tenant; None: as many as come
    openings_per_minute: int | None = None
    heartbeat_seconds: float = 15.0
    send_seconds: float = 10.0
    recheck_seconds: float = 0.5
    retry_ms: int = 1_000
    message_bytes: int = 262_144
    messages_in_flight: int = 256
    strikes: int = 5
    # In a row, on one WebSocket: who hears that often 'later' is not listening.
    messages_over_quota: int = 100
    page_size: int = 200
    ticket_ms: int = 300_000
    origins: frozenset[str] = frozenset()
