"""What overtakes a suggestion."""

from __future__ import annotations

import pytest

from copilot.core.suggestions import Happening, Suggestion, overtakes
from copilot.core.types import ACTS, Act


def card(act: Act = "apologise", silence: str | None = None) -> Suggestion:
    return Suggestion(
        id="s1",
        act=act,
        text="" if silence else "I am sorry.",
        why="because",
        silence=silence,  # type: ignore[arg-type]
        phase="venting",
        trigger_seq=5,
        valid_until=0,
        ttl_ms=0,
        origin="phrasebook",
    )


@pytest.mark.parametrize(
    ("happening", "stale"),
    [
        (Happening(seq=6, speaker="customer"), True),
        (Happening(seq=5, speaker="customer"), False),
        (Happening(seq=6, speaker="customer", backchannel=True), False),
        (Happening(seq=6, speaker="customer", own=True), False),
        (Happening(seq=6, speaker="agent", act="apologise"), True),
        (Happening(seq=6, speaker="agent", act="probe"), False),
        (Happening(seq=6, speaker="system"), False),
        (Happening(seq=6), False),
    ],
)
def test_overtaking(happening: Happening, stale: bool) -> None:
    """A further customer turn or an agent turn that does it overtakes; nothing else does."""
    assert overtakes(happening, card()) is stale


@pytest.mark.parametrize("act", ACTS)
def test_saying_it_is_enough(act: Act) -> None:
    """An agent turn of the proposed act overtakes the card, whichever act it is."""
    assert overtakes(Happening(seq=6, speaker="agent", act=act), card(act))


def test_listening_lasts_while_the_customer_goes_on() -> None:
    """`listen` is overtaken by the agent's turn, not by more of the customer's."""
    listening = card("listen", "customer_speaking")
    assert not overtakes(Happening(seq=6, speaker="customer"), listening)
    assert overtakes(Happening(seq=6, speaker="agent", act="probe"), listening)
