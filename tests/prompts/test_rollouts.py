"""Which prompt a conversation gets, by its tenant's log."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from copilot.core.rollouts import Change
from copilot.errors import NotFound, StoreUnavailable
from copilot.ports import Key
from copilot.prompt_desk.desk import Wish
from copilot.prompts.rollouts import Rollouts
from copilot.stores.memory import MemoryPromptLog
from copilot.stores.sqlite_prompts import SqlitePromptLog
from tests.fakes.prompts import Prompts, prompts, version

BY = "a test"
SURE = "because a test says so"


async def uploaded(made: Prompts, *numbers: str, tenant: str = "t") -> None:
    for number in numbers:
        await made.desk.upload(tenant, version(number), BY)


async def release(made: Prompts, number: str, tenant: str = "t") -> None:
    await made.desk.change(tenant, "next-phrase", Wish(kind="release", version=number, override=SURE), BY)


async def test_without_a_log_the_installations_own_is_live() -> None:
    """A tenant that released nothing gets what the installation sets live."""
    made = prompts()
    got = await made.rollouts.assignment(Key("t", "c1"))
    assert (got.prompt, got.arm, got.shadow, got.held_out) == ("next-phrase@1.0.0", "live", None, False)


async def test_a_release_counts_for_its_tenant_only() -> None:
    """What one tenant released or uploaded, another neither gets nor can name."""
    made = prompts()
    await uploaded(made, "2.0.0")
    await release(made, "2.0.0")
    assert (await made.rollouts.assignment(Key("t", "c1"))).prompt == "next-phrase@2.0.0"
    assert (await made.rollouts.assignment(Key("rival", "c1"))).prompt == "next-phrase@1.0.0"
    with pytest.raises(NotFound):
        made.rollouts.find("rival", "next-phrase@2.0.0")
    assert made.rollouts.find("t", "next-phrase@2.0.0").front.version == "2.0.0"


async def test_another_process_follows_without_a_restart(tmp_path: Path) -> None:
    """What is released through one connection to the log counts at the other within the time it may be
    old."""
    here = prompts(log=SqlitePromptLog(tmp_path / "p.db"))
    there = prompts(log=SqlitePromptLog(tmp_path / "p.db"))
    key = Key("t", "c1")
    assert (await there.rollouts.assignment(key)).prompt == "next-phrase@1.0.0"
    await uploaded(here, "2.0.0")
    await release(here, "2.0.0")
    await there.clock.advance(500)
    assert (await there.rollouts.assignment(key)).prompt == "next-phrase@2.0.0"
    assert (
        there.rollouts.find("t", "next-phrase@2.0.0").hash
        == here.rollouts.find("t", "next-phrase@2.0.0").hash
    )


async def test_a_canary_goes_to_its_share_and_stays_with_it() -> None:
    """About the share that was asked for gets the canary; growing it takes nobody off it."""
    made = prompts()
    await uploaded(made, "2.0.0")
    keys = [Key("t", f"c{n}") for n in range(400)]

    async def on_canary(share: float) -> set[Key]:
        await made.desk.change("t", "next-phrase", Wish(kind="canary", version="2.0.0", share=share), BY)
        got = {key: await made.rollouts.assignment(key) for key in keys}
        assert {(a.arm, a.prompt) for a in got.values()} <= {
            ("live", "next-phrase@1.0.0"),
            ("canary", "next-phrase@2.0.0"),
        }
        return {key for key, a in got.items() if a.arm == "canary"}

    few, more = await on_canary(0.1), await on_canary(0.3)
    assert 15 < len(few) < 70
    assert few < more


async def test_a_shadow_is_never_what_is_shown() -> None:
    """A shadow version stands beside the live one; once it is live itself there is no shadow."""
    made = prompts()
    await uploaded(made, "2.0.0")
    await made.desk.change("t", "next-phrase", Wish(kind="shadow", version="2.0.0"), BY)
    got = await made.rollouts.assignment(Key("t", "c1"))
    assert (got.prompt, got.shadow) == ("next-phrase@1.0.0", "next-phrase@2.0.0")
    await release(made, "2.0.0")
    assert (await made.rollouts.assignment(Key("t", "c1"))).shadow is None


async def test_other_bytes_are_never_served_under_a_released_name() -> None:
    """Where the bytes are not those that were released, the installation's own version is served."""
    made = prompts()
    changed = Change(kind="release", name="next-phrase", by=BY, version="1.0.0", hash="00ff")
    missing = Change(kind="shadow", name="next-phrase", by=BY, version="9.0.0", hash="00ff")
    await made.log.append("t", 0, changed, 1)
    await made.log.append("t", 1, missing, 1)
    got = await made.rollouts.assignment(Key("t", "c1"))
    assert (got.prompt, got.shadow) == (made.rollouts.default.ref, None)


class BrokenLog(MemoryPromptLog):
    broken = False

    async def read(self, tenant: str, after: int = 0):  # type: ignore[no-untyped-def]
        if self.broken:
            raise StoreUnavailable("disk")
        return await super().read(tenant, after)


async def test_a_log_that_cannot_be_read_changes_nothing() -> None:
    """While the log is out of reach, what was in force goes on."""
    log = BrokenLog()
    made = prompts(log=log)
    await uploaded(made, "2.0.0")
    await release(made, "2.0.0")
    log.broken = True
    await made.clock.advance(10_000)
    assert (await made.rollouts.assignment(Key("t", "c1"))).prompt == "next-phrase@2.0.0"
    assert (await made.rollouts.assignment(Key("new", "c1"))).prompt == "next-phrase@1.0.0"


async def test_the_log_is_looked_at_once_for_many_phrases() -> None:
    """Within the time that the state may be old, no phrase waits for the log."""
    log = MemoryPromptLog()
    made = prompts(log=log)
    counted = 0
    read = log.read

    async def counting(tenant: str, after: int = 0):  # type: ignore[no-untyped-def]
        nonlocal counted
        counted += 1
        return await read(tenant, after)

    log.read = counting  # type: ignore[method-assign]
    rollouts = Rollouts(made.library, log, made.clock, "next-phrase")
    await asyncio.gather(*(rollouts.assignment(Key("t", f"c{n}")) for n in range(50)))
    await rollouts.assignment(Key("t", "c"))
    assert counted == 1


async def test_what_is_live_under_another_name() -> None:
    """A tenant's release of any prompt counts for it; without one the installation's is live."""
    made = prompts()
    assert made.rollouts.live("t", "wrap-up").ref == "wrap-up@1.0.0"
    text = made.library.get("wrap-up").text.replace("version: 1.0.0", "version: 2.0.0", 1)
    await made.desk.upload("t", text, BY)
    await made.desk.change("t", "wrap-up", Wish(kind="release", version="2.0.0", override=SURE), BY)
    assert made.rollouts.live("t", "wrap-up").ref == "wrap-up@2.0.0"
    assert made.rollouts.live("other", "wrap-up").ref == "wrap-up@1.0.0"
    with pytest.raises(NotFound):
        made.rollouts.live("t", "no-such")
