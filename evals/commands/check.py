"""`evals check`: says what is wrong in transcript files, and what the set of them lacks."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from copilot.transcripts import Script
from evals.authoring.checking import check as checked
from evals.authoring.coverage import coverage, read_needs

OWN = Path(__file__).parent.parent / "transcripts"
SCHEMA = OWN / "schema.json"


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Transcript files (.yaml, .jsonl, .turns) or folders. (default: the project's)"),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="A doubt fails, too.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a file and end.")
    ] = False,
) -> None:
    """Check transcript files: schema, labels by the codebook, plans, and what the set covers.

    Each line names file, line and turn, what is wrong and what is expected. Ends with 1 if anything is wrong,
    or if the project's own set lacks something that evals/coverage.yaml asks for.

    Example: agent-copilot evals check mine.yaml
    """
    if schema:
        typer.echo(as_json_schema(), nl=False)
        return
    scripts, found = checked(files or [OWN])
    plain = Console(soft_wrap=True, highlight=False)
    for one in found:
        doubt = one.finding.doubt and not strict
        plain.print("doubt" if doubt else "wrong", one.told, style="yellow" if doubt else "red", markup=False)
    lacking = [] if files else _table(scripts)
    wrong = sum(strict or not one.finding.doubt for one in found)
    unlabelled = sum(not any(turn.labels for turn in script.turns) for script in scripts)
    turns = sum(len(script.turns) for script in scripts)
    notes = [
        f"{len(scripts)} conversations, {turns} turns",
        f"{wrong} wrong",
        f"{len(found) - wrong} doubtful",
    ]
    if unlabelled:
        notes.append(f"{unlabelled} unlabelled (label them with `agent-copilot evals label FILE`)")
    plain.print(", ".join(notes))
    if wrong or lacking:
        raise typer.Exit(1)


def as_json_schema() -> str:
    """The JSON Schema (2020-12) of one conversation, as it is published beside the transcripts."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Script.model_json_schema(by_alias=True),
        "title": "A conversation for the evals",
    }
    return json.dumps(document, indent=1) + "\n"


def _table(scripts: list[Script]) -> list[str]:
    """Prints what the set covers, a line a group. Returns what is lacking."""
    lines = coverage(scripts, read_needs())
    table = Table("", "there (at least)", title="coverage", title_justify="left", show_header=False)
    for group, members in groupby(lines, key=lambda line: line.group):
        cells = (
            f"{line.what} {line.there} ({line.least})"
            if line.met
            else f"[red]{line.what} {line.there}, {line.least} needed[/red]"
            for line in members
        )
        table.add_row(group, " · ".join(cells))
    Console().print(table)
    return [line.what for line in lines if not line.met]
