"""Transcript files as written."""

from __future__ import annotations

from pathlib import Path

from copilot.transcripts import load
from evals.agreement import TRANSCRIPTS
from evals.authoring.writing import as_yaml, save


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    """A conversation with everything a file can hold is the same after writing and reading."""
    for name in ("telecom-pendant-alarm", "shop-card-read-aloud", "energy-late-father"):
        [script] = load(TRANSCRIPTS / f"{name}.yaml")
        save(tmp_path / f"{name}.yaml", script)
        assert load(tmp_path / f"{name}.yaml") == [script]


def test_labels_stand_on_one_line() -> None:
    """Labels, tags and facts are written on one line each, so that a file is quick to read."""
    [script] = load(TRANSCRIPTS / "telecom-pendant-alarm.yaml")
    lines = as_yaml(script).splitlines()
    assert "tags: [frightened, on_behalf, vulnerable]" in lines
    assert "  labels: {phase: venting, act: invite}" in lines
