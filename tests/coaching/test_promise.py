"""Promising what nobody can keep, or what the context does not allow."""

from __future__ import annotations

import pytest

from copilot.coaching.promise import promise
from copilot.core.types import Context, Opening, Remedy
from tests.coaching.turns import spoken

REFUND_ONLY = Opening(context=Context(allowed_remedies=(Remedy(kind="refund"),)))


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("It will never happen again.", True),
        ("You have my word.", True),
        ("I can't promise that yet.", False),
        ("No need to worry, let me look.", False),
        ("I will surely check that for you.", False),
    ],
)
def test_what_is_noted(text: str, noted: bool) -> None:
    """A certain outcome is noted; a refusal to promise, a kind word or an effort is not."""
    assert (promise(spoken(text)) is not None) == noted


def test_a_remedy_that_is_not_allowed() -> None:
    """Where the context names what may be offered, another offer is noted; where it names none, none is."""
    offer = "I can send you a voucher."
    assert promise(spoken(offer, opening=REFUND_ONLY)) is not None
    assert promise(spoken("I can give you a refund.", opening=REFUND_ONLY)) is None
    assert promise(spoken(offer)) is None
