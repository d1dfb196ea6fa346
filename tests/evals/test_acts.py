"""The measure of next acts: its points, its shares, and its intervals."""

from __future__ import annotations

from copilot.transcripts import Labels, Script, ScriptTurn
from evals.acts import Point, interval, points, shares

SCRIPT = Script(
    id="t1",
    turns=(
        ScriptTurn(
            speaker="customer",
            messages=("The valve leaks, and nobody came.",),
            labels=Labels(phase="venting", heat=1, best="acknowledge", good=("acknowledge", "apologise")),
        ),
        ScriptTurn(speaker="system", messages=("Agent joined.",)),
        ScriptTurn(speaker="agent", messages=("Which one?",), labels=Labels(phase="solving", act="probe")),
        ScriptTurn(
            speaker="customer",
            messages=("It's ACME-4711",),
            labels=Labels(phase="solving", heat=0, best="act", good=("act",)),
        ),
        ScriptTurn(speaker="customer", messages=("Fine.",), labels=Labels(phase="solving", heat=0)),
    ),
)


def found(*right: bool) -> list[Point]:
    labels = Labels(phase="venting", best="act", good=("act",))
    return [Point(f"c{n}", labels, "act" if hit else "close", "r", "") for n, hit in enumerate(right)]


def test_a_point_is_a_customer_turn_with_a_best_act() -> None:
    """Only labelled customer turns count, each judged on what was said up to it."""
    assert [(p.act, p.row) for p in points(SCRIPT, None)] == [
        ("acknowledge", "vent-heat"),
        ("act", "work-data"),
    ]


def test_shares() -> None:
    """The shares are those of the points whose act is good, and best."""
    assert shares(found(True, True, False, False)) == (0.5, 0.5)


def test_an_interval_holds_its_share_and_is_the_same_each_time() -> None:
    """The interval is drawn by a seed and lies around the share."""
    mixed = found(*[True, False, True, True] * 10)
    low, high = interval(mixed, 0, rounds=200)
    assert low <= 0.75 <= high
    assert (low, high) == interval(mixed, 0, rounds=200)
    assert interval(found(True, True), 1, rounds=50) == (1.0, 1.0)
