"""The blind comparison: sheets that do not tell, verdicts that count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.core.types import Turn
from evals.preference import Pair, draw, interval, judge, scores, sheet, verdicts

ROOT = Path(__file__).parents[2]
PAIR = Pair(
    "c", (Turn(index=0, speaker="customer", text="It leaks."),), "I hear you.", "Name?", "acknowledge"
)


def test_sides_change_and_nothing_tells() -> None:
    """The phrase stands on the side that was drawn, and the sheet names neither."""
    first, second = sheet([PAIR], [True]), sheet([PAIR], [False])
    assert "A) I hear you." in first
    assert "A) Name?" in second
    assert "phrase" not in first


def test_ties_are_half_and_both_orders_count() -> None:
    """A tie is a half; of two readings the mean counts; what was not read does not."""
    key = [{"phrase": "A"}, {"phrase": "B"}, {"phrase": "A"}, {"phrase": "A"}]
    first = verdicts("1: A because\n2: A it asks\n3: =")
    second = verdicts("1: A\n")
    assert scores(key, first, second) == [0.5, 0.0, 0.5]


def test_interval_holds_the_mean() -> None:
    """The interval lies around the share."""
    low, high = interval([1.0, 0.0, 1.0, 0.5] * 10)
    assert low < 0.625 < high


def test_a_draw_can_be_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `draw` writes, `judge` reads; the same seed draws the same points."""
    data = ROOT / "evals" / "transcripts" / "airline-calm-cat.yaml"
    for folder in ("a", "b"):
        draw(data, tmp_path / folder, seed=3, points=2, prompts=ROOT / "prompts")
    assert (tmp_path / "a" / "sheet-1.txt").read_text() == (tmp_path / "b" / "sheet-1.txt").read_text()
    key = json.loads((tmp_path / "a" / "key.json").read_text())
    said = "\n".join(f"{number}: {row['phrase']} fine" for number, row in enumerate(key, 1))
    (tmp_path / "a" / "verdicts-1.txt").write_text(said)
    judge(tmp_path / "a")
    assert "preferred 1.000" in capsys.readouterr().out
