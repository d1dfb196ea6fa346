"""`backup` and `restore`: a copy of the data folder while the server runs, and its way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from copilot.commands.options import Data, settings_with
from copilot.errors import Taken
from copilot.stores import backup as copies


def backup(
    target: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    data: Data = None,
) -> None:
    """Copy the log, the keys and the rest while the server runs."""
    settings = settings_with(data_dir=data)
    names = copies.back_up(settings.data_dir, target)
    Console(highlight=False, soft_wrap=True).print(f"{target}: {', '.join(names)}")


def restore(
    source: Annotated[Path, typer.Argument(help="A folder that `backup` made.")],
    data: Data = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of the log that is there.")
    ] = False,
) -> None:
    """Put a back-up in place; the server must not be running."""
    settings = settings_with(data_dir=data)
    try:
        done = copies.restore(source, settings.log_path, settings.keys_path, replace=replace)
    except Taken:
        raise Taken("a server is running on this folder, and holds its log: stop it first") from None
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{settings.data_dir}: restored; streams start anew, under epoch {done.epoch}")
    if done.erased is None:
        console.print("What was there cannot be read: erase again what was erased since the back-up.")
    elif done.erased:
        console.print(f"{done.erased} conversations that were erased since are erased in it, too.")
    if done.ended is None:
        console.print("The keys that were there cannot be read: revoke again what was revoked since.")
    elif done.ended:
        console.print(f"{done.ended} keys that were revoked or rotated since are not good again.")
