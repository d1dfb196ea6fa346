"""Tests of `evals`: it is the checkout's, and an installation without one says so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import copilot
from copilot.cli import build


def test_the_commands_of_the_checkout_are_found() -> None:
    """In a checkout the group's own help is shown."""
    result = CliRunner().invoke(build(), ["evals", "--help"])
    assert result.exit_code == 0
    assert "agent-copilot evals" in result.output


def test_an_installation_without_evals_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no evals/ stands beside the package, one line says where they are run from."""
    monkeypatch.setattr(copilot, "__file__", str(tmp_path / "copilot" / "__init__.py"))
    result = CliRunner().invoke(build(), ["evals", "run"])
    assert result.exit_code == 1
    assert "evals are run from a checkout of the project" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_checkout_without_the_packages_of_evals_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `make run` installs does not run evals: one line names what is missing and what installs it."""
    commands = tmp_path / "evals" / "commands"
    commands.mkdir(parents=True)
    (commands / "__init__.py").touch()
    monkeypatch.setattr(copilot, "__file__", str(tmp_path / "copilot" / "__init__.py"))
    monkeypatch.setitem(sys.modules, "evals.commands", None)
    result = CliRunner().invoke(build(), ["evals", "run"])
    assert result.exit_code == 1
    assert "make eval" in result.stderr
    assert len(result.stderr.splitlines()) == 1
