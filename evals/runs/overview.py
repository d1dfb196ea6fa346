"""The figures of a run as tables for the terminal, beside those of another or of the baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.table import Table

from evals.metrics.catalogue import METRICS
from evals.metrics.metric import Metric, figure
from evals.runs.results import Run

Figures = Mapping[str, float | None]


def figures(run: Run) -> dict[str, float | None]:
    """Every figure of the catalogue by its name."""
    judged = [conversation for conversation in run.conversations if conversation.error is None]
    return {metric.name: figure(metric, judged) for metric in METRICS}


def refused_by_rule(run: Run) -> Counter[str]:
    """How often each guard stopped what the model proposed at a decision point."""
    return Counter(
        refused.rule
        for conversation in run.conversations
        for point in conversation.points
        for refused in point.refused
    )


def table(title: str, columns: Sequence[tuple[str, Figures]]) -> Table:
    """A column a run; a figure that none of them has is left out."""
    shown = Table("", *(name for name, _ in columns), title=title, title_justify="left")
    group = ""
    for metric in METRICS:
        values = [figures.get(metric.name) for _, figures in columns]
        if all(value is None for value in values):
            continue
        if group and metric.group != group:
            shown.add_section()
        group = metric.group
        shown.add_row(metric.name, *(worded(metric, value) for value in values))
    return shown


def worded(metric: Metric, value: float | None) -> str:
    """A figure in its unit."""
    if value is None:
        return "–"
    match metric.unit:
        case "share":
            return f"{value:.3f}"
        case "ms":
            return f"{value:,.0f} ms"
        case "count" | "tokens":
            return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
        case "turns":
            return f"{value:.2f}"
        case _:
            return f"{value:.1f}"
