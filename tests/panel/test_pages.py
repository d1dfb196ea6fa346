"""The demonstration and the panel's page, from end to end in a browser."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, Request, Response, expect

from tests.panel.keyed import Keyed
from tests.panel.stage import hold_clock, soon
from tests.panel.visits import HOSTILE, visiting
from tests.wire.processes import ServerProcess

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]


class Played:
    """The call of the demonstration on a page whose clock is held: it goes on by moments, each when the
    server has heard of the last one."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._asked: set[Request] = set()
        page.on("request", self._begins)
        page.on("response", self._answered)

    def _begins(self, request: Request) -> None:
        if request.url.endswith("/fragments"):
            self._asked.add(request)

    def _answered(self, response: Response) -> None:
        self._asked.discard(response.request)

    async def to_a_phrase(self) -> None:
        """Until the customer has spoken three times and a phrase is there."""
        assert await soon(self._further, bool), "no phrase came"

    async def _further(self) -> bool:
        await self._page.clock.run_for(100)
        await soon(self._is_heard, bool)
        turns = await self._page.locator("#said li.customer").count()
        phrase = self._page.locator("agent-copilot button[data-action=use]:enabled")
        return turns > 2 and await phrase.is_visible()

    async def _is_heard(self) -> bool:
        return not self._asked


async def test_the_demonstration_plays(browser: Browser, panel_server: ServerProcess) -> None:
    """Played by button, a call grows word by word, the copilot answers beside it, at its end a draft for the
    record is there, and it can be played again; axe finds nothing wrong on the way, in light and dark."""
    async with visiting(browser, panel_server.base_url) as visit:
        page = visit.page
        played = Played(page)
        await hold_clock(page)
        await visit.goto("/panel/demo")
        await expect(page.locator("agent-copilot")).to_be_visible()
        await visit.looks("demo-start")
        await page.select_option("#speed", "10")
        await page.click("#play")
        await played.to_a_phrase()
        await page.click("#play")
        await expect(page.locator("#play")).to_have_text("Go on")
        await visit.looks("demo")
        await page.click("#play")
        await page.clock.run_for(60_000)
        await expect(page.locator("#said")).to_contain_text("The call has ended")
        draft = page.locator("agent-copilot [part~=draft]")
        await expect(draft).to_have_value(re.compile("Open promises"))
        await visit.looks("demo-end", whole=True)
        await page.click("text=Play again")
        await expect(page.locator("#play")).to_have_text("Pause")
        await expect(page.locator("#said")).not_to_contain_text("The call has ended")
        await played.to_a_phrase()


async def test_the_first_page_leads_on(browser: Browser, keyed: Keyed) -> None:
    """Who opens the server's address is told what it is and where to go, with keys or without."""
    async with visiting(browser, keyed.server.base_url) as visit:
        await visit.goto("/")
        await visit.looks("home")
        await visit.page.click("text=See it at work")
        await expect(visit.page.locator("#sign-in")).to_be_visible()


async def test_one_can_type_as_either(browser: Browser, panel_server: ServerProcess) -> None:
    """While the customer types the copilot listens, then it answers; what the agent takes goes into the reply
    box, and the turn goes over to the other."""
    async with visiting(browser, panel_server.base_url) as visit:
        page = visit.page
        await visit.goto("/panel/demo")
        phrase = page.locator("agent-copilot [part~=phrase]")
        await expect(phrase).to_be_visible()
        await page.locator("#text").press_sequentially("My parcel is two weeks", delay=40)
        await expect(page.locator("#said li.growing")).to_be_visible()
        await expect(phrase).to_have_text("Let them finish")
        await page.fill("#text", "My parcel is two weeks late and nobody ever calls me back!")
        await page.keyboard.press("Enter")
        await expect(page.locator("input[value=agent]")).to_be_checked()
        await page.locator("agent-copilot button[data-action=use]:enabled").click()
        taken = await phrase.inner_text()
        await expect(page.locator("#text")).to_have_value(taken)
        await page.click("#send")
        await expect(page.locator("#said li.agent")).to_contain_text(taken)
        await expect(page.locator("input[value=customer]")).to_be_checked()
        await page.click("#hang-up")
        await expect(page.locator("agent-copilot [part~=draft]")).to_be_visible()


async def test_typed_markup_stays_text(browser: Browser, panel_server: ServerProcess) -> None:
    """Whatever is typed stands there as text: nothing runs, nothing is fetched."""
    async with visiting(browser, panel_server.base_url) as visit:
        page = visit.page
        await visit.goto("/panel/demo")
        await expect(page.locator("agent-copilot")).to_be_visible()
        for text in HOSTILE:
            await page.check("input[value=customer]")
            await page.fill("#text", text)
            await page.click("#send")
        await expect(page.locator("#said li.customer").nth(len(HOSTILE) - 1)).to_be_visible()
        assert await page.locator("#said img, #said svg, #said script").count() == 0


async def test_the_panels_page_follows_the_newest_or_the_named(
    browser: Browser, panel_server: ServerProcess
) -> None:
    """It shows the newest conversation by itself, another one by its id, and sends nothing that is no id."""
    first, second = f"call-{uuid4().hex[:8]}", f"call-{uuid4().hex[:8]}"
    async with visiting(browser, panel_server.base_url) as visit:
        page = visit.page
        await visit.open(first, customer={"name": "Jo Parker"})
        await visit.open(second, customer={"name": "Kim Lake"})
        await visit.goto("/panel")
        await expect(page.locator("agent-copilot [part~=who]")).to_have_text("Kim Lake")
        await page.fill("#conversation", first)
        await page.keyboard.press("Enter")
        await expect(page.locator("agent-copilot [part~=who]")).to_have_text("Jo Parker")
        assert await visit.audit() == []
        await page.fill("#conversation", "../../etc")
        await page.keyboard.press("Enter")
        await expect(page.locator("agent-copilot")).to_have_attribute("conversation", first)
