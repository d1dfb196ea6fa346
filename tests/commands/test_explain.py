"""Tests of `explain`: it reads files without a server and says what it read."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from copilot.cli import build
from copilot.shipped import shipped

DEMO = str(shipped() / "demo")


def test_every_turn_is_explained() -> None:
    """Each conversation of the files is explained, turn by turn."""
    result = CliRunner().invoke(build(), ["explain", DEMO])
    assert result.exit_code == 0
    assert "album-in-the-rain" in result.stdout
    assert "line-down-before-the-shift" in result.stdout
    assert "because of “nobody listens”" in result.stdout


def test_one_conversation_is_explained() -> None:
    """--only picks one; one that is not there is an error in one line."""
    assert (
        "line-down"
        not in CliRunner().invoke(build(), ["explain", DEMO, "--only", "album-in-the-rain"]).stdout
    )
    absent = CliRunner().invoke(build(), ["explain", DEMO, "--only", "x"])
    assert absent.exit_code == 1
    assert absent.stderr == f"agent-copilot: no conversation x in {Path(DEMO)}\n"
