"""The demonstration: starts a server of its own, plays a conversation through its API and shows it live."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from copilot.client import CopilotClient, ServerEvent
from copilot.errors import Misconfigured, Unavailable
from copilot.replay.planning import Step, opening, plan
from copilot.replay.playing import Player
from copilot.settings import Settings
from copilot.transcripts import Script

_HOST = "127.0.0.1"
_START_S = 120.0
_SAYS = "agent-copilot: "
_INDENT = 10
_HEAT_STYLES = ("green", "yellow", "red", "bold red")
_SPEAKER_STYLES = {"customer": "bold cyan", "agent": "bold", "system": "dim"}


async def run(script: Script, settings: Settings, *, key: str | None, speed: float, once: bool) -> None:
    """Until Ctrl-C, or with `once` until the conversation has been played. Ends the server either way.

    `key` is for a server that asks for one.
    """
    console = Console(highlight=False)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        async with _server(settings, console) as (url, process):
            await _play(_show(script, url, key, speed, console), process, stop, once, console)
    except Unavailable:
        # Ctrl-C reaches the server too: what fails then has not failed.
        if not stop.is_set():
            raise
    if not once:
        console.print("\nThe server has stopped.")


async def _play(
    show: Coroutine[Any, Any, None],
    process: asyncio.subprocess.Process,
    stop: asyncio.Event,
    once: bool,
    console: Console,
) -> None:
    shown = asyncio.create_task(show)
    ends = {asyncio.create_task(stop.wait()), asyncio.create_task(process.wait())}
    await asyncio.wait({shown, *ends}, return_when=asyncio.FIRST_COMPLETED)
    if shown.done():
        shown.result()
        if not once:
            console.print("\n[dim]The server stays up until Ctrl-C.[/]")
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for task in (shown, *ends):
        task.cancel()
    await asyncio.gather(shown, *ends, return_exceptions=True)
    if process.returncode is not None:
        raise Unavailable("the server ended by itself; server.log in its data folder says why")


async def _show(script: Script, url: str, key: str | None, speed: float, console: Console) -> None:
    console.print(
        f"The copilot listens at {url}   [dim]documentation: {url}/docs · Ctrl-C stops it[/]\n"
        f"See it as an agent does, and play with it: [bold]{url}/panel/demo[/]\n"
        f"\n[bold]{script.title}[/]   [dim]played at {speed:g} x speaking speed through {url}/v1[/]\n",
        soft_wrap=True,
    )
    async with CopilotClient(url, key) as client:
        with Stage(script, console) as stage:
            body = opening(script, f"demo-{secrets.token_hex(4)}")
            played = await Player(client, speed).play(body, plan(script, "growing"), stage)
    waits = played.phrase_ms()
    if waits:
        console.print(
            f"\n{len(waits)} phrases, the slowest {max(waits):.0f} ms after the customer's last word."
        )
    console.print("\n[bold]Now yours.[/] Paste this into another terminal:\n")
    console.print(_curl(url, key), soft_wrap=True, markup=False, style="green")


def _curl(url: str, key: str | None) -> str:
    head = "-H 'Content-Type: application/json'" + (f" -H 'Authorization: Bearer {key}'" if key else "")
    said = "My parcel is two weeks late and nobody ever calls me back!"
    fragment = json.dumps(
        {"utterance_id": "u1", "speaker": "customer", "text": said, "start_ms": 0, "end_ms": 4000}
    )
    return (
        f"""curl -s {url}/v1/conversations {head} -d '{{"id": "mine", "channel": "chat"}}'\n"""
        f"curl -s {url}/v1/conversations/mine/fragments {head} -d '{fragment}'\n"
        f"curl -s {url}/v1/conversations/mine {head}"
    )


# --- what one sees --------------------------------------------------------------------------------


class Stage:
    """Shows a conversation as it goes: what is said, where it stands, and the phrase on offer.

    What is settled is printed and scrolls away; the words that still grow stand in one live line, which is
    left out where the output is no terminal.
    """

    def __init__(self, script: Script, console: Console) -> None:
        self._names = {
            "customer": script.customer.get("name", "Customer"),
            "agent": script.agent.get("name", "Agent"),
            "system": "System",
        }
        self._console = console
        self._live = Live(console=console, transient=True, refresh_per_second=12, auto_refresh=False)
        self._seen: set[str] = set()
        self._state: tuple[Any, ...] = ()

    def __enter__(self) -> Stage:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def sent(self, step: Step, answer: Mapping[str, Any]) -> None:
        if self._console.is_terminal:
            fragment = step.fragments[-1]
            text = "" if fragment.final else self._line(fragment.speaker, f"{fragment.text} …", "dim")
            self._live.update(text, refresh=True)

    def heard(self, event: ServerEvent, after_ms: float | None) -> None:
        match event.type:
            case "transcript":
                self._transcript(event.json())
            case "phase":
                self._phase(event.json())
            case "suggestion":
                self._suggestion(event.json()["suggestion"], after_ms)

    def _transcript(self, said: Mapping[str, Any]) -> None:
        if said["utterance_id"] not in self._seen:  # else the redaction gave back what it held
            self._seen.add(said["utterance_id"])
            if self._console.is_terminal:
                self._live.update("", refresh=True)
            self._console.print(self._line(said["speaker"], said["text"]))

    def _line(self, speaker: str, text: str, style: str = "") -> Text:
        name = Text(f"{self._names[speaker][: _INDENT - 2]:<{_INDENT}}", _SPEAKER_STYLES[speaker])
        # Hangs below its own beginning, as a script does.
        width = max(20, self._console.width - _INDENT)
        lines = Text(text, style).wrap(self._console, width)
        body = Text("\n" + " " * _INDENT).join(lines)
        return name + body

    def _phase(self, read: Mapping[str, Any]) -> None:
        state = (read["phase"], read["heat"], read["emotion"])
        if state == self._state:
            return
        moved = read["phase"] != read["previous"]
        self._state = state
        heat = int(read["heat"])
        line = Text(" " * _INDENT)
        line.append(f"{'→ ' if moved else '  '}{read['phase']}", "bold magenta" if moved else "magenta")
        line.append("  heat ", "dim")
        line.append("■" * heat + "□" * (3 - heat), _HEAT_STYLES[heat])
        line.append(f"  {read['emotion']}", "dim")
        if moved and read["evidence"]:
            line.append(f"  “{read['evidence'][0]['quote']}”", "dim italic")
        self._console.print(line, overflow="ellipsis", no_wrap=True)

    def _suggestion(self, card: Mapping[str, Any], after_ms: float | None) -> None:
        if card["status"] != "final":
            return
        if not card["text"]:
            why = "listening" if card["silence"] == "customer_speaking" else f"no phrase: {card['why']}"
            self._console.print(Text(" " * _INDENT + why, "dim"))
            return
        words: list[Text] = [Text(card["text"], "bold green")]
        words += [Text(f"or: {other}", "green") for other in card["alternatives"]]
        words.append(Text(card["why"], "dim"))
        took = "" if after_ms is None else f" · after {after_ms:.0f} ms"
        panel = Panel(
            Group(*words),
            title=f"say · {card['act'].replace('_', ' ')}{took}",
            title_align="left",
            border_style="green",
            width=min(88, self._console.width - _INDENT),
        )
        self._console.print(Padding(panel, (0, 0, 0, _INDENT), expand=False))


# --- the server -----------------------------------------------------------------------------------


@asynccontextmanager
async def _server(
    settings: Settings, console: Console
) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """A server in a process of its own, ready; drained and gone afterwards."""
    port = _free_port(settings.port)
    if settings.port and port != settings.port:
        console.print(f"[dim]Port {settings.port} is taken; using {port}.[/]")
    url = f"http://{_HOST}:{port}"
    log_file = _log_file(settings)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        log = log_file.open("w")
    except OSError as error:
        raise Misconfigured(f"{error.filename}: {error.strerror}") from error
    where = ("--host", _HOST, "--port", str(port), "--data", str(settings.data_dir))
    with log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "copilot", "serve", *where, stdout=log, stderr=log
        )
    try:
        await _until_ready(url, process, log_file)
        yield url, process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), settings.shutdown_s + 5)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _until_ready(url: str, process: asyncio.subprocess.Process, log_file: Path) -> None:
    deadline = time.monotonic() + _START_S
    async with CopilotClient(url) as client:
        while not await client.ready():
            if process.returncode is not None or time.monotonic() > deadline:
                raise Unavailable(f"the server did not start: {_why(log_file)}")
            await asyncio.sleep(0.05)


def _why(log_file: Path) -> str:
    """What the server said to its user, which stands among what it said to its operator."""
    lines = [line for line in log_file.read_text(errors="replace").split("\n") if line.strip()]
    told = [line for line in lines if line.startswith(_SAYS)] or lines or ["it said nothing"]
    return told[-1].removeprefix(_SAYS)


def _log_file(settings: Settings) -> Path:
    return settings.data_dir / "server.log"


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with closing(socket.socket()) as probe:
            # As the server itself will: a port whose last connections are still fading is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((_HOST, port))
                return int(probe.getsockname()[1])
    raise Unavailable(f"no free port on {_HOST}")
