"""A conversation on a line of time."""

from __future__ import annotations

from msgspec.structs import replace

from evals.reports.timeline import clock, timeline
from tests.evals.reports.results import judged


def test_everything_stands_where_its_time_is() -> None:
    """Turns, phases and cards are shares of the whole length, and lead to their turns."""
    line = timeline(judged("a"), None)
    lanes = {lane.name: lane.blocks for lane in line.lanes}
    [customer], [agent], [card] = lanes["Customer"], lanes["Agent"], lanes["Cards"]
    assert (customer.left, customer.width, customer.turn) == (0.0, 40.0, 0)
    assert (agent.left, agent.width) == (50.0, 30.0)
    assert (card.left, card.width, card.label, card.look) == (46.0, 24.0, "acknowledge", "card")
    assert [(band.look, band.left) for band in lanes["Phase, labelled"]] == [
        ("venting", 0.0),
        ("acknowledged", 80.0),
    ]
    assert [(band.look, band.left) for band in lanes["Phase, read"]] == [("venting", 0.0), ("solving", 80.0)]
    assert line.heat == ("40.0,1 100,1", "40.0,2 100,2")
    assert line.ticks == ((0.0, "0:00"), (50.0, "0:05"))


def test_the_other_runs_cards_stand_below() -> None:
    """The other run has a lane of cards, and one of phases only where it read others."""
    one, other = judged("a"), judged("a", "Go on.")
    assert [lane.name for lane in timeline(one, other).lanes][4:] == ["Cards", "Cards before"]
    assert other.replay is not None
    unread = replace(other, replay=replace(other.replay, phases=()))
    assert "Phase, read before" in [lane.name for lane in timeline(one, unread).lanes]


def test_without_a_replay_the_tracker_is_shown_turn_by_turn() -> None:
    """A run without timed replay still has its phases, and no lane of cards."""
    line = timeline(replace(judged("a"), replay=None), None)
    assert [lane.name for lane in line.lanes] == ["Customer", "Agent", "Phase, labelled", "Phase, read"]
    assert [band.look for band in line.lanes[3].blocks] == ["venting"]
    assert clock(61_900) == "1:01"
