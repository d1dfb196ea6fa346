"""The wrap-up in the log: at the close, anew after a late final, beside the agent's own text."""

from __future__ import annotations

import pytest

from copilot.core.events import WrapUp, WrapUpEdited
from copilot.core.types import Opening
from copilot.errors import Conflicting, Gone, NotFound
from copilot.ports import Key
from tests.fakes.parts import Bench
from tests.fakes.talk import KEY, kinds, opened, say


async def drafts(bench: Bench) -> list[str]:
    return [kind for kind in await kinds(bench) if kind.startswith(("wrap", "clos"))]


async def test_the_draft_comes_before_the_end() -> None:
    """Closing yields the draft, the stream carries it before `closed`; closing again changes nothing."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        view = await bench.engine.close(KEY)
        assert view.wrap_up is not None
        assert view.wrap_up.summary["timeline"]
        assert await drafts(bench) == ["close", "wrapup", "closed"]
        assert (await bench.engine.close(KEY)).wrap_up == view.wrap_up
        assert await drafts(bench) == ["close", "wrapup", "closed"]


async def test_an_idle_one_is_wrapped_up_too() -> None:
    """A conversation that closes by itself has its draft; one in which nothing was said has none."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.open("t", "mute", Opening())
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        await bench.engine.close(Key("t", "mute"))
        assert (await bench.engine.view(Key("t", "mute"))).wrap_up is None
        await bench.engine.close_idle(KEY, bench.clock.now_ms() + 1)
        assert await drafts(bench) == ["close", "wrapup", "closed"]


async def test_a_late_final_changes_the_draft() -> None:
    """What arrives after the close is in a further draft; a repeat, which changes nothing, makes none."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        await bench.engine.close(KEY)
        await bench.engine.ingest(KEY, [say(2, "I'll see to it.", "agent", at=9_000)])
        assert await drafts(bench) == ["close", "wrapup", "closed", "wrapup"]
        await bench.engine.ingest(KEY, [say(2, "I'll see to it.", "agent", at=9_000)])
        assert (await drafts(bench)).count("wrapup") == 2


async def test_the_agents_text_is_kept() -> None:
    """The text stands beside the draft, over restarts and later drafts; card numbers do not get in by it."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        await bench.engine.close(KEY)
        view = await bench.engine.edit_wrap_up(KEY, "Lost.\nRefunded.")
        again = await bench.engine.edit_wrap_up(KEY, "Lost.\nRefunded.")
        assert again.state.seq == view.state.seq
        await bench.engine.ingest(KEY, [say(2, "I'll see to it.", "agent", at=9_000)])
        found = (await bench.engine.view(KEY)).wrap_up
        assert found is not None
        assert found.edited == "Lost.\nRefunded."
        events = [stored.event for stored in await bench.store.read(KEY)]
        assert len([event for event in events if isinstance(event, WrapUpEdited)]) == 1
        assert len([event for event in events if isinstance(event, WrapUp)]) == 2


async def test_there_is_none_before_the_close_or_after_erasure() -> None:
    """Before the close there is nothing to edit; an erased or unknown conversation has no record."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "my parcel is gone!")])
        with pytest.raises(Conflicting):
            await bench.engine.edit_wrap_up(KEY, "x")
        await bench.engine.close(KEY)
        await bench.engine.erase(KEY)
        with pytest.raises(Gone):
            await bench.engine.edit_wrap_up(KEY, "x")
        with pytest.raises(NotFound):
            await bench.engine.edit_wrap_up(Key(KEY.tenant, "never"), "x")
