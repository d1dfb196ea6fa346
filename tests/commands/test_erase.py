"""`erase` as an operator uses it: on a folder whose server is stopped."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from copilot.cli import build
from copilot.core.events import NewEvent, Opened
from copilot.core.types import Customer, Opening
from copilot.errors import Gone
from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore


def _store(data: Path) -> SqliteStore:
    return SqliteStore(data / "conversations.sqlite")


async def _filled(data: Path) -> None:
    store = _store(data)
    await store.start()
    for name in ("c1", "c2", "c3", "c4"):
        opening = Opening(customer=Customer(id="jane" if name < "c3" else "omar"))
        await store.append(Key("acme", name), 0, [NewEvent.of(Opened(opening=opening))], 1)
    await store.stop()


async def _left(data: Path) -> list[str]:
    store, left = _store(data), []
    await store.start()
    for name in ("c1", "c2", "c3", "c4"):
        try:
            left += [name] if await store.tail(Key("acme", name)) else []
        except Gone:
            continue
    await store.stop()
    return left


def _run(data: Path, *what: str) -> tuple[int, str]:
    with structlog.testing.capture_logs():
        done = CliRunner().invoke(build(), ["erase", "--tenant", "acme", *what, "--data", str(data)])
    return done.exit_code, done.stdout.strip()


@pytest.mark.parametrize(
    ("what", "said", "left"),
    [
        (["--conversation", "c4"], "conversations erased: 1", ["c1", "c2", "c3"]),
        (["--customer", "jane"], "conversations erased: 2", ["c3", "c4"]),
        (["--all"], "conversations erased: 4", []),
    ],
)
def test_what_is_named_goes(tmp_path: Path, what: list[str], said: str, left: list[str]) -> None:
    """One conversation, a customer's or all; the same again finds nothing more."""
    asyncio.run(_filled(tmp_path))
    assert _run(tmp_path, *what) == (0, said)
    assert asyncio.run(_left(tmp_path)) == left
    assert _run(tmp_path, *what) == (0, "conversations erased: 0")


@pytest.mark.parametrize(
    "what", [[], ["--all", "--customer", "jane"], ["--conversation", "nobody"], ["--customer", "a@b.example"]]
)
def test_what_names_nothing_is_refused(tmp_path: Path, what: list[str]) -> None:
    """Nothing, two things, what is not there and an id that is kept masked: refused, and nothing goes."""
    asyncio.run(_filled(tmp_path))
    assert _run(tmp_path, *what)[0] == 1
    assert asyncio.run(_left(tmp_path)) == ["c1", "c2", "c3", "c4"]


def test_a_running_server_keeps_its_log(tmp_path: Path) -> None:
    """While a process holds the log the command is refused, and says who can do it."""
    asyncio.run(_filled(tmp_path))

    async def refused() -> tuple[int, str]:
        store = _store(tmp_path)
        await store.start()
        done = await asyncio.to_thread(
            CliRunner().invoke, build(), ["erase", "--all", "--tenant", "acme", "--data", str(tmp_path)]
        )
        await store.stop()
        return done.exit_code, done.output

    code, output = asyncio.run(refused())
    assert code == 1
    assert "/v1/erasures" in output
    assert asyncio.run(_left(tmp_path)) == ["c1", "c2", "c3", "c4"]
