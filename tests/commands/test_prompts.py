"""The command `prompts`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from copilot.cli import build
from copilot.commands.prompts import _OUTCOMES, _versions
from tests.fakes.prompts import version

DEMO = Path(__file__).parents[2] / "prompts" / "demo" / "album-in-the-rain.yaml"


class Shell:
    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(build(), ["prompts", *arguments, "--data", str(self.data)])
        assert result.exit_code == code, result.output
        return result.output


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_version_from_file_to_rollback(shell: Shell, tmp_path: Path) -> None:
    """A file is checked, uploaded, given to a share, released with a reason and taken back; the log says by
    whom."""
    file = tmp_path / "prompt.prompty"
    file.write_text(version("2.0.0", "- Short."))
    assert "passed" in shell.run("check", str(file))
    assert "added" in shell.run("upload", str(file))
    assert "+- Short." in shell.run("diff", "next-phrase@1.0.0", "next-phrase@2.0.0")
    assert "canary 2.0.0 for 10.0%" in shell.run("canary", "next-phrase@2.0.0", "--share", "10%")
    assert "give the report" in shell.run("release", "next-phrase@2.0.0", code=1)
    released = shell.run("release", "next-phrase@2.0.0", "--override", "a test says so")
    assert released.strip() == "next-phrase: live 2.0.0"
    assert "2.0.0" in shell.run("list")
    assert "live 1.0.0 (as installed)" in shell.run("rollback", "next-phrase")
    assert "os user" in " ".join(shell.run("log", "next-phrase").split())


def test_a_faulty_file_ends_with_one(shell: Shell, tmp_path: Path) -> None:
    """What a check finds is printed, and the exit code says so."""
    file = tmp_path / "prompt.prompty"
    file.write_text(version("2.0.0").replace("input_tokens: 4000", "input_tokens: 1200"))
    assert "token budget" in shell.run("check", str(file), code=1)


def test_the_records_prompt_is_a_prompt_like_others(shell: Shell, tmp_path: Path) -> None:
    """It is listed, shown, rendered and checked, by its own schema; what is said stands inside the fence."""
    assert "wrap-up" in shell.run("list")
    text = shell.run("show", "wrap-up")
    assert "version: 1.0.0" in text
    assert "wrap-up@1.0.0" in shell.run("check", "wrap-up")
    _, fenced, last = shell.run("render", "wrap-up", str(DEMO)).split("\nDATA-")
    assert "photo album" in fenced
    assert "photo album" not in last
    file = tmp_path / "prompt.prompty"
    file.write_text(
        text.replace("matter, cause,", "cause, matter,", 1).replace("    matter:", "    subject:")
    )
    assert "the answer's fields are matter, cause," in shell.run("check", str(file), code=1)


def test_render_prints_what_a_model_would_be_sent(shell: Shell) -> None:
    """The messages at a moment of a conversation on file."""
    text = shell.run("render", "next-phrase", str(DEMO), "--turn", "1")
    assert text.startswith("--- system\nYou help a human agent")
    assert "Proposed act:" in text
    shell.run("render", "next-phrase", str(DEMO), "--turn", "99", code=1)


@pytest.mark.parametrize("share", ["much", "101%", "-1"])
def test_a_share_is_a_part(shell: Shell, share: str) -> None:
    """A share is a percentage or a number up to 1."""
    shell.run("holdout", "next-phrase", f"--share={share}", code=1)


def test_outcomes_can_be_read_on_a_narrow_screen() -> None:
    """Four versions stand side by side within 80 columns, each with its whole name and its intervals."""
    some = {"count": 1, "of": 9, "share": 0.11, "mean": 0.11, "low": 0.02, "high": 0.44}
    refs = [("shown", "next-phrase@1.0.0"), ("shown", "next-phrase@1.1.0")]
    refs += [("holdout", "phrasebook@1.1.0"), ("shadow", "next-phrase@1.1.0")]
    rows = [{"arm": arm, "prompt": ref, "offered": 9, **dict.fromkeys(_OUTCOMES, some)} for arm, ref in refs]
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(_versions(rows))
    told = console.export_text()
    assert "…" not in told.replace("%…", "")
    assert told.count("next-phrase") == 3
    assert told.count("11% (2%…44%)") == 4 * len(_OUTCOMES)
