"""Street addresses and postcodes, where a tenant wants them out."""

from __future__ import annotations

import pytest

from copilot.redaction import addresses
from copilot.redaction.personal import mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("I live at 12 Green Lane", "I live at [address]"),
        ("twenty one old mill road please", "[address] please"),
        ("flat 3, 7b high street", "[address]"),
        ("postcode is SW1A 1AA", "postcode is [address]"),
        ("I waited 3 weeks on the road", "I waited 3 weeks on the road"),
    ],
)
def test_an_address_is_masked_where_it_is_wanted(text: str, shown: str) -> None:
    """And left alone where it is not."""
    assert mask(text, ("address",)) == shown
    assert mask(text) == text
    assert addresses.find("") == []
