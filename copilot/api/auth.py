"""Who is calling: API keys, kept only as hashes, and what each of them may do."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass

from copilot.api import tickets
from copilot.api.tickets import Kind, Signer, Ticket
from copilot.errors import Conflicting, Forbidden, Malformed, Unauthenticated
from copilot.ports import SCOPES, ApiKey, Clock, KeyStore, Scope

_KEY = re.compile(rb"^bearer +acp_([a-z0-9]{8})_([A-Za-z0-9_-]{20,100})$", re.IGNORECASE)
_BEARER = re.compile(rb"^bearer +([A-Za-z0-9_-]+)$", re.IGNORECASE)
_SESSION = re.compile(rb"(?:^|; ?)copilot_session=([A-Za-z0-9_-]+)(?:;|$)")
_ID_LETTERS = string.ascii_lowercase + string.digits
# Compared against when there is no such key, so that its absence takes as long.
_NO_HASH = "0" * 64

DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever a request acts for. `key_id` is None on a server without keys.

    `ticket` is set for a browser's: what it may do is said there, and ends at its time.
    """

    tenant: str
    scopes: frozenset[Scope]
    key_id: str | None = None
    ticket: Ticket | None = None

    def require(self, scope: Scope, *others: Scope) -> None:
        """Raises Forbidden unless it has one of them. `admin` opens no door but its own: a key says all
        that it may do."""
        if self.scopes.isdisjoint((scope, *others)):
            raise Forbidden(f"This key lacks the scope {scope}.")

    def confine(self, kinds: frozenset[Kind], conversation: str | None) -> None:
        """Raises Forbidden where a ticket or a session does not reach: this operation is not for its kind,
        or this is not the conversation that it was given for."""
        if self.ticket is None:
            return
        if self.ticket.kind not in kinds:
            raise Forbidden(f"A {self.ticket.kind} is not good for this.")
        if self.ticket.conversation not in (None, conversation):
            raise Forbidden("This ticket is for another conversation.")


def new_key(
    tenant: str, name: str, scopes: Iterable[Scope], now_ms: int, expires_ms: int | None = None
) -> tuple[str, ApiKey]:
    """A key in plain text, to be shown once, and what is kept of it."""
    key_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(8))
    secret = secrets.token_urlsafe(32)
    kept = ApiKey(
        id=key_id,
        tenant=tenant,
        name=name,
        scopes=tuple(scope for scope in SCOPES if scope in set(scopes)),
        secret_hash=_hash(secret.encode()),
        created_ms=now_ms,
        expires_ms=expires_ms,
    )
    return f"acp_{key_id}_{secret}", kept


def rotated(old: ApiKey, now_ms: int) -> tuple[str, ApiKey]:
    """A new key with the old one's name, scopes and lifetime, in plain text and as it is kept. Raises
    Conflicting for a key that is not good any more."""
    if not stands(old, now_ms):
        raise Conflicting("This key is not valid any more: make a new one.")
    lifetime = None if old.expires_ms is None else old.expires_ms - old.created_ms
    return new_key(old.tenant, old.name, old.scopes, now_ms, None if lifetime is None else now_ms + lifetime)


def stands(key: ApiKey, now_ms: int) -> bool:
    """Whether it is neither revoked nor at its end."""
    return key.revoked_ms is None and (key.expires_ms is None or key.expires_ms > now_ms)


def _hash(secret: bytes) -> str:
    # The secret is 256 random bits: a slow hash, which protects words that people choose, adds nothing.
    return hashlib.sha256(secret).hexdigest()


