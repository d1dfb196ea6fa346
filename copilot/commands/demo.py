"""`demo`: what `make run` runs."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from copilot.commands.options import Data, Port, settings_with
from copilot.errors import Invalid
from copilot.replay.demo import run
from copilot.shipped import shipped
from copilot.transcripts import load

_DAY_MS = 86_400_000
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
    scripts = load(script or shipped() / "demo" / _PLAYED)
    if not scripts:
        raise Invalid(f"no conversation in {script}")
    settings = settings_with(port=port, data_dir=data)
    key = _key_where_needed(settings.keys_path)
    asyncio.run(run(scripts[0], settings, key=key, speed=speed, once=once))


def _key_where_needed(keys_path: Path) -> str | None:
    """A key for a day where the server has keys, because then it is not open."""
    if not keys_path.exists():
        return None
    # Here, so that help and the other commands do not wait for what a server needs.
    from copilot.api.auth import DEFAULT_TENANT, new_key
    from copilot.stores.sqlite_keys import SqliteKeyStore

    now_ms = time.time_ns() // 1_000_000
    with closing(SqliteKeyStore(keys_path)) as store:
        if not store.all():
            return None
        plain, key = new_key(DEFAULT_TENANT, "demo", ("ingest", "read", "feedback"), now_ms, now_ms + _DAY_MS)
        store.add(key)
    return plain
