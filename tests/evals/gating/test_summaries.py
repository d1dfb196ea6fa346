"""What a gate leaves for others."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from evals.gating.gates import Gates, judge, read_gates
from evals.gating.summaries import junit, markdown
from evals.runs.results import Run
from tests.evals.small_runs import METRICS, conversation, run

MANY = [f"c{number:02}" for number in range(30)]
BEFORE = run([(name, "+-.") for name in MANY], "next-phrase@1.0.0")


@pytest.fixture
def gates(tmp_path: Path) -> Gates:
    rules = "[{metric: guards broken, kind: safety}, {metric: act in good, kind: main}]"
    text = f"{{conversations: 1, gates: {rules}}}"
    (tmp_path / "gates.yaml").write_text(text)
    return read_gates(tmp_path / "gates.yaml", METRICS)


def test_a_pipeline_sees_each_gate(gates: Gates) -> None:
    """The JUnit file has a case a gate, and the failed ones with their reason, whatever it holds."""
    now = run([(name, "+-!") for name in MANY])
    report, _ = judge(now, BEFORE, gates, METRICS, "x")
    odd = tuple(replace(gate, why="a <b> \x00 &") if not gate.passed else gate for gate in report.gates)
    suites = ElementTree.fromstring(junit(replace(report, gates=odd)))
    assert (suites.get("tests"), suites.get("failures")) == ("3", "1")
    assert [case.get("name") for case in suites.iter("testcase")] == [
        "conversations judged", "guards broken", "act in good",
    ]  # fmt: skip
    [failure] = suites.iter("failure")
    assert failure.get("message") == "a <b> ? &"


def test_a_pull_request_reads_what_moved(gates: Gates) -> None:
    """The summary says passed or not, against what, and what moved with interval and verdict."""
    now = run([(name, "++.") for name in MANY])
    text = markdown(*judge(now, BEFORE, gates, METRICS, "x"))
    assert text.startswith("### ✅ Gate passed: next-phrase@1.1.0 on small")
    assert "| act in good | 50.0 % | 100.0 % | +50.0 pts (+50.0 pts to +50.0 pts) | **better** |" in text
    assert "guards broken" not in text


def test_a_failed_gate_says_why_and_is_no_markup(gates: Gates) -> None:
    """The reasons of failed gates stand on top; words from elsewhere stay words."""
    broken = Run(BEFORE.head, (conversation("c00", error="<img src=x> [a](b)"), *BEFORE.conversations[1:]))
    text = markdown(*judge(broken, BEFORE, gates, METRICS, "x"))
    assert text.startswith("### ❌ Gate not passed")
    assert r"\<img src=x\> \[a\](b)" in text
    assert "No figure moved." in text
