"""Sealing of payloads with a secret of their conversation: once it is overwritten, no copy can be read.

A database leaves copies of what it moves in unused parts of its pages, also with SQLite's secure_delete, so
erasing rows does not take every byte away. The secrets lie in a table whose rows never move, and erasing one
makes noise of all that it sealed. This is for erasure: it keeps nobody out who has the whole file.
"""

from __future__ import annotations

import os
from hashlib import shake_256

SIZE = 32


def new_secret() -> bytes:
    return os.urandom(SIZE)


def seal(secret: bytes, seq: int, payload: bytes) -> bytes:
    """The payload mixed with a stream of noise that belongs to this event; doing it again undoes it."""
    noise = shake_256(secret + seq.to_bytes(8, "big")).digest(len(payload))
    mixed = int.from_bytes(payload, "big") ^ int.from_bytes(noise, "big")
    return mixed.to_bytes(len(payload), "big")
