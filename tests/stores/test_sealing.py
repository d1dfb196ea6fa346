"""Sealing can be undone with the secret, and with nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copilot.stores.sealing import new_secret, seal


@given(st.binary(max_size=300), st.integers(1, 2**63 - 1))
def test_undone_by_the_secret(payload: bytes, seq: int) -> None:
    """A payload comes back under the same secret and place, zero bytes at its ends included."""
    secret = new_secret()
    sealed = seal(secret, seq, payload)
    assert seal(secret, seq, sealed) == payload
    assert len(sealed) == len(payload)


def test_every_secret_and_place_is_another_seal() -> None:
    """The same words look different in each conversation and at each place."""
    one, two = new_secret(), new_secret()
    words = b"the same words again"
    assert len({seal(one, 1, words), seal(one, 2, words), seal(two, 1, words), words}) == 4


def test_stays_as_it_is() -> None:
    """The seal is the same in every release: files of older ones must be readable."""
    assert seal(bytes(range(32)), 7, b"stays").hex() == "8852adede1"
