"""Tests of `evals run`: a result file and a table, and what goes wrong in one line."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from copilot.cli import build
from evals.commands import run as command
from evals.runs.results import read
from evals.runs.subject import Subject, load_subject
from tests.fakes.evals import answering, script
from tests.fakes.openai_server import running


@pytest.fixture(scope="module")
def loaded() -> Callable[..., Subject]:
    return functools.cache(load_subject)


@pytest.fixture(autouse=True)
def _loaded_once(loaded: Callable[..., Subject], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is under test is read once for all runs here: reading it takes longer than a run."""
    monkeypatch.setattr(command, "load_subject", loaded)


@pytest.fixture
def answering_url() -> Iterator[str]:
    with running(answering) as url:
        yield url


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "transcripts"
    folder.mkdir()
    for name in ("one", "two"):
        body = script("chat", id=name).model_dump(mode="json", exclude_none=True)
        body["domain"] = body.pop("trade")
        for turn in body["turns"]:
            del turn["i"]
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(body))
    return folder


def started(data: Path, *options: str) -> Result:
    out = str(data.parent / "out")
    return CliRunner().invoke(build(), ["evals", "run", "--data", str(data), "--out", out, *options])


def written(data: Path) -> Path:
    """The result file of the newest phrasebook."""
    return next(
        path for path in (data.parent / "out").glob("phrasebook@*.jsonl") if "timings" not in path.name
    )


def test_a_run_writes_a_result_and_shows_the_figures(data: Path) -> None:
    """The phrasebook runs without anything else; the result is read again, and repeats to the byte."""
    shown = started(data)
    assert shown.exit_code == 0, shown.output
    assert "act among the good" in shown.output
    result = written(data)
    first = result.read_bytes()
    run = read(result)
    assert [conversation.id for conversation in run.conversations] == ["one", "two"]
    assert run.head.suggester == "phrasebook"
    assert started(data, "--jobs", "1").exit_code == 0
    assert result.read_bytes() == first
    assert sorted(result.parent.iterdir()) == [result, result.with_suffix(".timings.jsonl")]


def test_a_subset_is_run(data: Path) -> None:
    """--subset narrows what runs, and the result says so."""
    assert started(data, "--subset", "id=two").exit_code == 0
    run = read(written(data))
    assert (run.head.subset, [one.id for one in run.conversations]) == (("id=two",), ["two"])


def test_two_versions_of_the_phrasebook_stand_side_by_side(data: Path) -> None:
    """A version of the phrasebook is named like a prompt's; each has its result and its column."""
    told = started(data, "--prompt", "phrasebook@1.1.0", "--against", "phrasebook@1.0.0")
    assert told.exit_code == 0, told.output
    assert "phrasebook@1.1.0 " in told.output
    heads = {read(path).head.phrasebook for path in (data.parent / "out").glob("phrasebook@?.?.?.jsonl")}
    assert heads == {"phrasebook@1.0.0", "phrasebook@1.1.0"}


def test_a_baseline_is_kept_and_shown_beside(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--baseline keeps the figures; the next run shows them in a column of their own."""
    monkeypatch.setattr(command, "BASELINES", data.parent / "baselines")
    assert "baseline:" in started(data, "--baseline").output
    assert "baseline of " in started(data).output
    assert "not shown" in started(data, "--subset", "id=one").output


def test_a_missing_recording_says_how_to_record(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt whose answers are not recorded ends with one error that names --record."""
    monkeypatch.setenv("COPILOT_MODEL", "small-1")
    monkeypatch.setattr(command, "RECORDINGS", data.parent / "recordings")
    told = started(data, "--prompt", "next-phrase@1.0.0")
    assert told.exit_code == 1
    assert "--record" in told.stderr
    assert "COPILOT_MODEL_BASE_URL" in started(data, "--suggester", "llm", "--record").stderr


def test_a_prompt_is_recorded_once_and_then_runs_offline(
    data: Path, monkeypatch: pytest.MonkeyPatch, answering_url: str
) -> None:
    """With --record the model is asked; after that the same run repeats to the byte without an endpoint."""
    monkeypatch.setattr(command, "RECORDINGS", data.parent / "recordings")
    monkeypatch.setenv("COPILOT_MODEL", "small-1")
    monkeypatch.setenv("COPILOT_MODEL_BASE_URL", answering_url)
    asked = ["--prompt", "next-phrase@1.0.0", "--against", "phrasebook"]
    told = started(data, *asked, "--record")
    assert told.exit_code == 0, told.output
    assert "calls a conversation" in told.output
    result = data.parent / "out" / "next-phrase@1.0.0.jsonl"
    live = result.read_bytes()
    head = read(result).head
    assert (head.suggester, head.prompt, head.model) == ("llm", "next-phrase@1.0.0", "small-1")
    monkeypatch.delenv("COPILOT_MODEL_BASE_URL")
    assert started(data, *asked).exit_code == 0
    assert result.read_bytes() == live


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--subset", "colour=red"], "--subset colour=red"),
        (["--prompt", "next-phrase@9.9.9", "--model", "m"], "no prompt next-phrase@9.9.9"),
        (["--suggester", "phrasebook", "--prompt", "next-phrase"], "asks no prompt"),
        (["--prompt", "next-phrase"], "which model"),
    ],
)
def test_what_cannot_run_is_told_in_one_line(data: Path, options: list[str], says: str) -> None:
    """Wrong options end with 1 and one line."""
    told = started(data, *options)
    assert told.exit_code == 1
    assert says in told.stderr
    assert len(told.stderr.splitlines()) == 1
