"""Keys: how they are made, kept, found and lost."""

from __future__ import annotations

import msgspec
import pytest

from copilot.api.auth import Authenticator, Principal, new_key
from copilot.errors import Forbidden, Malformed, Unauthenticated
from tests.fakes.keys import FakeKeys, HandClock


@pytest.fixture
def keys() -> FakeKeys:
    return FakeKeys()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def sent(plain: str) -> list[tuple[bytes, bytes]]:
    return [(b"authorization", f"Bearer {plain}".encode())]


def test_a_key_is_kept_only_as_a_hash() -> None:
    """Nothing of the secret is in what is kept, and no two keys are alike."""
    plain, kept = new_key("acme", "phone", ["read", "ingest"], 5)
    secret = plain.removeprefix(f"acp_{kept.id}_")
    assert len(kept.id) == 8
    assert len(secret) >= 43
    assert secret not in repr(kept)
    assert kept.scopes == ("ingest", "read")
    assert new_key("acme", "phone", ["read"], 5)[0] != plain


def test_a_key_is_its_tenant_and_scopes(keys: FakeKeys, clock: HandClock) -> None:
    """A key says whose it is and what it may do, and no more."""
    plain, kept = new_key("acme", "phone", ["read"], 5)
    keys.add(kept)
    principal = Authenticator(keys, clock).authenticate(sent(plain))
    assert principal == Principal("acme", frozenset({"read"}), kept.id)
    principal.require("read")
    with pytest.raises(Forbidden):
        principal.require("ingest")
    assert keys.kept[kept.id].last_used_ms == clock.ms


def test_another_secret_is_not_the_key(keys: FakeKeys, clock: HandClock) -> None:
    """The visible part alone opens nothing."""
    _, kept = new_key("acme", "phone", ["read"], 5)
    other, other_kept = new_key("acme", "phone", ["read"], 5)
    keys.add(kept)
    with pytest.raises(Unauthenticated):
        Authenticator(keys, clock).authenticate(sent(other.replace(other_kept.id, kept.id)))


def test_two_headers_are_malformed(keys: FakeKeys, clock: HandClock) -> None:
    """Which of two keys counts is not guessed."""
    with pytest.raises(Malformed):
        Authenticator(keys, clock).authenticate(sent("a") * 2)
    with pytest.raises(Malformed):
        Authenticator(None, clock).authenticate(sent("a") * 2)


def test_revocation_and_expiry_count_within_the_cache_time(keys: FakeKeys, clock: HandClock) -> None:
    """A key that was revoked, ran out or lost a scope no longer stands once the cache has run out."""
    plain, kept = new_key("acme", "phone", ["read", "ingest"], 5)
    keys.add(kept)
    gate = Authenticator(keys, clock, cache_seconds=0.0)
    principal = gate.authenticate(sent(plain))
    assert gate.still_valid(principal)
    for changes in ({"revoked_ms": 1}, {"expires_ms": clock.ms}, {"scopes": ("read",)}):
        keys.kept[kept.id] = msgspec.structs.replace(kept, **changes)
        assert not gate.still_valid(principal), changes
    del keys.kept[kept.id]
    assert not gate.still_valid(principal)


def test_the_store_is_not_asked_each_time(keys: FakeKeys, clock: HandClock) -> None:
    """What was read of a key counts for a moment, also that there is none."""
    plain, kept = new_key("acme", "phone", ["read"], 5)
    keys.add(kept)
    gate = Authenticator(keys, clock, cache_seconds=60)
    for _ in range(5):
        gate.authenticate(sent(plain))
    assert keys.reads == 1


def test_made_up_ids_do_not_fill_the_memory(keys: FakeKeys, clock: HandClock) -> None:
    """Guessing ids makes nothing grow without end."""
    gate = Authenticator(keys, clock, cache_seconds=60)
    for number in range(3_000):
        with pytest.raises(Unauthenticated):
            gate.authenticate(sent(f"acp_{number:08d}_{'s' * 43}"))
    assert len(gate._found) <= 1_001


def test_without_keys_everybody_is_the_default_tenant(clock: HandClock) -> None:
    """An open server takes everybody for the default tenant with every scope, for as long as it runs."""
    gate = Authenticator(None, clock)
    principal = gate.authenticate([])
    assert gate.is_open
    assert principal.tenant == "default"
    principal.require("admin")
    assert gate.still_valid(principal)
