"""Texts inside values."""

from __future__ import annotations

import re

from copilot.core.texts import map_texts
from copilot.core.types import Context, Customer, Fact, Opening, Remedy


def test_every_text_is_reached() -> None:
    """Names, facts, wordings and metadata of any depth are changed, short numbers and flags are not."""
    opening = Opening(
        customer=Customer(name="x1"),
        context=Context(
            facts=(Fact(name="x2", value="x3"), Fact(name="n", value=12), Fact(name="b", value=True)),
            allowed_remedies=(Remedy(kind="refund", wording="x4", limit=5.0),),
        ),
        metadata={"x5": ["x6", {"deep": "x7"}], "n": 3},
    )
    changed = map_texts(opening, lambda text: text.replace("x", "y"))
    assert not re.search(r"x\d", str(changed))
    assert changed.context.facts[1].value == 12
    assert changed.context.facts[2].value is True
    assert changed.metadata["n"] == 3


def test_a_long_number_is_read_as_text() -> None:
    """A card number does not slip through as an integer."""
    opening = Opening(metadata={"card": 4111111111111111, "when": 1_700_000_000})
    changed = map_texts(opening, lambda text: "[card]" if len(text) == 16 else text)
    assert changed.metadata == {"card": "[card]", "when": 1_700_000_000}
