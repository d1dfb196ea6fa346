"""Files with what is wrong in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.authoring.checking import check

GOOD = """id: one
cause: money
turns:
- speaker: customer
  messages: [where is it]
  labels: {phase: venting, heat: 1, emotion: anxiety, best: probe, good: [probe]}
- speaker: agent
  messages: [let me see]
  labels: {phase: solving, act: act}
"""


@pytest.mark.parametrize(
    ("change", "place", "wrong", "expected"),
    [
        (("act: act", "act: dance"), ":7: turn 1:", "labels/act is 'dance'", "'offer'"),
        (("speaker: agent", "speker: agent"), ":7: turn 1:", "speaker is missing", "given"),
        (("cause: money", "couse: money"), ":1:", "couse is no field", "--schema"),
        (("heat: 1", "heat: 9"), ":4: turn 0:", "labels/heat is 9", "less than or equal to 3"),
        (("best: probe", "best: offer"), ":4: one, turn 0:", "best is offer", "among the good"),
        (("turns:", "turns: ["), ":4:", "YAML", "a transcript file"),
        (("- speaker: customer", "- x\n- speaker: customer"), ":1:", "document 1", "a conversation"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_turn(
    tmp_path: Path, change: tuple[str, str], place: str, wrong: str, expected: str
) -> None:
    """A finding names file, line, turn, what is wrong and what is expected."""
    file = tmp_path / "one.yaml"
    file.write_text(GOOD.replace(*change))
    _, found = check([file])
    told = [one.told for one in found]
    assert any(f"one.yaml{place}" in line and wrong in line for line in told), told
    assert any(expected in line.split("expected:")[1] for line in told), told


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """One fault does not hide the next, in the same file or in another."""
    (tmp_path / "a.yaml").write_text(GOOD.replace("act: act", "act: dance").replace("heat: 1", "heat: 9"))
    (tmp_path / "b.jsonl").write_text("{")
    scripts, found = check([tmp_path])
    assert scripts == []
    assert len(found) == 3


def test_an_id_stands_once(tmp_path: Path) -> None:
    """Two conversations of one id are told, with the first one's file."""
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.jsonl").write_text(
        json.dumps({"id": "one", "turns": [{"speaker": "agent", "messages": ["x"]}]})
    )
    _, found = check([tmp_path])
    assert [one.file.name for one in found] == ["b.jsonl"]
    assert "a.yaml" in found[0].finding.wrong
