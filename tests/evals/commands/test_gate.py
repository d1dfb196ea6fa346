"""`evals gate` and `evals report`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.errors import Invalid
from copilot.prompts.gate_reports import read as read_gate
from evals.commands import build
from evals.gating.gates import GATES, read_gates
from evals.metrics.catalogue import METRICS
from evals.runs.results import Run, write
from tests.evals.reports.results import judged, run_of
from tests.evals.small_runs import head

LENIENT = "{conversations: 1, gates: [{metric: act among the good, kind: main, absent: fine}]}"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    now = run_of(judged("a"), judged("b"))
    write(tmp_path / "now.jsonl", now)
    write(
        tmp_path / "before.jsonl",
        Run(head(transcripts=now.head.transcripts, prompt="next-phrase@1.0.0"), now[1]),
    )
    (tmp_path / "gates.yaml").write_text(LENIENT)
    return tmp_path


def ask(folder: Path, *more: str) -> list[str]:
    names = ["gate", str(folder / "now.jsonl"), "--against", str(folder / "before.jsonl")]
    return [*names, "--gates", str(folder / "gates.yaml"), "--report", str(folder / "gate.json"), *more]


def test_a_passed_gate_leaves_its_report(files: Path) -> None:
    """What passes ends with 0 and leaves report, JUnit file, summary and page."""
    made = {option: files / f"out{option}" for option in ("--junit", "--summary", "--html")}
    more = [word for option, path in made.items() for word in (option, str(path))]
    done = CliRunner().invoke(build(), ask(files, *more))
    assert done.exit_code == 0, done.output
    assert read_gate(files / "gate.json").passed
    assert all(path.stat().st_size for path in made.values())
    assert "The gate is passed" in made["--html"].read_text()


def test_a_failed_gate_takes_the_old_report_away(files: Path) -> None:
    """What fails ends with 1, and no report of an earlier day is left that would speak for it."""
    (files / "gates.yaml").write_text(LENIENT.replace(", absent: fine", ""))
    (files / "gate.json").write_text("{}")
    done = CliRunner().invoke(build(), ask(files))
    assert done.exit_code == 1
    assert "not measured in both runs" in done.output
    assert not (files / "gate.json").exists()


def test_the_projects_gates_are_those_of_the_catalogue() -> None:
    """Every figure that the catalogue calls safety or main has its gate, of that kind, and no other has."""
    gates = {rule.metric: rule.kind for rule in read_gates(GATES, METRICS).gates}
    marked = {m.name: "safety" if m.safety else "main" for m in METRICS if m.safety or m.main}
    assert gates == marked


def test_a_page_is_made_of_result_files(files: Path) -> None:
    """`evals report` writes the page of a run, or of two."""
    for more in ([], ["--against", str(files / "before.jsonl")]):
        out = files / "page.html"
        done = CliRunner().invoke(build(), ["report", str(files / "now.jsonl"), "--out", str(out), *more])
        assert done.exit_code == 0, done.output
        assert 'id="c-a"' in out.read_text()
    done = CliRunner().invoke(build(), ["report", str(files / "gates.yaml")])
    assert isinstance(done.exception, Invalid)
