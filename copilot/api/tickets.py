"""Tickets and sessions: short-lived, signed leave for a browser, so that no key ever comes there.

Each is signed with what is kept of the key it was given for. So every process that has the keys can read it,
it lives through a restart, and it ends with its key: nothing else need be stored.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Literal

import msgspec
from msgspec import Struct

from copilot.ports import ApiKey, Scope

Kind = Literal["ticket", "session"]

_MARKS: dict[Kind, str] = {"ticket": "act_", "session": "acs_"}
_MAC_BYTES = 32
# A well-formed one has some 250 characters; nothing longer is even decoded.
_MOST = 1_000


class Ticket(Struct, frozen=True, array_like=True):
    """What it is good for. A ticket names its conversation, a session has none; `until_ms` is wall-clock."""

    kind: Kind
    key_id: str | None
    conversation: str | None
    scopes: tuple[Scope, ...]
    until_ms: int


_decoder = msgspec.json.Decoder(Ticket)


class Signer:
    """Writes tickets and checks their signature; time and key are its caller's to ask."""

    def __init__(self) -> None:
        # On a server without keys there is none to sign with: tickets last until it restarts.
        self._keyless = secrets.token_bytes(32)

    def write(self, ticket: Ticket, key: ApiKey | None) -> str:
        payload = msgspec.json.encode(ticket)
        return _MARKS[ticket.kind] + _text(payload + self._mac(payload, key))

    def is_genuine(self, text: str, key: ApiKey | None) -> bool:
        """Was this text signed for this key?"""
        payload, mac = _parts(text)
        return hmac.compare_digest(self._mac(payload, key), mac)

    def _mac(self, payload: bytes, key: ApiKey | None) -> bytes:
        secret = self._keyless if key is None else bytes.fromhex(key.secret_hash)
        return hmac.digest(secret, b"agent-copilot ticket\n" + payload, hashlib.sha256)


def looks_like(text: str, kind: Kind) -> bool:
    return text.startswith(_MARKS[kind])


def read(text: str, kind: Kind) -> Ticket | None:
    """What a text claims to be, before anybody has checked its signature; None if it is not one of ours."""
    if not looks_like(text, kind) or len(text) > _MOST:
        return None
    try:
        payload, _ = _parts(text)
        ticket = _decoder.decode(payload)
    except (binascii.Error, ValueError):
        return None
    return ticket if ticket.kind == kind else None


def _parts(text: str) -> tuple[bytes, bytes]:
    """Payload and signature. Raises ValueError, binascii.Error."""
    raw = base64.b64decode(text[4:] + "=" * (-len(text[4:]) % 4), altchars=b"-_", validate=True)
    return raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
