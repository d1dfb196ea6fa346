"""`prompts`: look at prompts, prove them, release them and take them back, also while the server runs."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from copilot.commands.options import Data, Secret, Url, settings_with
from copilot.core.prompt_views import CheckView, PromptView
from copilot.errors import Invalid, NotFound
from copilot.prompt_desk.desk import PromptDesk, Wish
from copilot.prompts.library import parse

Tenant = Annotated[str, typer.Option(help="Whose prompts.")]
Version = Annotated[str, typer.Argument(help="NAME@VERSION, or NAME for the live one.")]
Name = Annotated[str, typer.Argument(help="The prompt's name.")]
Share = Annotated[str, typer.Option(help="Of the conversations: 10%, 0.1.")]
Made = TypeVar("Made")

_OUTCOMES = {
    "shown": "shown",
    "used": "used",
    "said": "said",
    "edited": "edited",
    "edited_by": "edited by",
    "dismissed": "dismissed",
    "phase_on": "phase on",
    "phase_back": "phase back",
    "heat_down": "heat down",
    "heat_up": "heat up",
    "refused": "refused",
}


def build() -> typer.Typer:
    app = typer.Typer(
        help="Look at prompts, prove them, release them, take them back; a running server follows at once.",
        no_args_is_help=True,
    )
    app.command("list")(show_all)
    for command in (
        show,
        render,
        diff,
        check,
        upload,
        release,
        canary,
        shadow,
        rollback,
        holdout,
        log,
        outcomes,
    ):
        app.command()(command)
    return app


def show_all(tenant: Tenant = "default", data: Data = None) -> None:
    """List prompts and their versions, and what is in force."""
    table = Table("prompt", "version", "in force", "kept as", "description")
    for view in _run(data, lambda desk: desk.all(tenant)):
        for version in view.versions:
            kept = version.source if version.locked else "a draft"
            table.add_row(
                view.name, version.version, _force(view, version.version), kept, version.description
            )
    Console().print(table)


def show(ref: Version, tenant: Tenant = "default", data: Data = None) -> None:
    """Print a version as it stands on file."""
    typer.echo(_run(data, lambda desk: desk.get(tenant, ref)).text, nl=False)


def render(
    ref: Version,
    file: Annotated[Path, typer.Argument(help="A transcript file (.yaml, .jsonl, .turns).")],
    only: Annotated[str | None, typer.Option(help="The id of one conversation in it.")] = None,
    turn: Annotated[
        int | None, typer.Option(min=1, help="Which turn of the customer's. (default: the last)")
    ] = None,
    tenant: Tenant = "default",
    data: Data = None,
) -> None:
    """Print what a model would be sent at a moment of a conversation on file."""
    from copilot.prompt_desk.checks import moments
    from copilot.shipped import shipped
    from copilot.transcripts import load
    from copilot.weights import load_tracker

    script = next((script for script in load(file) if only in (None, script.id)), None)
    if script is None:
        raise NotFound(f"no conversation {only or ''} in {file}")
    found = list(islice(moments(script, load_tracker(shipped())), turn))
    if not found or (turn is not None and len(found) < turn):
        raise NotFound(f"the customer has {len(found)} turns in {script.id}")

    async def rendered(desk: PromptDesk) -> None:
        prompt = await desk.get(tenant, ref)
        request = await desk.rendered(prompt, found[-1])
        for message in request.messages:
            typer.echo(f"--- {message.role}\n{message.content}")
        typer.echo(f"--- {prompt.ref} {prompt.hash[:12]}, {request.tokens} tokens", err=True)

    _run(data, rendered)


def diff(before: Version, after: Version, tenant: Tenant = "default", data: Data = None) -> None:
    """Print what differs between two versions."""
    for line in _run(data, lambda desk: desk.diff(tenant, before, after)):
        typer.echo(line)


def check(
    ref: Annotated[str, typer.Argument(help="NAME@VERSION, NAME, or the path of a file.")],
    tenant: Tenant = "default",
    data: Data = None,
) -> None:
    """Check variables, token budget, schema, and the guards on samples. Ends with 1 if something is wrong."""

    on_file = parse(Path(ref).read_bytes()) if Path(ref).is_file() else None

    async def checked(desk: PromptDesk) -> CheckView:
        return await desk.checked(on_file or await desk.get(tenant, ref))

    view = _run(data, checked)
    for problem in view.problems:
        typer.echo(f"{problem.check}: {problem.detail}")
    typer.echo(
        f"{view.ref} {view.hash[:12]}: {'passed' if view.passed else 'does not pass'}; {view.samples} "
        f"samples, at most {view.tokens} of {view.budget_tokens} tokens, "
        f"{view.fixed_tokens} before a word is said"
    )
    if not view.passed:
        raise typer.Exit(1)


def upload(
    file: Annotated[Path, typer.Argument(help="A prompt file; its front matter names it.")],
    tenant: Tenant = "default",
    data: Data = None,
) -> None:
    """Add a version for this tenant. It is checked, and can never be changed."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} cannot be read as text") from error
    version, new = _run(data, lambda desk: desk.upload(tenant, text, _who()))
    typer.echo(f"{version.version} {version.hash[:12]} {'added' if new else 'was there already'}")


