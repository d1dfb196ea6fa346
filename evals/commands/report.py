"""`evals report`: the page of a run, or of two side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from copilot.prompts.gate_reports import read as read_gate
from evals.metrics.catalogue import METRICS
from evals.reports import render
from evals.runs.results import read

OUT = Path("build") / "evals" / "report.html"


def report(
    run: Annotated[Path, typer.Argument(help="The result file of a run.")],
    against: Annotated[Path | None, typer.Option(help="Another, to stand beside it as before.")] = None,
    gate: Annotated[Path | None, typer.Option(help="The report of a gate, shown on top.")] = None,
    out: Annotated[Path, typer.Option(help="Where the page goes.")] = OUT,
) -> None:
    """Make one HTML file of a run: figures, by tag, and each conversation with a timeline and the reasons.

    It opens in any browser without a network. With --against, what differs comes first.

    Example: agent-copilot evals report build/evals/phrasebook@1.0.0.jsonl
    """
    page = render(
        read(run),
        METRICS,
        read(against) if against is not None else None,
        read_gate(gate) if gate is not None else None,
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")
    Console(soft_wrap=True, highlight=False).print(f"{out} ({len(page) / 1e6:.1f} MB)", markup=False)
