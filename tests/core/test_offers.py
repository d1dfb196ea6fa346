"""What the agent offered, and what became of it."""

from __future__ import annotations

import pytest

from tests.core.tracking_samples import reading

OFFERED = ("C The lamp arrived broken", "A I'm sorry. I can send you a new lamp. Would you like that?")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("yes please", "accepted"),
        ("ok that works", "accepted"),
        ("No, I want my money back", "refused"),
        ("that's not good enough", "refused"),
        ("How long would it take?", "open"),
    ],
)
def test_the_next_turn_decides(answer: str, outcome: str) -> None:
    """An offer is taken, refused or left open; its little question is no second offer."""
    assert [offer.outcome for offer in reading(*OFFERED, f"C {answer}").offers] == [outcome]


def test_anything_else_offers_nothing() -> None:
    """Asking whether more help is wanted is wrapping up."""
    assert reading("C thanks", "A Is there anything else I can help you with?").offers == ()
