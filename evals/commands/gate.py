"""`evals gate`: holds one run against another; what passes leaves a report by which it can be released."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from copilot.prompts.gate_reports import GateReport, dumps, failed
from evals.gating.gates import GATES, judge, read_gates
from evals.gating.summaries import junit, markdown
from evals.gating.verdict import Compared
from evals.metrics.catalogue import METRICS
from evals.reports import render
from evals.reports.figures import shown
from evals.runs.results import read

REPORT = Path("build") / "evals" / "gate.json"


def gate(
    run: Annotated[Path, typer.Argument(help="The result file of what is to be released.")],
    against: Annotated[Path, typer.Option(help="The result file of what it is held against.")],
    gates: Annotated[Path, typer.Option(help="The file of gates.")] = GATES,
    report: Annotated[Path, typer.Option(help="Where a passed gate leaves its report.")] = REPORT,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write a JUnit file.")] = None,
    summary: Annotated[Path | None, typer.Option(help="Write a Markdown summary.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the page of both runs side by side.")] = None,
) -> None:
    """Hold a run against another by the gates in evals/gates.yaml. Ends with 0 if all pass, else with 1.

    Safety may not get worse at all, a main figure not beyond its 95 % interval. A passed gate leaves a report
    bound by hashes to prompt, model, tracker, phrasebook and transcripts; `prompts release` asks for it.

    Example: agent-copilot evals gate build/evals/next-phrase@1.1.0.jsonl --against
    build/evals/next-phrase@1.0.0.jsonl
    """
    rules = read_gates(gates, METRICS)
    candidate, before = read(run), read(against)
    made = datetime.now(UTC).date().isoformat()
    found, compared = judge(candidate, before, rules, METRICS, made)
    outputs: list[tuple[Path | None, bytes]] = [
        (junit_file, junit(found)),
        (summary, markdown(found, compared).encode()),
    ]
    if html is not None:
        outputs.append((html, render(candidate, METRICS, before, found).encode()))
    for path, content in outputs:
        if path is not None:
            _put(path, content)
    console = Console(highlight=False, soft_wrap=True)
    console.print(_table(found, compared))
    for told in failed(found):
        console.print("✗", told, style="red", markup=False)
    if not found.passed:
        # A report from before would speak for what has just failed.
        report.unlink(missing_ok=True)
        console.print("not passed", style="bold red")
        raise typer.Exit(1)
    _put(report, dumps(found))
    console.print(f"passed; the report is in {report}", style="bold green", markup=False)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _table(report: GateReport, compared: list[Compared]) -> Table:
    by_name = {one.metric.name: one for one in compared}
    table = Table("", "gate", "kind", "before", "now", "difference (95 %)", "verdict")
    for one in report.gates:
        seen = by_name.get(one.metric)
        table.add_row(
            "[green]✓[/green]" if one.passed else "[red]✗[/red]",
            one.metric,
            one.kind,
            shown(seen.against, seen.metric) if seen else "",
            shown(seen.candidate, seen.metric) if seen else f"{one.candidate:.0f}",
            _difference(seen),
            one.verdict + (f", about {seen.more} more would tell" if seen and seen.more else ""),
        )
    return table


def _difference(one: Compared | None) -> str:
    if one is None or not one.difference:
        return ""
    low, high = (shown(value, one.metric, signed=True) for value in (one.low, one.high))
    return f"{shown(one.difference, one.metric, signed=True)} ({low} to {high})"
