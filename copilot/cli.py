"""The command line, `agent-copilot`: its commands in the order of its help, and how errors are told."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from copilot.commands import backup, demo, erase, evals, explain, keys, prompts, replay, serve
from copilot.errors import CopilotError


class OneLine(TyperGroup):
    """Tells an error of ours in one line on stderr and ends with 1; anything else is a bug, and is shown."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CopilotError as error:
            line = " ".join(str(error).split()) or error.title
            Console(stderr=True, soft_wrap=True, highlight=False).print(
                "agent-copilot:", line, style="red", markup=False
            )
            raise typer.Exit(1) from error


def build() -> typer.Typer:
    app = typer.Typer(
        name="agent-copilot",
        cls=OneLine,
        help="Listens to a difficult customer conversation while it happens and puts the next best phrase "
        "before the human agent.",
        epilog="Settings come from the environment (COPILOT_…); an option goes before it.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(_options)
    app.command()(serve.serve)
    app.command()(demo.demo)
    app.command()(replay.replay)
    app.command()(explain.explain)
    app.command()(backup.backup)
    app.command()(backup.restore)
    app.command()(erase.erase)
    app.add_typer(keys.build(), name="keys")
    app.add_typer(prompts.build(), name="prompts")
    app.command(context_settings=evals.PASS_ON)(evals.evals)
    return app


def main() -> None:
    build()(prog_name="agent-copilot")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(installed_version())
        raise typer.Exit()


def _options(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None:
    pass


def installed_version() -> str:
    try:
        return version("agent-copilot")
    except PackageNotFoundError:
        return "0 (a checkout)"
