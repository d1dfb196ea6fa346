"""`evals convert`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.errors import Invalid
from copilot.transcripts import load
from evals.commands import build

CSV = "call_id,role,message\n1,Client,where is it\n1,Desk,let me see\n"


def test_an_export_becomes_transcripts(tmp_path: Path) -> None:
    """Each conversation is a file of its own; one that is there already is left alone."""
    (tmp_path / "calls.csv").write_text(CSV)
    ask = ["convert", str(tmp_path / "calls.csv"), "--to", str(tmp_path / "out"), "--speaker", "Desk=agent"]
    done = CliRunner().invoke(build(), ask)
    assert done.exit_code == 0, done.output
    [script] = load(tmp_path / "out")
    assert [turn.speaker for turn in script.turns] == ["customer", "agent"]
    (tmp_path / "out" / "1.yaml").write_text("mine")
    assert "1 were there" in CliRunner().invoke(build(), ask).output
    assert (tmp_path / "out" / "1.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--speaker", "Desk"], "--speaker is NAME="),
        (["--channel", "fax"], "voice or chat"),
        (["--from", "parrot"], "say what calls.csv is"),
        ([], "calls.csv, line 3: who is 'Desk'"),
    ],
)
def test_what_cannot_be_converted_is_told(tmp_path: Path, args: list[str], told: str) -> None:
    """An option or an export that cannot work is told in one line."""
    (tmp_path / "calls.csv").write_text(CSV)
    ask = ["convert", str(tmp_path / "calls.csv"), "--to", str(tmp_path / "out"), *args]
    done = CliRunner().invoke(build(), ask)
    assert isinstance(done.exception, Invalid)
    assert told in str(done.exception)
