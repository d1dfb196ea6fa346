"""The draft for the record in the panel: it comes, is edited and copied, and a better one takes its place."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from itertools import chain

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.fakes.openai_server import FakeOpenAI, Received, Reply, completion, failing, stream, until
from tests.fakes.records import BETTER, answer
from tests.panel.stage import OPENING, Stage, axe, hold_clock, soon
from tests.wire.processes import ServerProcess

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]


class Desk:
    """A conversation that has ended, and a model that tells its record better when `told` is set. The time of
    the page stands still: it reads anew when it is told to."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.told = asyncio.Event()

    def reply(self, request: Received) -> Reply:
        if request.json.get("response_format", {}).get("json_schema", {}).get("name") != "wrap_up":
            return failing(500)
        return stream(chain(until(self.told), completion(answer())))

    async def end(self) -> None:
        await self.stage.say("customer", "My parcel is gone, I waited since Friday!")
        await self.stage.say("agent", "I'm sorry. I'll call you by Tuesday.")
        (await self.stage.http.post(f"/v1/conversations/{self.stage.conversation}/close")).raise_for_status()

    async def reads(self) -> None:
        """The page looks again, as it does by itself until nothing better is on its way."""
        await self.stage.pass_ms(3_000)

    async def writes(self) -> None:
        """The model tells the better draft, and it is kept."""
        self.told.set()
        view = await soon(self.stage.view, lambda view: not view["wrap_up"]["pending"])
        assert not view["wrap_up"]["pending"], "the better draft is not kept"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(page: Page, model_server: tuple[ServerProcess, FakeOpenAI]) -> AsyncIterator[Desk]:
    server, upstream = model_server
    async with Stage(page, server.base_url) as stage:
        made = Desk(stage)
        upstream.reply_with(made.reply)
        await hold_clock(page)
        await stage.open()
        await stage.embed()
        await stage.live()
        yield made
        stage.check()


async def test_a_better_draft_comes_by_itself(desk: Desk) -> None:
    """The open panel says that a fuller draft is being written, and shows it when it is there, though the
    stream has ended; a panel opened later shows it too."""
    stage = desk.stage
    await desk.end()
    draft = stage.part("draft")
    await expect(draft).to_have_value(re.compile("It ended after"))
    # A time that stands in the promise is not said twice.
    await expect(draft).to_have_value(re.compile("Open promises: I'll call you by Tuesday$", re.MULTILINE))
    await desk.reads()
    await expect(stage.part("hint")).to_contain_text("A fuller draft is being written")
    await expect(stage.part("connection")).to_have_text("Ended")
    await desk.writes()
    await stage.picture("record-pending")
    assert await axe(stage.page) == []
    await desk.reads()
    await expect(draft).to_have_value(re.compile(re.escape(BETTER["course"])))
    await expect(stage.part("hint")).to_contain_text("your edits are kept")
    await stage.embed()
    await expect(draft).to_have_value(re.compile(re.escape(BETTER["course"])))


async def test_a_better_draft_takes_no_words_from_a_hand(desk: Desk) -> None:
    """While the cursor is in the draft its words stay; what the agent wrote stays for good."""
    stage = desk.stage
    await desk.end()
    draft = stage.part("draft")
    await expect(draft).to_have_value(re.compile("It ended after"))
    await desk.reads()
    await expect(stage.part("hint")).to_contain_text("A fuller draft")
    await draft.focus()
    await desk.writes()
    await desk.reads()
    await expect(stage.part("hint")).to_contain_text("your edits are kept")
    await expect(draft).to_have_value(re.compile("It ended after"))
    await draft.evaluate("draft => draft.blur()")
    await expect(draft).to_have_value(re.compile(re.escape(BETTER["course"])))


async def test_the_record_is_edited_and_copied(stage: Stage) -> None:
    """After the end the draft for the record is there; edits stay, and one key copies them."""
    await stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stage.base_url)
    await stage.open(**OPENING)
    await stage.embed(minimum="0")
    await stage.talk()
    await stage.shown()
    (await stage.http.post(f"/v1/conversations/{stage.conversation}/close")).raise_for_status()
    draft = stage.part("draft")
    await expect(draft).to_be_visible()
    await expect(draft).to_have_value(re.compile("Matter: .*parcel"))
    await expect(stage.part("connection")).to_have_text("Ended")
    await expect(stage.part("matter")).to_contain_text("parcel")
    await stage.picture("record")
    assert await axe(stage.page) == []
    await draft.fill("What I know better.")
    await stage.page.keyboard.press("Alt+c")
    await expect(stage.button("copy")).to_contain_text("Copied")
    assert await stage.page.evaluate("navigator.clipboard.readText()") == "What I know better."
    await stage.until("panel.pending === 0")
    kept = await soon(stage.view, lambda view: view["wrap_up"]["edited"])
    assert kept["wrap_up"]["edited"] == "What I know better."
    await stage.embed()
    await expect(draft).to_have_value("What I know better.")
