"""What a gate leaves for others: a JUnit file for a pipeline, a short Markdown summary for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from copilot.prompts.gate_reports import Gate, GateReport, Subject
from evals.gating.verdict import Compared
from evals.reports.figures import shown

_MOVED = 8
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#])")
# What XML cannot carry, not even escaped.
_UNFIT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: GateReport) -> bytes:
    """One test case a gate; those that did not pass are failures with their reason."""
    failed = [gate for gate in report.gates if not gate.passed]
    counts = {"tests": str(len(report.gates)), "failures": str(len(failed)), "errors": "0"}
    suites = ElementTree.Element("testsuites", {"name": "evals gate", **counts})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": _named(report.candidate), **counts})
    for gate in report.gates:
        case = ElementTree.SubElement(suite, "testcase", classname=f"gate.{gate.kind}", name=gate.metric)
        if not gate.passed:
            told = _UNFIT.sub("?", gate.why or gate.verdict)
            ElementTree.SubElement(case, "failure", message=told, type=gate.verdict).text = told
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(suites, "unicode")}\n'.encode()


def markdown(report: GateReport, compared: Sequence[Compared]) -> str:
    """A heading with the outcome, the gates that failed, and what moved; nothing that stayed the same."""
    return "\n".join(_lines(report, compared)) + "\n"


def _lines(report: GateReport, compared: Sequence[Compared]) -> Iterator[str]:
    mark = "✅ Gate passed" if report.passed else "❌ Gate not passed"
    yield f"### {mark}: {_text(_named(report.candidate))}"
    yield ""
    yield f"Against {_text(_named(report.against))}, on {report.conversations} conversations."
    failed = [gate for gate in report.gates if not gate.passed]
    if failed:
        yield ""
        yield from (_failure(gate) for gate in failed)
    moved = [one for one in compared if one.difference]
    if not moved:
        yield ""
        yield "No figure moved."
        return
    yield ""
    yield "| | before | now | difference (95 %) | verdict |"
    yield "| --- | ---: | ---: | ---: | --- |"
    decided = [one for one in moved if one.verdict in ("worse", "better")]
    rest = [one for one in moved if one not in decided]
    told = [*sorted(decided, key=lambda one: one.verdict == "better"), *rest[: max(_MOVED - len(decided), 0)]]
    yield from (_moved(one) for one in told)
    if len(told) < len(moved):
        yield ""
        yield f"{len(moved) - len(told)} other figures moved within their intervals."


def _failure(gate: Gate) -> str:
    return f"- **{_text(gate.metric)}** ({gate.kind}): {_text(gate.why or gate.verdict)}"


def _moved(one: Compared) -> str:
    metric = one.metric
    span = f"{shown(one.low, metric, signed=True)} to {shown(one.high, metric, signed=True)}"
    verdict = f"**{one.verdict}**" if one.verdict in ("better", "worse") else one.verdict
    if metric.better == "neither":
        verdict = ""
    elif one.more:
        verdict += f"; about {one.more} more conversations would tell"
    difference = shown(one.difference, metric, signed=True)
    cells = (
        _text(metric.name), shown(one.against, metric), shown(one.candidate, metric),
        f"{difference} ({span})", verdict,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _named(subject: Subject) -> str:
    return f"{subject.prompt} on {subject.model}" if subject.prompt else subject.phrasebook


def _text(words: str) -> str:
    """Words of a transcript or a model cannot become markup in somebody's pull request."""
    return _MARKDOWN.sub(r"\\\1", " ".join(words.split()))
