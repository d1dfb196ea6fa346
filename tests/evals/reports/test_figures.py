"""Figures of a report."""

from __future__ import annotations

import pytest

from evals.metrics.metric import Unit
from evals.reports.figures import figures, parts, shown
from tests.evals.small_runs import GOOD, METRICS, run


def test_each_figure_has_its_interval() -> None:
    """A figure stands within its interval; what nobody measured has neither."""
    found = figures(run([(str(n), "+-" if n % 2 else "++") for n in range(12)]), METRICS, None)
    assert found[0].value == 0.75
    assert found[0].low is not None
    assert found[0].high is not None
    assert found[0].low < 0.75 < found[0].high
    assert found[1].value is None
    assert found[1].low is None


def test_groups_of_fewer_than_three_are_left_out() -> None:
    """Figures by tag are those of three conversations or more; the whole stands first."""
    found = parts(run([("a", "+"), ("b", "+"), ("c", "-")]), METRICS)
    assert [(part.group, part.name, part.size) for part in found] == [
        ("", "all", 3),
        ("kind", "difficult", 3),
        ("channel", "chat", 3),
        ("cause", "money", 3),
        ("trade", "parcel", 3),
    ]
    assert found[0].values == (2 / 3, None)


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("share", 0.4567, "45.7 %"),
        ("ms", 1234.4, "1,234 ms"),
        ("count", 3.0, "3"),
        ("count", 2.5, "2.5"),
        ("money", 0.01234, "0.0123"),
        ("words", 11.26, "11.3"),
        ("share", None, "–"),
    ],
)
def test_figures_are_told_in_their_unit(unit: Unit, value: float | None, text: str) -> None:
    """Shares are per cent, times milliseconds with thousands apart."""
    assert shown(value, GOOD._replace(unit=unit)) == text
    assert shown(0.05, GOOD, signed=True) == "+5.0 pts"
