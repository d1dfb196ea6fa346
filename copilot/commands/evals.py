"""`evals`: hands over to the evals of a checkout; the installed product carries none."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import typer

import copilot
from copilot.errors import NotFound

# Every word goes on as it is, `--help` too: the commands are the checkout's.
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def evals(ctx: typer.Context) -> None:
    """Prove a prompt on difficult customers before an agent hears it (from a checkout)."""
    checkout = Path(copilot.__file__).resolve().parent.parent
    if not (checkout / "evals" / "commands" / "__init__.py").is_file():
        raise NotFound(
            "evals are run from a checkout of the project: this installation has no evals/ beside copilot/"
        )
    # Only from beside this package: another package may be called evals, too.
    if str(checkout) not in sys.path:
        sys.path.insert(0, str(checkout))
    try:
        group: typer.Typer = importlib.import_module("evals.commands").build()
    except ModuleNotFoundError as error:
        raise NotFound(
            f"evals need packages that are not installed here ({error.name}): run `make eval` once, "
            "or pip install -e '.[evals]'"
        ) from error
    group(ctx.args, prog_name="agent-copilot evals")
