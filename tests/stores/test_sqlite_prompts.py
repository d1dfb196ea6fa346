"""What every prompt log and every ledger promises, and what the files add."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from copilot.core.rollouts import Change, Entry
from copilot.errors import AppendConflict, Misconfigured
from copilot.ports import Ledger, PromptLog
from copilot.stores.memory import MemoryLedger, MemoryPromptLog
from copilot.stores.sqlite_prompts import SqlitePromptLog
from copilot.stores.sqlite_spending import SqliteLedger

KINDS = ("memory", "sqlite")
CHANGE = Change(kind="release", name="greet", version="1.0.0", hash="00ff", by="a test")


@pytest.fixture(params=KINDS)
def log(request: pytest.FixtureRequest, tmp_path: Path) -> PromptLog:
    return MemoryPromptLog() if request.param == "memory" else SqlitePromptLog(tmp_path / "prompts.db")


@pytest.fixture(params=KINDS)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    return MemoryLedger() if request.param == "memory" else SqliteLedger(tmp_path / "spending.db")


async def test_what_is_appended_is_read(log: PromptLog) -> None:
    """Entries come back in order as they were written, numbered from 1, those of one tenant."""
    assert await log.append("acme", 0, CHANGE, 7) == Entry(1, 7, CHANGE)
    await log.append("rival", 0, CHANGE, 8)
    await log.append("acme", 1, CHANGE, 9)
    assert [(entry.seq, entry.at_ms) for entry in await log.read("acme")] == [(1, 7), (2, 9)]
    assert await log.read("acme", 1) == [Entry(2, 9, CHANGE)]
    assert await log.read("nobody") == []


@pytest.mark.parametrize("after", [0, 2, 5])
async def test_an_append_that_is_not_at_the_tail_is_refused(log: PromptLog, after: int) -> None:
    """Who has not seen the last entry writes nothing."""
    await log.append("acme", 0, CHANGE, 7)
    for seq in range(2):
        await log.append("rival", seq, CHANGE, 7)
    with pytest.raises(AppendConflict) as refused:
        await log.append("acme", after, CHANGE, 8)
    assert refused.value.tail == 1
    assert len(await log.read("acme")) == 1


async def test_of_many_at_once_one_is_first(log: PromptLog) -> None:
    """Of those who write on the same tail at the same time, one succeeds."""
    tries = [log.append("acme", 0, CHANGE, n) for n in range(8)]
    made = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Entry) for one in made) == 1


async def test_another_process_sees_it(tmp_path: Path) -> None:
    """What one connection writes, another reads at once."""
    one, other = SqlitePromptLog(tmp_path / "p.db"), SqlitePromptLog(tmp_path / "p.db")
    await one.append("acme", 0, CHANGE, 7)
    assert len(await other.read("acme")) == 1


@pytest.mark.parametrize("sql", ["UPDATE changes SET at_ms = 0", "DELETE FROM changes"])
async def test_the_file_refuses_to_forget(tmp_path: Path, sql: str) -> None:
    """No entry is changed or taken away, not even by another tool on the file."""
    await SqlitePromptLog(tmp_path / "p.db").append("acme", 0, CHANGE, 7)
    with pytest.raises(sqlite3.IntegrityError, match="only appended"):
        sqlite3.connect(tmp_path / "p.db").execute(sql)


def test_a_strange_file_is_refused(tmp_path: Path) -> None:
    """A database of another program is not taken for ours."""
    sqlite3.connect(tmp_path / "p.db").execute("CREATE TABLE other(x)")
    with pytest.raises(Misconfigured, match="another program"):
        SqlitePromptLog(tmp_path / "p.db")


async def test_a_budget_is_never_passed(ledger: Ledger) -> None:
    """Of fifty who ask at once for a tenth of what is allowed, ten get it; each tenant and day is a count."""
    got = await asyncio.gather(*(ledger.reserve("acme", 1, 100, 1_000) for _ in range(50)))
    assert sum(got) == 10
    assert await ledger.spent("acme", 1) == 1_000
    assert await ledger.reserve("acme", 2, 100, 1_000)
    assert await ledger.reserve("rival", 1, 100, 1_000)


async def test_a_first_call_beyond_the_budget_is_refused(ledger: Ledger) -> None:
    """Also the first call of a day is held against the budget."""
    assert not await ledger.reserve("acme", 1, 1_001, 1_000)
    assert await ledger.spent("acme", 1) == 0


async def test_what_was_not_used_is_given_back(ledger: Ledger) -> None:
    """After a call is settled its true cost counts, less or more than what was reserved."""
    await ledger.reserve("acme", 1, 900, 1_000)
    await ledger.reserve("rival", 1, 800, 1_000)
    await ledger.settle("acme", 1, -700)
    assert await ledger.reserve("acme", 1, 800, 1_000)
    await ledger.settle("acme", 1, 50)
    assert [await ledger.spent(tenant, 1) for tenant in ("acme", "rival")] == [1_050, 800]


async def test_two_processes_count_together(tmp_path: Path) -> None:
    """Two connections to one file share the count."""
    one, other = SqliteLedger(tmp_path / "s.db"), SqliteLedger(tmp_path / "s.db")
    assert await one.reserve("acme", 1, 600, 1_000)
    assert not await other.reserve("acme", 1, 600, 1_000)
