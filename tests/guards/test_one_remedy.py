"""The guard `one_remedy`: one remedy at a time."""

from __future__ import annotations

import pytest

from copilot.core.types import Remedy
from copilot.guards.one_remedy import one_remedy
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "I can offer you a refund or a replacement.",
        "I can replace it, or I can give you a voucher.",
        "Would you like a refund, or would you prefer a discount?",
        "I'll refund it and add a voucher.",
    ],
)
def test_two_are_refused(text: str) -> None:
    """Two remedies in one phrase are refused."""
    assert one_remedy(draft(text), moment()) is not None


@pytest.mark.parametrize(
    "text",
    [
        "I can offer you a refund. Would that work?",
        "You don't want a refund, you want a replacement.",
        "I can send you a free replacement.",
        "I can offer you a replacement instead of what you were told.",
        "You asked for a refund; I can offer you a replacement.",
    ],
)
def test_one_passes(text: str) -> None:
    """One remedy passes, also beside one that is only spoken of."""
    assert one_remedy(draft(text), moment()) is None


def test_one_remedy_whose_wording_names_two_passes() -> None:
    """An allowed remedy is one remedy, whatever its wording names."""
    allowed = Remedy(kind="refund", wording="a refund as store credit")
    assert one_remedy(draft("I can offer you a refund as store credit."), moment(remedies=[allowed])) is None
