"""`evals judge`: a model marks the phrases of a run, after it was measured against people."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console

from copilot.commands.options import settings_with
from copilot.errors import Misconfigured
from copilot.transcripts import Script, load
from evals.commands.run import PROMPTS, RECORDINGS, ROOT, TRANSCRIPTS, live_endpoint
from evals.judges.agreement import LEAST, Agreement, load_people, measure
from evals.judges.marking import Pairs, marked, preferred
from evals.judges.model import Judge, load_judge
from evals.runs.overview import figures, table
from evals.runs.results import Run, read, write

PEOPLE = ROOT / "evals" / "judged" / "people.yaml"


class Judgement(NamedTuple):
    """What came of it: how far the judge agrees with people, the run with its marks, its choices."""

    agreed: Agreement
    run: Run
    pairs: Pairs | None


def judge(
    result: Annotated[Path, typer.Argument(help="The result file of a run; the marks are put into it.")],
    against: Annotated[
        Path | None, typer.Option(help="Another run: which phrase is better, asked in both orders.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="The judge's model; not the one under test. (default: COPILOT_MODEL)")
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Ask the model for what is not recorded, and keep its answers.")
    ] = False,
    people: Annotated[Path, typer.Option(help="Suggestions that people marked.")] = PEOPLE,
    data: Annotated[Path, typer.Option(help="The transcripts that the run was on.")] = TRANSCRIPTS,
) -> None:
    """Let a model mark the phrases of a run for fitness, empathy and clarity.

    First it marks suggestions that people have marked. Only a judge that agrees with them gives figures that
    a gate may use; the marks of another are shown as unproven.

    Example: agent-copilot evals judge build/evals/next-phrase@1.3.0.jsonl --model large-1 --record
    """
    name = model or settings_with().model
    if name is None:
        raise Misconfigured("which model judges? Name it with --model or COPILOT_MODEL")
    scripts = {script.id: script for script in [*load(TRANSCRIPTS), *load(data)]}
    runs = read(result), None if against is None else read(against)
    console = Console(soft_wrap=True, highlight=False)
    judged = asyncio.run(_judged(name, record, runs, people, scripts))
    write(result, judged.run)
    _tell(name, judged, console)
    console.print(table(result.stem, [("", figures(judged.run))]))


async def _judged(
    name: str, record: bool, runs: tuple[Run, Run | None], people: Path, scripts: dict[str, Script]
) -> Judgement:
    endpoint = live_endpoint() if record else None
    asked: Judge = load_judge(PROMPTS, name, RECORDINGS, endpoint)
    try:
        agreed = await measure(asked, load_people(people), scripts)
        run = await marked(runs[0], asked, scripts, agreed)
        pairs = None if runs[1] is None else await preferred(run, runs[1], asked, scripts)
    finally:
        if endpoint is not None:
            await endpoint.transport.aclose()
    return Judgement(agreed, run, pairs)


def _tell(name: str, judged: Judgement, console: Console) -> None:
    agreed = judged.agreed
    kappas = ", ".join(f"{mark} {value:.2f}" for mark, value in agreed.kappa.items())
    people = "one person" if agreed.people == 1 else f"{agreed.people} people"
    console.print(f"{name} and {people} on {agreed.items} suggestions, weighted kappa: {kappas}")
    if agreed.among_people:
        among = ", ".join(f"{mark} {value:.2f}" for mark, value in agreed.among_people.items())
        console.print(f"people among themselves: {among}")
    if not agreed.usable:
        console.print(
            f"It does not agree enough ({LEAST} suggestions or more, each kappa 0.60 or more): its marks are "
            "shown as unproven, and no gate uses them.",
            style="yellow",
        )
    if judged.pairs is not None:
        one, other, tie = judged.pairs
        console.print(f"preferred in both orders: this run {one}, the other {other}, neither {tie}")
