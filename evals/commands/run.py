"""`evals run`: runs conversations through what is under test, both ways, and shows the figures."""

from __future__ import annotations

import asyncio
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer
from msgspec import structs
from rich.console import Console

from copilot import logs
from copilot.commands.options import settings_with
from copilot.errors import Invalid, Misconfigured
from copilot.transcripts import Script, load
from evals.gating.baselines import Baseline, comparable, find, keep
from evals.replays.playing import Weather
from evals.runs.overview import Figures, figures, refused_by_rule, table
from evals.runs.results import Head, Run, write, write_timings
from evals.runs.selection import select
from evals.runs.subject import Endpoint, Subject, code_hash, load_model, load_subject

ROOT = Path(__file__).resolve().parents[2]
PROMPTS = ROOT / "prompts"
TRANSCRIPTS = ROOT / "evals" / "transcripts"
RECORDINGS = ROOT / "evals" / "recordings"
BASELINES = ROOT / "evals" / "baselines"
OUT = Path("build") / "evals"


class Setup(NamedTuple):
    """What a start is about, whichever subject runs."""

    scripts: list[Script]
    subset: tuple[str, ...]
    weather: Weather
    jobs: int
    out: Path


def run(
    prompt: Annotated[
        str | None, typer.Option(help="What is under test: next-phrase@1.3.0, phrasebook@1.1.0, …")
    ] = None,
    against: Annotated[
        str | None, typer.Option(help="What it is to be better than: another of these.")
    ] = None,
    suggester: Annotated[
        Literal["phrasebook", "llm"] | None,
        typer.Option(
            help="Without --prompt: the phrasebook, or the newest next-phrase. (default: phrasebook)"
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="The model's name, as when it was recorded. (default: COPILOT_MODEL)")
    ] = None,
    subset: Annotated[
        list[str] | None, typer.Option(help="tag=, trade=, channel=, kind=, cause=, outcome= or id=VALUE.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Transcript files or a folder of them.")] = TRANSCRIPTS,
    jobs: Annotated[int, typer.Option(min=1, help="Conversations at once.")] = 4,
    record: Annotated[
        bool, typer.Option("--record", help="Ask the model for what is not recorded, and keep its answers.")
    ] = False,
    noise: Annotated[float, typer.Option(min=0, max=1, help="Share of words misheard, in voice.")] = 0.0,
    disorder: Annotated[
        bool, typer.Option("--disorder", help="Shuffle, double, revise and cut off in the timed replay.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Repeats noise and disorder.")] = 7,
    out: Annotated[Path, typer.Option(help="Where the result files go.")] = OUT,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Keep the figures as the baseline in evals/baselines.")
    ] = False,
) -> None:
    """Run conversations through a prompt or the phrasebook: decision points, and the timed replay.

    Writes one result file a subject and prints the figures beside the baseline. A model's answers come from
    evals/recordings; what is not recorded is an error, unless --record asks for live calls. A run that was
    interrupted goes on where it was. Ends with 1 if a conversation could not be judged.

    Example: agent-copilot evals run --prompt next-phrase@1.3.0 --against next-phrase@1.2.0
    """
    conditions = tuple(subset or ())
    scripts = select(load(data), conditions)
    setup = Setup(scripts, conditions, Weather(noise, disorder, seed), jobs, out)
    first = prompt or ("next-phrase" if suggester == "llm" else "phrasebook")
    named = [first] if against is None else [first, against]
    if suggester == "phrasebook" and first.partition("@")[0] != "phrasebook":
        raise Invalid(f"--suggester phrasebook asks no prompt: leave out --prompt {prompt}")
    # The engine's own log lines are for servers: here only what broke is worth a line.
    logs.configure("ERROR", as_json=False)
    console = Console(soft_wrap=True, highlight=False)
    columns: list[tuple[str, Figures]] = []
    troubles = 0
    for ref in named:
        finished, path = asyncio.run(_one(ref, model, record, setup, console))
        columns.append((path.stem, figures(finished)))
        troubles += _tell(finished, path, console)
        if baseline and not troubles:
            console.print(f"baseline: {keep(BASELINES, finished, date.today().isoformat())}")
        elif ref == named[0] and (known := _baseline(finished.head, console)) is not None:
            columns.append((f"baseline of {known.made}", known.figures))
    console.print(table(f"{len(scripts)} conversations", columns))
    if troubles:
        raise typer.Exit(1)


