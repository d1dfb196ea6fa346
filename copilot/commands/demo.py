"""`demo`: what `make run` runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from copilot.commands.options import Data, Port, settings_with
from copilot.errors import Invalid
from copilot.prompts import shipped
from copilot.transcripts import load

_PLAYED = "album-in-the-rain.yaml"


def demo(
    script: Annotated[
        Path | None, typer.Option(help="Another conversation than the one that comes with the copilot.")
    ] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=100, help="1 is speaking speed.")] = 1.0,
    once: Annotated[bool, typer.Option("--once", help="End after the conversation.")] = False,
    port: Port = None,
    data: Data = None,
) -> None:
    """Start a server on loopback and watch the copilot at work on a difficult conversation.

    Plays it through the server's own HTTP API, then leaves the server to you until Ctrl-C.
    """
    # Here, so that help and the other commands do not wait for what a server needs.
    from copilot.demo import run

    scripts = load(script or shipped() / "demo" / _PLAYED)
    if not scripts:
        raise Invalid(f"no conversation in {script}")
    asyncio.run(run(scripts[0], settings_with(port=port, data_dir=data), speed=speed, once=once))
