"""The table of moves holds the codebook's rules, and belief follows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.phases import MOVES, believe, likeliest, moves
from copilot.core.types import PHASES


def test_only_the_customer_brings_venting_back() -> None:
    """No agent turn leads from another phase to venting."""
    assert all("venting" not in row for phase, row in MOVES["agent"].items() if phase != "venting")


def test_acknowledged_does_not_come_back_once_the_work_has_begun() -> None:
    """Only from venting does an agent turn lead to acknowledged."""
    assert [phase for phase, row in MOVES["agent"].items() if "acknowledged" in row] == [
        "venting",
        "acknowledged",
    ]


def test_only_the_agent_acknowledges() -> None:
    """A customer turn never leads to acknowledged from elsewhere."""
    assert [phase for phase, row in MOVES["customer"].items() if "acknowledged" in row] == ["acknowledged"]


@given(
    st.lists(st.floats(0.01, 1), min_size=4, max_size=4),
    st.lists(st.floats(-1000, 1000), min_size=4, max_size=4),
    st.sampled_from(["customer", "agent"]),
)
def test_belief_stays_a_distribution(before: list[float], arriving: list[float], speaker: str) -> None:
    """Whatever the scores, the phases' probabilities add up to one."""
    belief = [share / sum(before) for share in before]
    after = believe(belief, arriving, [0.0] * len(moves(speaker)), speaker)
    assert sum(after) == pytest.approx(1.0)
    assert likeliest(after) in PHASES


def test_a_move_that_is_not_in_the_table_is_never_believed() -> None:
    """From solving an agent turn cannot lead to venting, whatever speaks for it."""
    after = believe((0, 0, 1, 0), (99, 99, 0, 0), [0.0] * len(moves("agent")), "agent")
    assert after[0] == after[1] == 0