def release(
    ref: Annotated[str, typer.Argument(help="NAME@VERSION.")],
    report: Annotated[
        Path | None, typer.Option(help="The report of its passed gate (`agent-copilot evals gate`).")
    ] = None,
    override: Annotated[
        str | None, typer.Option(help="Release it without one: the reason, kept in the log.")
    ] = None,
    tenant: Tenant = "default",
    data: Data = None,
) -> None:
    """Make a version live. One on file goes under the lock: from then on it never changes."""
    name, version = _parts(ref)
    text = None
    if report is not None:
        try:
            text = report.read_text(encoding="utf-8")
        except OSError as error:
            raise Invalid(f"{report}: {error.strerror}") from error
    _change(data, tenant, name, Wish(kind="release", version=version, report=text, override=override))


def canary(
    ref: Annotated[str, typer.Argument(help="NAME@VERSION; NAME alone ends the canary.")],
    share: Share = "10%",
    tenant: Tenant = "default",
    data: Data = None,
) -> None:
    """Give a version to a share of the conversations, the same ones for as long as it runs."""
    name, _, version = ref.partition("@")
    part = _share(share) if version else None
    _change(data, tenant, name, Wish(kind="canary", version=version or None, share=part))


def shadow(
    ref: Annotated[str, typer.Argument(help="NAME@VERSION; NAME alone ends the shadow.")],
    tenant: Tenant = "default",
    data: Data = None,
) -> None:
    """Ask a version about every moment, keep what it says, and show it to nobody."""
    name, _, version = ref.partition("@")
    _change(data, tenant, name, Wish(kind="shadow", version=version or None))


def rollback(name: Name, tenant: Tenant = "default", data: Data = None) -> None:
    """End a running canary; with none, make the version live that was live before."""
    _change(data, tenant, name, Wish(kind="rollback"))


def holdout(name: Name, share: Share, tenant: Tenant = "default", data: Data = None) -> None:
    """Leave a share of the conversations without suggestions, to compare with. 0 ends it."""
    _change(data, tenant, name, Wish(kind="holdout", share=_share(share)))


