"""Cursors of a list: opaque to callers, and good only for the question that they came from."""

from __future__ import annotations

import base64
import binascii
import hashlib

from copilot.api.bodies import CONVERSATION_ID
from copilot.errors import Malformed

_SEAL_BYTES = 6


def write_cursor(last_id: str, question: str) -> str:
    """Names the last item of a page. The seal is no secret: what is listed is asked of one tenant anyway."""
    return base64.urlsafe_b64encode(_seal(last_id, question) + last_id.encode()).decode().rstrip("=")


def read_cursor(cursor: str, question: str) -> str:
    """Raises Malformed for one that is forged, cut, or of another tenant or filter."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        last_id = raw[_SEAL_BYTES:].decode("ascii")
    except (binascii.Error, ValueError):
        raise Malformed("The cursor is not one of ours.") from None
    if not CONVERSATION_ID.fullmatch(last_id) or raw[:_SEAL_BYTES] != _seal(last_id, question):
        raise Malformed("The cursor is not one of ours, or of another list.")
    return last_id


def _seal(last_id: str, question: str) -> bytes:
    return hashlib.sha256(f"{question}\n{last_id}".encode()).digest()[:_SEAL_BYTES]
