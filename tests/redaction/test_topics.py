"""Words say what a number near them is."""

from __future__ import annotations

import pytest

from copilot.redaction import topics


@pytest.mark.parametrize(
    ("text", "name", "asks"),
    [
        ("what's your phone number", "phone", True),
        ("you can call me on", "phone", True),
        ("my phone broke", "phone", False),
        ("your email address", "email", True),
        ("sort code please", "bank", True),
        ("my bank says", "bank", False),
        ("national insurance number", "id", True),
        ("order number", "other", True),
    ],
)
def test_a_topic_is_found(text: str, name: str, asks: bool) -> None:
    """With whether it is the number itself that is asked for."""
    found = topics.find(text)[0]
    assert (found.name, found.asks) == (name, asks)
    assert name == "other" or topics.present(text)


def test_a_placeholder_is_no_topic() -> None:
    """'[phone 1]' speaks of no phone."""
    assert topics.find("[phone 1] and [email]") == []
