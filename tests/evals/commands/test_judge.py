"""Tests of `evals judge`: marks go into the result file, beside how far the judge agrees with people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from copilot.cli import build
from evals.commands import judge as command
from evals.runs.results import Run, read, write
from tests.evals.judges.test_model import run, taste
from tests.fakes.openai_server import running


@pytest.fixture
def url() -> Iterator[str]:
    with running(taste) as address:
        yield address


@pytest.fixture
def result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "RECORDINGS", tmp_path / "recordings")
    path = tmp_path / "run.jsonl"
    first = run("Your money is safe.", "Hello.").conversations[0]
    write(path, Run(run().head, (type(first)(**_of(first, id="bank-calm-limit")),)))
    return path


def _of(one: object, **changed: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__} | changed  # type: ignore[attr-defined]


def judged(result: Path, *options: str) -> Result:
    return CliRunner().invoke(build(), ["evals", "judge", str(result), "--model", "judge-1", *options])


def test_marks_are_put_into_the_result(result: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The marks of a judge with another taste than people's stand as unproven, and repeat offline."""
    monkeypatch.setenv("COPILOT_MODEL_BASE_URL", url)
    other = result.with_name("other.jsonl")
    write(other, read(result))
    told = judged(result, "--record", "--against", str(other))
    assert told.exit_code == 0, told.output
    assert "weighted kappa: fitness" in told.output
    assert "does not agree enough" in told.output
    assert "preferred in both orders: this run 0, the other 0, neither 0" in told.output
    marked = read(result)
    assert marked.head.judge == "judge@1.0.0 on judge-1"
    scores = [score.scorer for point in marked.conversations[0].points for score in point.scores]
    assert scores.count("unproven_fitness") == 2
    before = result.read_bytes()
    assert judged(result).exit_code == 0
    assert result.read_bytes() == before


def test_an_unrecorded_judge_says_how_to_record(result: Path) -> None:
    """Without recordings and without --record the one line names the way."""
    told = judged(result)
    assert told.exit_code == 1
    assert "--record" in told.stderr
