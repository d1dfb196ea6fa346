"""Phases in order."""

from __future__ import annotations

from typing import Any

import pytest

from evals.checks.moves import moves
from tests.evals.checks.scripts import agent, customer, script, told

HEARD = agent()
WORK = agent(phase="solving", act="probe")


def test_the_usual_ways_pass() -> None:
    """From venting over acknowledged and solving to closing, with a flare-up between, nothing is told."""
    again = customer(phase="venting", heat=2)
    end = agent(phase="closing", act="close")
    walk = [
        customer(),
        HEARD,
        customer(phase="acknowledged"),
        WORK,
        again,
        HEARD,
        customer(phase="solving"),
        end,
    ]
    assert told(moves, script(*walk)) == []


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ([customer(phase="acknowledged")], "a customer turn goes from venting to acknowledged"),
        ([WORK, customer(phase="venting", heat=0)], "venting returns at heat 0"),
        ([WORK, agent(phase="venting", act="listen")], "back to venting"),
        ([WORK, customer(phase="solving"), HEARD], "back to acknowledged"),
        ([agent(act="listen")], "acknowledged by an act that is listen"),
        ([agent(phase="venting", act="offer")], "venting after an act that is offer"),
        ([agent(phase="venting", act="apologise")], "venting after an act that is apologise"),
        ([agent(phase="solving", act="close")], "solving after an act that is close"),
    ],
)
def test_a_move_that_the_codebook_does_not_know_is_told(raw: list[dict[str, Any]], part: str) -> None:
    """Phases come and go only as the codebook's table says."""
    assert part in told(moves, script(*raw))[0][1]
