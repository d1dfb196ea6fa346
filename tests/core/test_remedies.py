"""Which remedies a text offers, told apart from those that it only mentions."""

from __future__ import annotations

import pytest

from copilot.core.remedies import kinds_in, kinds_of, offered
from copilot.core.types import Remedy


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("I can offer you a refund.", ["refund"]),
        ("Shall I send you a new one?", ["replacement"]),
        ("You asked for a refund, and I can offer you a voucher.", ["voucher"]),
        ("I'm checking whether a refund is possible.", []),
        ("Would you like a refund, or would you prefer a discount?", ["refund", "discount"]),
        ("I can refund you $50.01.", ["refund"]),
        ("I hear you.", []),
        ("I can send it for free.", ["free"]),
    ],
)
def test_offered(text: str, kinds: list[str]) -> None:
    """A remedy counts where the clause puts it before them."""
    assert [offer.kind for offer in offered(text)] == kinds


def test_kinds_of_an_allowed_remedy() -> None:
    """An allowed remedy covers its own kind and what its wording names."""
    assert {"refund", "credit"} <= kinds_of(Remedy(kind="refund", wording="a refund as store credit"))
    assert "waiver" in kinds_of(Remedy(kind="fee_waiver"))
    assert "credit" not in kinds_in("Which credit card was it?")
