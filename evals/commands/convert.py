"""`evals convert`: turns exported conversations into unlabelled transcript files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from copilot.core.types import Channel, Speaker
from copilot.errors import Invalid
from evals.authoring.writing import save
from evals.converters import CONVERTERS, Roles, assembled

_SPEAKERS: dict[str, Speaker] = {"customer": "customer", "agent": "agent", "system": "system"}
_BY_SUFFIX = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def convert(
    file: Annotated[Path, typer.Argument(help="The export.")],
    to: Annotated[Path, typer.Option(help="The folder for the transcripts, one file each.")],
    source: Annotated[
        str | None,
        typer.Option("--from", help=f"{', '.join(CONVERTERS)}. (default: by the file's ending)"),
    ] = None,
    speaker: Annotated[
        list[str] | None,
        typer.Option(help="Who is who, as NAME=customer, NAME=agent or NAME=system. Can be repeated."),
    ] = None,
    channel: Annotated[str, typer.Option(help="voice or chat, where the export does not say.")] = "chat",
) -> None:
    """Turn exported conversations into unlabelled transcripts, one readable file each.

    Card numbers and codes are taken out as when live; names and addresses are not, so look before you keep a
    file. A file that is there already is left as it is.

    Example: agent-copilot evals convert calls.csv --to mine --speaker "Contact Centre=agent"
    """
    kind = source or _BY_SUFFIX.get(file.suffix, "")
    if kind not in CONVERTERS:
        raise Invalid(f"say what {file.name} is with --from: {', '.join(CONVERTERS)}")
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file}: {error}") from error
    try:
        scripts = assembled(CONVERTERS[kind](text, _roles(speaker or [])), _channel(channel), file.stem)
    except Invalid as error:
        raise Invalid(f"{file.name}, {error}") from error
    if not scripts:
        raise Invalid(f"{file}: no conversations in it")
    to.mkdir(parents=True, exist_ok=True)
    kept = 0
    for script in scripts:
        path = to / f"{script.id}.yaml"
        if path.exists():
            kept += 1
        else:
            save(path, script)
    console = Console(soft_wrap=True, highlight=False)
    left = f", {kept} were there and are left as they are" if kept else ""
    console.print(f"{len(scripts) - kept} conversations in {to}{left}", markup=False)
    console.print(f"Next: agent-copilot evals label {to / scripts[0].id}.yaml", markup=False)


def _roles(given: list[str]) -> Roles:
    found: dict[str, Speaker] = {}
    for one in given:
        name, _, role = one.rpartition("=")
        if not name or role not in _SPEAKERS:
            raise Invalid(f"--speaker is NAME=customer, NAME=agent or NAME=system; not {one!r}")
        found[name.strip().lower()] = _SPEAKERS[role]
    return Roles(found)


def _channel(name: str) -> Channel:
    if name == "voice":
        return "voice"
    if name == "chat":
        return "chat"
    raise Invalid(f"--channel is voice or chat; not {name!r}")
