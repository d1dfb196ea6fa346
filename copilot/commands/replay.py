"""`replay`: plays conversations on file through a running server and checks what it kept of them."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from copilot.api.text import spoken
from copilot.client import CopilotClient
from copilot.commands.options import Secret, Url, settings_with
from copilot.errors import CopilotError, Invalid, Unavailable
from copilot.redaction import ConversationRedactor
from copilot.replay.planning import STYLES, Disorder, Step, Style, difference, expected, opening, plan
from copilot.replay.playing import Player
from copilot.transcripts import Script, load

_SHOWN = 5


@dataclass(frozen=True)
class Job:
    """One conversation in one style, planned."""

    conversation: str
    script: Script
    steps: Sequence[Step]


@dataclass
class Tally:
    """What came of all the jobs of one style."""

    conversations: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    phrase_ms: list[float] = field(default_factory=list)
    equal: int = 0
    failed: int = 0
    troubles: list[str] = field(default_factory=list)


def replay(
    files: Annotated[
        list[Path], typer.Argument(help="Transcript files (.yaml, .jsonl, .turns) or folders of them.")
    ],
    url: Url = None,
    key: Secret = None,
    speed: Annotated[
        str, typer.Option(help="1 is speaking speed, 10 ten times that, max as fast as it goes.")
    ] = "max",
    style: Annotated[
        Literal["messages", "growing", "both"],
        typer.Option(help="Whole messages, or partial fragments that grow word by word before each final."),
    ] = "both",
    disorder: Annotated[
        bool,
        typer.Option(
            "--disorder",
            help="Shuffle within 3 s, double 5 %, revise 10 %, send 2 % backwards and 2 % after a minute.",
        ),
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Repeats a disorder. (default: a new one, printed)")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Conversations at once.")] = 8,
    check: Annotated[
        bool, typer.Option(help="Compare the transcripts that the server kept with the redacted originals.")
    ] = True,
) -> None:
    """Play conversations on file through a running server, over HTTP.

    Prints what the server answered, the time to the phrase, and how many transcripts are as they must be.
    Ends with 1 if one is not, or if a call failed.

    Example: agent-copilot replay evals/transcripts --speed 4 --disorder --seed 7
    """
    pace = _speed(speed)
    scripts = [script for file in files for script in load(file)]
    if not scripts:
        raise Invalid(f"no conversations in {', '.join(str(file) for file in files)}")
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    base_url = url or f"http://127.0.0.1:{settings_with().port}"
    console = Console()
    if disorder:
        console.print(f"disorder by seed {seed} (repeat it with --seed {seed})", highlight=False)
    run = secrets.token_hex(3)
    styles: Sequence[Style] = STYLES if style == "both" else (style,)
    work = {
        one: [_job(script, one, Disorder() if disorder else None, seed, run) for script in scripts]
        for one in styles
    }
    tallies = asyncio.run(_play(work, CopilotClient(base_url, key), pace, jobs, check))
    console.print(_table(tallies, check))
    troubles = [trouble for tally in tallies.values() for trouble in tally.troubles]
    for trouble in troubles[:_SHOWN]:
        console.print(trouble, style="red", markup=False, highlight=False)
    if len(troubles) > _SHOWN:
        console.print(f"… and {len(troubles) - _SHOWN} more")
    if troubles:
        raise typer.Exit(1)


def _speed(given: str) -> float | None:
    if given == "max":
        return None
    try:
        speed = float(given)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise Invalid(f"--speed is a number above 0, or max; not {given}")
    return speed


def _job(script: Script, style: Style, disorder: Disorder | None, seed: int, run: str) -> Job:
    # A name of its own for each run: the server keeps conversations, and the same id is the same one.
    name = re.sub(r"[^A-Za-z0-9_-]", "-", script.id)[:80]
    return Job(f"replay-{run}-{style}-{name}", script, plan(script, style, disorder, seed))


async def _play(
    work: dict[Style, list[Job]], client: CopilotClient, speed: float | None, jobs: int, check: bool
) -> dict[Style, Tally]:
    tallies = {style: Tally() for style in work}
    gate = asyncio.Semaphore(jobs)
    columns = (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        async def one(job: Job, tally: Tally, bar: TaskID) -> None:
            async with gate:
                await _one(job, tally, Player(client, speed), check)
            bars.advance(bar)

        async with client:
            if not await client.ready():
                raise Unavailable(
                    f"no copilot is ready at {client.base_url}: start one with `agent-copilot serve`"
                )
            for style, planned in work.items():
                bar = bars.add_task(style, total=len(planned))
                await asyncio.gather(*(one(job, tallies[style], bar) for job in planned))
    return tallies


async def _one(job: Job, tally: Tally, player: Player, check: bool) -> None:
    tally.conversations += 1
    try:
        played = await player.play(opening(job.script, job.conversation), job.steps)
    except CopilotError as error:
        tally.failed += 1
        tally.troubles.append(f"{job.conversation}: {error.title}: {error}")
        return
    tally.statuses += played.statuses
    tally.phrase_ms += played.phrase_ms()
    wrong = None
    if check:
        wrong = difference(expected(job.script, job.steps, ConversationRedactor(), spoken), played.transcript)
    if wrong is None:
        tally.equal += 1
    else:
        tally.troubles.append(f"{job.conversation}: {wrong}")


def _table(tallies: dict[Style, Tally], check: bool) -> Table:
    table = Table(title="Replayed", title_justify="left")
    table.add_column("")
    for style in tallies:
        table.add_column(style, justify="right")
    rows = {
        "conversations": [str(t.conversations) for t in tallies.values()],
        "fragments": [f"{t.statuses.total():,}" for t in tallies.values()],
        **{
            status: [f"{t.statuses[status]:,}" for t in tallies.values()]
            for status in ("accepted", "duplicate", "stale")
        },
        "phrases": [f"{len(t.phrase_ms):,}" for t in tallies.values()],
        "time to phrase, p50": [_quantile(t.phrase_ms, 0.50) for t in tallies.values()],
        "time to phrase, p99": [_quantile(t.phrase_ms, 0.99) for t in tallies.values()],
    }
    if check:
        rows["transcripts equal"] = [f"{t.equal}/{t.conversations}" for t in tallies.values()]
    rows["errors"] = [str(t.failed) for t in tallies.values()]
    for name, cells in rows.items():
        table.add_row(name, *cells)
    return table


def _quantile(values: list[float], share: float) -> str:
    if not values:
        return "–"
    return f"{sorted(values)[min(len(values) - 1, int(share * len(values)))]:.0f} ms"
