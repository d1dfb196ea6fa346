"""The draft for the record in the panel: it comes, is edited and copied, and a better one takes its place."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.fakes.openai_server import FakeOpenAI, Pause, Piece, Received, Reply, completion, failing, stream
from tests.fakes.records import BETTER, answer
from tests.panel.stage import LATE_MS, OPENING, Stage, axe
from tests.wire.processes import ServerProcess

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]


class Desk:
    """A conversation that has ended, and a model that tells its record better when `told` is set."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.told = asyncio.Event()

    def reply(self, request: Received) -> Reply:
        if request.json.get("response_format", {}).get("json_schema", {}).get("name") != "wrap_up":
            return failing(500)
        return stream(self._slowly())

    def _slowly(self) -> Iterator[Piece]:
        while not self.told.is_set():
            yield Pause(0.05)
        yield from completion(answer())

    async def end(self) -> None:
        await self.stage.say("customer", "My parcel is gone, I waited since Friday!")
        await self.stage.say("agent", "I'm sorry. I'll call you by Tuesday.")
        (await self.stage.http.post(f"/v1/conversations/{self.stage.conversation}/close")).raise_for_status()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(page: Page, model_server: tuple[ServerProcess, FakeOpenAI]) -> AsyncIterator[Desk]:
    server, upstream = model_server
    async with Stage(page, server.base_url) as stage:
        made = Desk(stage)
        upstream.reply_with(made.reply)
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
    await expect(draft).to_have_value(re.compile("It ended after"), timeout=LATE_MS)
    # A time that stands in the promise is not said twice.
    await expect(draft).to_have_value(re.compile("Open promises: I'll call you by Tuesday$", re.MULTILINE))
    await expect(stage.part("hint")).to_contain_text("A fuller draft is being written", timeout=LATE_MS)
    await expect(stage.part("connection")).to_have_text("Ended")
    await stage.picture("record-pending")
    assert await axe(stage.page) == []
    desk.told.set()
    await expect(draft).to_have_value(re.compile(re.escape(BETTER["course"])), timeout=LATE_MS)
    await expect(stage.part("hint")).to_contain_text("your edits are kept")
    await stage.embed()
    await expect(draft).to_have_value(re.compile(re.escape(BETTER["course"])), timeout=LATE_MS)


async def test_a_better_draft_takes_no_words_from_a_hand(desk: Desk) -> None:
    """While the cursor is in the draft its words stay; what the agent wrote stays for good."""
    stage = desk.stage
    await desk.end()
    draft = stage.part("draft")
    await expect(draft).to_have_value(re.compile("It ended after"), timeout=LATE_MS)
    await expect(stage.part("hint")).to_contain_text("A fuller draft", timeout=LATE_MS)
    await draft.focus()
    desk.told.set()
    await expect(stage.part("hint")).to_contain_text("your edits are kept", timeout=LATE_MS)
    await expect(draft).to_have_value(re.compile("It ended after"))
    await draft.evaluate("draft => draft.blur()")
    await expect(draft).to_have_value(re.compile(re.escape(BETTER["course"])), timeout=LATE_MS)


async def test_the_record_is_edited_and_copied(stage: Stage) -> None:
    """After the end the draft for the record is there; edits stay, and one key copies them."""
    await stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stage.base_url)
    await stage.open(**OPENING)
    await stage.embed(minimum="0")
    await stage.talk()
    await stage.shown()
    (await stage.http.post(f"/v1/conversations/{stage.conversation}/close")).raise_for_status()
    draft = stage.part("draft")
    await expect(draft).to_be_visible(timeout=LATE_MS)
    await expect(draft).to_have_value(re.compile("Matter: .*parcel"))
    await expect(stage.part("connection")).to_have_text("Ended")
    await expect(stage.part("matter")).to_contain_text("parcel", timeout=LATE_MS)
    await stage.picture("record")
    assert await axe(stage.page) == []
    await draft.fill("What I know better.")
    await stage.page.keyboard.press("Alt+c")
    await expect(stage.button("copy")).to_contain_text("Copied")
    assert await stage.page.evaluate("navigator.clipboard.readText()") == "What I know better."
    await stage.until("panel.pending === 0")
    for _ in range(100):
        kept = (await stage.http.get(f"/v1/conversations/{stage.conversation}")).json()["wrap_up"]
        if kept["edited"]:
            break
        await stage.page.wait_for_timeout(50)
    assert kept["edited"] == "What I know better."
    await stage.embed()
    await expect(draft).to_have_value("What I know better.", timeout=LATE_MS)