def log(name: Name, tenant: Tenant = "default", data: Data = None) -> None:
    """Print who changed what, and when."""
    table = Table("#", "when", "what", "version", "by", "report or reason")
    for change in _run(data, lambda desk: desk.changes(tenant, name)):
        when = datetime.fromtimestamp(change.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
        what = change.kind if change.share is None else f"{change.kind} {change.share:.1%}"
        reason = change.override or (change.report and change.report[:12]) or ""
        table.add_row(str(change.seq), when, what, change.version or "–", change.by, reason)
    Console().print(table)


def outcomes(
    name: Name,
    days: Annotated[int, typer.Option(min=1, help="Conversations opened in so many days.")] = 30,
    url: Url = None,
    key: Secret = None,
) -> None:
    """Print what became of its suggestions, by version, with 95 % intervals; asks a running server."""
    from copilot.client import CopilotClient

    async def asked() -> dict[str, Any]:
        async with CopilotClient(url or f"http://127.0.0.1:{settings_with().port}", key) as client:
            return await client.outcomes(name, days)

    found = asyncio.run(asked())
    Console().print(_versions(found["versions"]))
    more = "" if found["complete"] else ", the newest of more"
    typer.echo(f"{found['conversations']} conversations of the last {days} days{more}")


def _versions(rows: list[dict[str, Any]]) -> Table:
    """A version a column, so that it can be read on a narrow screen, too."""
    names = [each["prompt"].replace("@", "\n@") for each in rows]
    arms = ["" if each["arm"] == "shown" else f"\n({each['arm']})" for each in rows]
    table = Table("", *[name + arm for name, arm in zip(names, arms, strict=True)])
    table.add_row("cards", *[str(each["offered"]) for each in rows])
    for part, label in _OUTCOMES.items():
        middle = "mean" if part == "edited_by" else "share"
        table.add_row(label, *[_interval(each[part], middle) for each in rows])
    return table


def _interval(part: dict[str, Any], middle: str) -> str:
    if part[middle] is None:
        return "–"
    return f"{part[middle]:.0%} ({part['low']:.0%}…{part['high']:.0%})"


def _change(data: Data, tenant: str, name: str, wish: Wish) -> None:
    view = _run(data, lambda desk: desk.change(tenant, name, wish, _who()))
    said = [f"{view.name}: live {view.live}" + (" (as installed)" if view.live_by == "installation" else "")]
    if view.canary:
        said.append(f"canary {view.canary} for {view.canary_share:.1%}")
    if view.shadow:
        said.append(f"shadow {view.shadow}")
    if view.holdout_share:
        said.append(f"{view.holdout_share:.1%} held out")
    typer.echo(", ".join(said))


def _force(view: PromptView, version: str) -> str:
    said = []
    if version == view.live:
        said.append("live")
    if version == view.canary:
        said.append(f"canary {view.canary_share:.1%}")
    if version == view.shadow:
        said.append("shadow")
    return ", ".join(said)


def _parts(ref: str) -> tuple[str, str]:
    name, at, version = ref.partition("@")
    if not at:
        raise Invalid("name the version: NAME@VERSION")
    return name, version


def _share(text: str) -> float:
    try:
        number = float(text.removesuffix("%"))
    except ValueError as error:
        raise Invalid(f"{text} is no share: write 10% or 0.1") from error
    return number / 100 if text.endswith("%") else number


def _who() -> str:
    return f"os user {getpass.getuser()}"


def _run(data: Data, ask: Callable[[PromptDesk], Awaitable[Made]]) -> Made:
    async def asked() -> Made:
        async with _desk(data) as desk:
            return await ask(desk)

    return asyncio.run(asked())


@asynccontextmanager
async def _desk(data: Data) -> AsyncIterator[PromptDesk]:
    # Here, so that help and the other commands do not wait for all of it.
    from copilot import guards
    from copilot.clocks import SystemClock
    from copilot.installed import installed
    from copilot.prompt_desk.samples import shipped_checks
    from copilot.prompts.library import PromptLibrary
    from copilot.prompts.rollouts import Rollouts
    from copilot.shipped import shipped
    from copilot.stores.sqlite_prompts import SqlitePromptLog
    from copilot.weights import load_tracker

    settings = settings_with(data_dir=data)
    root, clock = shipped(), SystemClock()
    rules = guards.guards(forbidden=settings.forbidden_words)
    library = PromptLibrary(root)
    prompt_log = SqlitePromptLog(settings.prompts_path)
    checks = shipped_checks(
        root,
        lambda: load_tracker(root),
        lambda draft, moment: guards.check(draft, moment, rules),
        settings.data_dir / "vocabulary",
    )
    try:
        yield PromptDesk(
            library,
            Rollouts(library, prompt_log, clock, settings.prompt),
            prompt_log,
            clock,
            checks,
            installed=installed(root, settings.model),
            lock=library.lock,
        )
    finally:
        await prompt_log.close()
