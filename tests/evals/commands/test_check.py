"""`evals check`."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from evals.commands import build
from evals.commands.check import SCHEMA


def test_the_projects_own_conversations_pass() -> None:
    """Every conversation of the project is right by the codebook, and together they cover what is asked."""
    done = CliRunner().invoke(build(), ["check"])
    assert done.exit_code == 0, done.output
    assert " 0 wrong" in done.output


def test_a_fault_ends_with_one(tmp_path: Path) -> None:
    """A file with a fault is told in one line, and the exit code says so."""
    (tmp_path / "a.jsonl").write_text('{"id": "a", "turns": [{"speaker": "agent", "messages": [""]}]}')
    done = CliRunner().invoke(build(), ["check", str(tmp_path / "a.jsonl")])
    assert done.exit_code == 1
    assert "a, turn 0: a message is empty" in done.output
    assert "1 unlabelled" in done.output


def test_the_published_schema_is_that_of_the_reader() -> None:
    """The schema beside the transcripts is what `evals check --schema` prints."""
    done = CliRunner().invoke(build(), ["check", "--schema"])
    assert done.output == SCHEMA.read_text()
