"""Baselines: the figures that a version had on a day, on file, so that drift is seen."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from copilot.errors import Invalid
from evals.runs.overview import figures
from evals.runs.results import Head, Run


class Baseline(Struct, frozen=True, kw_only=True):
    """`made` is a date (YYYY-MM-DD); `head` says what ran, with every hash; `run` is the result file's."""

    made: str
    run: str
    head: Head
    figures: dict[str, float | None]


def place(folder: Path, head: Head) -> Path:
    """A file a subject: `phrasebook@1.0.0.json`, `next-phrase@1.0.0--small-1.json`."""
    if head.prompt is None:
        return folder / f"{head.phrasebook}.json"
    model = "".join(sign if sign.isalnum() or sign in ".-" else "_" for sign in head.model or "")
    return folder / f"{head.prompt}--{model}.json"


def keep(folder: Path, run: Run, made: str) -> Path:
    """Writes the baseline of what ran in place of an older one."""
    baseline = Baseline(
        made=made,
        run=run.digest,
        head=run.head,
        figures={name: None if value is None else round(value, 4) for name, value in figures(run).items()},
    )
    path = place(folder, run.head)
    path.parent.mkdir(parents=True, exist_ok=True)
    encoded = msgspec.json.encode(baseline, order="sorted")
    path.write_bytes(msgspec.json.format(encoded, indent=1) + b"\n")
    return path


def find(folder: Path, head: Head) -> Baseline | None:
    """The baseline of the same subject, if there is one. Raises Invalid when the file is none."""
    path = place(folder, head)
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Baseline)
    except msgspec.DecodeError as error:
        raise Invalid(f"{path}: {error}") from error


def comparable(baseline: Baseline, head: Head) -> str | None:
    """Why the figures cannot be put beside each other; None when they can."""
    if baseline.head.transcripts != head.transcripts:
        return "on other transcripts"
    if (baseline.head.noise, baseline.head.disorder) != (head.noise, head.disorder):
        return "with other noise"
    return None