class Authenticator:
    """Tells who bears a key. Without a key store the server is open: everybody is the default tenant.

    What was read of a key counts for `cache_seconds`; with the streams' own rechecks a revocation is
    effective everywhere within a second.
    """

    def __init__(
        self, keys: KeyStore | None, clock: Clock, *, cache_seconds: float = 0.4, touch_seconds: float = 60.0
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._touch_seconds = touch_seconds
        self._found: dict[str, tuple[float, ApiKey | None]] = {}
        self._touched: dict[str, float] = {}
        self._everybody = Principal(DEFAULT_TENANT, frozenset(SCOPES))
        self._signer = Signer()

    @property
    def is_open(self) -> bool:
        return self._keys is None

    @property
    def keys(self) -> KeyStore | None:
        """Where the keys are kept; None on an open server."""
        return self._keys

    def now_ms(self) -> int:
        """The clock by which keys and tickets end."""
        return self._clock.now_ms()

    def authenticate(self, headers: Iterable[tuple[bytes, bytes]]) -> Principal:
        """By key or ticket in Authorization, else by the cookie of a session. Raises Malformed (two
        Authorization headers), Unauthenticated."""
        headers = list(headers)
        sent = [value for name, value in headers if name == b"authorization"]
        if len(sent) > 1:
            raise Malformed("Send one Authorization header.")
        bearer = _BEARER.fullmatch(sent[0]) if sent else None
        if bearer is not None and tickets.looks_like(bearer[1].decode(), "ticket"):
            return self._by_ticket(bearer[1].decode(), "ticket")
        if self._keys is None:
            return self._everybody
        if not sent:
            cookies = b"; ".join(value for name, value in headers if name == b"cookie")
            session = _SESSION.search(cookies)
            if session is not None:
                return self._by_ticket(session[1].decode(), "session")
            raise Unauthenticated("Send Authorization: Bearer <key>.")
        match = _KEY.fullmatch(sent[0])
        if match is None or not sent[0][match.start(1) - 4 :].startswith(b"acp_"):
            raise Unauthenticated("The key is not valid.")
        key_id = match[1].decode()
        key = self._find(key_id)
        same = hmac.compare_digest(_hash(match[2]), key.secret_hash if key else _NO_HASH)
        if key is None or not same or not self._stands(key):
            raise Unauthenticated("The key is not valid.")
        self._touch(key_id)
        return Principal(key.tenant, frozenset(key.scopes), key_id)

    def issue(self, principal: Principal, ticket: Ticket) -> str:
        """A ticket as text, signed for the caller's own key. Raises Unauthenticated if that is gone."""
        key = None if principal.key_id is None else self._find(principal.key_id)
        if principal.key_id is not None and key is None:
            raise Unauthenticated("The key is not valid.")
        return self._signer.write(ticket, key)

    def _by_ticket(self, text: str, kind: Kind) -> Principal:
        ticket = tickets.read(text, kind)
        if ticket is None or (ticket.key_id is None) != (self._keys is None):
            raise Unauthenticated(f"The {kind} is not valid.")
        key = None if ticket.key_id is None else self._find(ticket.key_id)
        if (ticket.key_id is not None and key is None) or not self._signer.is_genuine(text, key):
            raise Unauthenticated(f"The {kind} is not valid.")
        principal = Principal(
            DEFAULT_TENANT if key is None else key.tenant, frozenset(ticket.scopes), ticket.key_id, ticket
        )
        if self.has_ended(principal):
            raise Unauthenticated(f"The {kind} has ended; get a new one.")
        if not self.still_valid(principal):
            raise Unauthenticated(f"The {kind} is not valid.")
        return principal

    def has_ended(self, principal: Principal) -> bool:
        """Is it by a ticket whose time is over?"""
        return principal.ticket is not None and principal.ticket.until_ms <= self._clock.now_ms()

    def still_valid(self, principal: Principal) -> bool:
        """For connections that stay open: does the key they came with, or their ticket, still stand?"""
        if principal.key_id is None:
            return True
        key = self._find(principal.key_id)
        return key is not None and self._stands(key) and principal.scopes <= frozenset(key.scopes)

    def _stands(self, key: ApiKey) -> bool:
        return stands(key, self._clock.now_ms())

    def _find(self, key_id: str) -> ApiKey | None:
        assert self._keys is not None
        now = self._clock.monotonic()
        kept = self._found.get(key_id)
        if kept is not None and now - kept[0] < self._cache_seconds:
            return kept[1]
        if len(self._found) > 1_000:
            self._found.clear()  # made-up ids must not fill the memory
        key = self._keys.find(key_id)
        self._found[key_id] = (now, key)
        return key

    def _touch(self, key_id: str) -> None:
        """When a key was last used, to the minute: a write for each request would cost more than it tells."""
        assert self._keys is not None
        now = self._clock.monotonic()
        if now - self._touched.get(key_id, float("-inf")) >= self._touch_seconds:
            self._touched[key_id] = now
            self._keys.touch(key_id, self._clock.now_ms())
