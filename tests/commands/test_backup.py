"""`backup` and `restore` as an operator uses them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from typer.testing import CliRunner

from copilot.cli import build
from copilot.stores.sqlite import SqliteStore


async def _made(path: Path) -> str:
    store = SqliteStore(path)
    await store.start()
    await store.stop()
    return store.epoch


def test_there_and_back(tmp_path: Path) -> None:
    """What was copied comes back under another epoch; a log that is there stays unless told otherwise."""
    data, copy = tmp_path / "data", tmp_path / "copy"
    epoch = asyncio.run(_made(data / "conversations.sqlite"))
    run = CliRunner().invoke
    assert run(build(), ["backup", str(copy), "--data", str(data)]).exit_code == 0
    refused = run(build(), ["restore", str(copy), "--data", str(data)])
    assert refused.exit_code == 1
    done = run(build(), ["restore", str(copy), "--data", str(data), "--replace"])
    assert done.exit_code == 0, done.output
    assert asyncio.run(_made(data / "conversations.sqlite")) != epoch
