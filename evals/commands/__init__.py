"""The commands of `agent-copilot evals`, one a file, in the order of the help."""

from __future__ import annotations

import typer

from evals.commands import check, convert, gate, judge, label, report, run


def build() -> typer.Typer:
    """The group, for the product's command line, which finds it in a checkout."""
    app = typer.Typer(
        help="Prove a prompt on difficult customers before an agent hears it.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(_group)
    app.command()(check.check)
    app.command()(convert.convert)
    app.command()(label.label)
    app.command()(run.run)
    app.command()(report.report)
    app.command()(gate.gate)
    app.command()(judge.judge)
    return app


def _group() -> None:
    pass
