"""The checksum that chains each stored event to the one before it, so that damage and gaps are noticed."""

from __future__ import annotations

import struct
from hashlib import blake2b

from copilot.core.events import StoredEvent
from copilot.ports import Key

SIZE = 16
START = bytes(SIZE)  # what the first event of a conversation is chained to

_numbers = struct.Struct(">qqBB").pack
_lengths = struct.Struct(">II").pack


def name_of(key: Key) -> bytes:
    """A conversation's name as bytes that no other one has: it goes into each checksum, so that a row
    which strays into another conversation does not fit there."""
    tenant, conversation = key.tenant.encode(), key.id.encode()
    return _lengths(len(tenant), len(conversation)) + tenant + conversation


def link(previous: bytes, name: bytes, stored: StoredEvent) -> bytes:
    """The checksum of an event that follows the one with the checksum `previous`."""
    kind, audience = stored.type.encode(), stored.audience.encode()
    numbers = _numbers(stored.seq, stored.at_ms, len(kind), len(audience))
    return blake2b(
        b"".join((previous, name, numbers, kind, audience, stored.payload)), digest_size=SIZE
    ).digest()