async def _one(ref: str, model: str | None, record: bool, setup: Setup, console: Console) -> tuple[Run, Path]:
    # Here, because the framework takes a second to be imported, which help need not wait for.
    from evals.runs.judging import judge, transcript_hash
    from evals.runs.running import Journal, Plan, failed
    from evals.runs.running import run as run_all

    subject, endpoint = _subject(ref, model, record)
    head = _head(subject, setup, {script.id: transcript_hash(script) for script in setup.scripts})
    name = head.phrasebook if head.prompt is None else head.prompt
    path = setup.out / f"{name}.jsonl"
    journal = setup.out / f"{name}.journal.jsonl"
    try:
        done = await run_all(
            Plan(
                head,
                setup.scripts,
                lambda script: judge(subject, script, setup.weather),
                journal,
                jobs=setup.jobs,
                progress=console.is_terminal,
            )
        )
    finally:
        if endpoint is not None:
            await endpoint.transport.aclose()
    if done.resumed:
        console.print(f"{done.resumed} conversations were done before, and were kept")
    write(path, done.run)
    write_timings(path.with_suffix(".timings.jsonl"), done.timings)
    if not failed(done.run):
        Journal(journal, head).remove()
    return done.run, path


def _subject(ref: str, model: str | None, record: bool) -> tuple[Subject, Endpoint | None]:
    """Raises Misconfigured, NotFound."""
    name, _, number = ref.partition("@")
    if name == "phrasebook":
        return load_subject(PROMPTS, number or None), None
    subject = load_subject(PROMPTS)
    endpoint = live_endpoint() if record else None
    under_test = load_model(PROMPTS, ref, model or settings_with().model, RECORDINGS, endpoint)
    return subject._replace(model=under_test), endpoint


def live_endpoint() -> Endpoint:
    """Where live calls go. Raises Misconfigured when no endpoint is set."""
    from copilot.suggesters.upstream import bounded

    settings = settings_with()
    if settings.model_base_url is None:
        raise Misconfigured("--record asks a model: set COPILOT_MODEL_BASE_URL, and COPILOT_MODEL")
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else "none"
    return Endpoint(settings.model_base_url, key, bounded())


def _head(subject: Subject, setup: Setup, transcripts: dict[str, str]) -> Head:
    try:
        product = f"agent-copilot@{version('agent-copilot')}"
    except PackageNotFoundError:
        product = "agent-copilot@checkout"
    head = subject.head(transcripts, code_hash(ROOT), product)
    weather = setup.weather
    return structs.replace(
        head, seed=weather.seed, noise=weather.noise, disorder=weather.disorder, subset=setup.subset
    )


def _tell(finished: Run, path: Path, console: Console) -> int:
    """Says where the result is and what could not be judged; returns how many that were."""
    console.print(f"result: {path} ({finished.digest[:12]})")
    refused = refused_by_rule(finished)
    if refused:
        rules = ", ".join(f"{rule} {count}" for rule, count in refused.most_common())
        console.print(f"stopped by guards: {rules}")
    wrong = [conversation for conversation in finished.conversations if conversation.error is not None]
    for conversation in wrong[:5]:
        console.print(f"{conversation.id}: {conversation.error}", style="red", markup=False)
    if len(wrong) > 5:
        console.print(f"… and {len(wrong) - 5} more", style="red")
    return len(wrong)


def _baseline(head: Head, console: Console) -> Baseline | None:
    known = find(BASELINES, head)
    if known is None:
        return None
    other = comparable(known, head)
    if other is not None:
        console.print(f"the baseline of {known.made} was taken {other}: not shown")
        return None
    return known
