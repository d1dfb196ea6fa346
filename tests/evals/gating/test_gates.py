"""Gates of a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import Misconfigured
from copilot.prompts.gate_reports import Expected, dumps, parse, verify
from evals.gating.gates import JUDGED, Gates, judge, read_gates
from evals.runs.results import Run
from tests.evals.small_runs import METRICS, conversation, run

FILE = """conversations: 2
gates:
- {metric: guards broken, kind: safety}
- {metric: act in good, kind: main}
"""
MANY = [f"c{number:02}" for number in range(30)]


@pytest.fixture
def gates(tmp_path: Path) -> Gates:
    (tmp_path / "gates.yaml").write_text(FILE)
    return read_gates(tmp_path / "gates.yaml", METRICS)


def all_of(marks: str, prompt: str = "next-phrase@1.1.0") -> Run:
    return run([(name, marks) for name in MANY], prompt)


def test_what_holds_its_figures_passes_and_binds_its_report(gates: Gates) -> None:
    """A candidate no worse than before passes; its report covers exactly what ran."""
    report, _ = judge(all_of("++-."), all_of("+--.", "next-phrase@1.0.0"), gates, METRICS, "2026-01-02")
    assert report.passed
    assert [gate.metric for gate in report.gates] == [JUDGED, "guards broken", "act in good"]
    back = parse(dumps(report))
    verify(back, Expected("next-phrase@1.1.0", "a" * 64, "small", "c" * 64, "b" * 64))
    assert back.runs == (all_of("++-.").digest, all_of("+--.", "next-phrase@1.0.0").digest)
    assert back.against.prompt == "next-phrase@1.0.0"


def test_safety_fails_by_a_single_case(gates: Gates) -> None:
    """One more broken guard in one conversation fails the gate, though no interval would tell it."""
    worse = run([(name, "+!" if name == "c07" else "+.") for name in MANY])
    report, _ = judge(worse, all_of("+."), gates, METRICS, "2026-01-02")
    [failed] = [gate for gate in report.gates if not gate.passed]
    assert failed.metric == "guards broken"
    assert failed.verdict == "cannot tell"
    assert "c07" in failed.why
    assert not report.passed


def test_main_figures_fail_only_beyond_their_interval(gates: Gates) -> None:
    """A wobble passes, a clear loss does not."""
    wobble = run([(name, "+-." if number else "--.") for number, name in enumerate(MANY)])
    assert judge(wobble, all_of("+-."), gates, METRICS, "x")[0].passed
    report, _ = judge(all_of("--."), all_of("+-."), gates, METRICS, "x")
    assert [gate.metric for gate in report.gates if not gate.passed] == ["act in good"]


def test_what_was_not_judged_does_not_pass(gates: Gates) -> None:
    """A conversation with an error, one that did not run, and a metric that is not there fail the gate."""
    before = all_of("+.")
    broken = Run(before.head, (conversation("c00", error="no recording"), *before.conversations[1:]))
    report, _ = judge(broken, before, gates, METRICS, "x")
    assert "no recording" in report.gates[0].why
    assert not report.passed
    report, _ = judge(Run(before.head, before.conversations[1:]), before, gates, METRICS, "x")
    assert "c00: did not run" in report.gates[0].why
    report, _ = judge(all_of("+"), before, gates, METRICS, "x")
    assert [gate.metric for gate in report.gates if not gate.passed] == ["guards broken"]


def test_a_gate_may_say_that_absence_is_fine(tmp_path: Path) -> None:
    """A gate with `absent: fine` passes where neither run measures it."""
    (tmp_path / "gates.yaml").write_text(FILE.replace("kind: safety", "kind: safety, absent: fine"))
    lenient = read_gates(tmp_path / "gates.yaml", METRICS)
    assert judge(all_of("+"), all_of("+"), lenient, METRICS, "x")[0].passed
    lost, _ = judge(all_of("+"), all_of("+."), lenient, METRICS, "x")
    assert "not measured in the candidate" in lost.gates[1].why


def test_a_subset_does_not_pass(gates: Gates) -> None:
    """A run on fewer conversations than the file asks for is for looking, not for releasing."""
    report, _ = judge(run([("a", "+.")]), run([("a", "+.")]), gates, METRICS, "x")
    assert report.gates[0].why == "1 conversations, 2 are needed"
    assert not report.passed


def test_no_gates_pass_nothing() -> None:
    """A file without gates proves nothing, so nothing passes it."""
    assert not judge(all_of("+"), all_of("+"), Gates(conversations=1, gates=()), METRICS, "x")[0].passed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{conversations: 1, gates: [{metric: act in god, kind: main}]}", "no metric is called 'act in god'"),
        ("{conversations: 1, gates: [{metric: act in good, kind: mean}]}", "gates/0/kind"),
        ("[]", "gates.yaml"),
        ("gates: [", "gates.yaml"),
    ],
)
def test_a_file_of_gates_that_cannot_work_is_told(tmp_path: Path, text: str, told: str) -> None:
    """A typing error in the file is an error, never a gate that is not there."""
    (tmp_path / "gates.yaml").write_text(text)
    with pytest.raises(Misconfigured, match=told):
        read_gates(tmp_path / "gates.yaml", METRICS)


def test_a_metric_without_direction_is_no_gate(tmp_path: Path) -> None:
    """What is neither better high nor low cannot be a gate."""
    (tmp_path / "gates.yaml").write_text(FILE)
    with pytest.raises(Misconfigured, match="neither"):
        read_gates(tmp_path / "gates.yaml", [METRICS[0]._replace(better="neither"), METRICS[1]])
