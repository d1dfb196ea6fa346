"""`explain`: says turn by turn what is read in conversations on file, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copilot.errors import NotFound
from copilot.explaining import explain as explained
from copilot.shipped import shipped
from copilot.transcripts import load


def explain(
    files: Annotated[
        list[Path], typer.Argument(help="Transcript files (.yaml, .jsonl, .turns) or folders of them.")
    ],
    only: Annotated[str | None, typer.Option(help="The id of one conversation in them.")] = None,
) -> None:
    """Say turn by turn which phase, heat and emotion is read in conversations, and from which words.

    Needs no server. Where the file has labels, it says where they differ.
    """
    # Here, so that help and the other commands do not wait for the tracker.
    from copilot.weights import load_tracker

    scripts = [script for file in files for script in load(file) if only in (None, script.id)]
    if not scripts:
        raise NotFound(f"no conversation {only or ''} in {', '.join(str(file) for file in files)}")
    tracker = load_tracker(shipped())
    for script in scripts:
        for line in explained(script, tracker):
            typer.echo(line)
        typer.echo()
