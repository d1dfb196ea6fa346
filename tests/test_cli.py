"""Tests of the command line as a whole: help that one can work from, errors in one line."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from copilot.cli import build
from copilot.errors import StoreUnavailable

COMMANDS = ["serve", "demo", "replay", "explain", "evals", "keys"]


def test_help_names_every_command() -> None:
    """Without arguments, and with --help, every command is listed with what it does."""
    for arguments in ([], ["--help"]):
        shown = CliRunner().invoke(build(), arguments).output
        assert all(f" {command} " in shown for command in COMMANDS)


@pytest.mark.parametrize(
    "command", [[c] for c in COMMANDS] + [["keys", k] for k in ("create", "list", "revoke")]
)
def test_every_command_explains_itself(command: list[str]) -> None:
    """Each command has help, and every option of it has a line."""
    result = CliRunner().invoke(
        build(), [*command, "--help"], terminal_width=200, env={"TERMINAL_WIDTH": "200"}
    )
    assert result.exit_code == 0
    for line in result.output.splitlines():
        if line.startswith(("│ --", "│ *")):
            assert len(line.strip("│ ").split("  ")[-1]) > 5, line


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["replay", "absent.yaml"], "agent-copilot: absent.yaml: No such file or directory"),
        (["replay", "x.txt"], "agent-copilot: x.txt: not a transcript file"),
        (
            ["replay", "absent.yaml", "--speed", "fast"],
            "agent-copilot: --speed is a number above 0, or max; not fast",
        ),
        (
            ["replay", "absent.yaml", "--speed", "-1"],
            "agent-copilot: --speed is a number above 0, or max; not -1",
        ),
        (["demo", "--script", "absent.yaml"], "agent-copilot: absent.yaml: No such file or directory"),
        (["keys", "create", "--scope", "root"], "agent-copilot: no such scope: root (there are ingest, read"),
        (["keys", "revoke", "abcdefgh"], "agent-copilot: no valid key abcdefgh"),
    ],
)
def test_errors_are_one_clear_line(arguments: list[str], line: str, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """What the user did wrong is told in one line on stderr, with an exit code, and without a traceback."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(build(), arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1


def test_a_setting_that_cannot_be_is_named() -> None:
    """A bad value in the environment is told with the variable's name."""
    result = CliRunner().invoke(build(), ["serve"], env={"COPILOT_PORT": "http"})
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "agent-copilot: setting port (COPILOT_PORT): Input should be a valid integer"
    )


def test_an_error_without_words_has_its_title() -> None:
    """An error that says nothing of its own is told by its title."""
    app = build()

    @app.command()
    def broken() -> None:
        raise StoreUnavailable()

    assert "The log cannot be written" in CliRunner().invoke(app, ["broken"]).stderr


def test_a_bug_is_not_hidden() -> None:
    """What is no error of ours is a bug and is shown as one."""
    app = build()

    @app.command()
    def broken() -> None:
        raise RuntimeError("bug")

    assert isinstance(CliRunner().invoke(app, ["broken"]).exception, RuntimeError)


def test_version_is_printed() -> None:
    """--version prints one line."""
    result = CliRunner().invoke(build(), ["--version"])
    assert result.exit_code == 0
    assert result.output.strip()


def test_the_module_is_the_command_line() -> None:
    """`python -m copilot` is the same program, and it does not import a server for its help."""
    code = (
        "import sys, runpy; sys.argv = ['copilot', '--help']\n"
        "try: runpy.run_module('copilot', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end: assert not end.code\n"
        "assert 'litestar' not in sys.modules and 'uvicorn' not in sys.modules\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "agent-copilot" in result.stdout
