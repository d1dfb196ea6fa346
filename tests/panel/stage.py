"""A page that embeds the panel, and a conversation that it follows."""

from __future__ import annotations

import asyncio
import html
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

import axe_playwright_python
import httpx2
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.wire.processes import ROOT

# As strict as a host can be: what the panel needs beyond its own script would fail here.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
SCREENSHOTS = ROOT / "build" / "screenshots"
# What has not come by then never comes: only that it comes counts, however slow the machine.
LATE_MS = 60_000

_LISTEN = """
window.heard = [];
for (const type of ["connection", "feedback", "suggestion-used"])
  document.addEventListener(type, (event) => window.heard.push([type, event.detail]));
"""
_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
COMPLAINT = "My parcel is two weeks late and nobody ever calls me back! This is ridiculous."

OPENING = {
    "context": {
        "facts": [{"name": "parcel_location", "value": "the depot in Leeds"}],
        "allowed_remedies": [{"kind": "voucher", "limit": 20, "currency": "GBP"}],
    }
}
TALK = (
    ("agent", "Good morning, how can I help?"),
    ("customer", "Hello, I am calling about my parcel. It has not come for two weeks."),
    ("agent", "May I have your order number?"),
    ("customer", "You asked me that three times already! Nobody ever calls me back, this is ridiculous!"),
    ("agent", "You told us three times and nobody called you: I am sorry. I will call the depot by Friday."),
    ("customer", "So where is it now? And who pays for my trip?"),
)


T = TypeVar("T")


async def opened(browser: Browser, **options: Any) -> BrowserContext:
    """A browser context that waits long, and whose pages stand still: colours on their way from one to
    another have no contrast of their own."""
    context = await browser.new_context(**{"reduced_motion": "reduce", **options})
    context.set_default_timeout(LATE_MS)
    return context


async def soon(ask: Callable[[], Awaitable[T]], holds: Callable[[T], object]) -> T:
    """What `ask` gives once it holds. Where it never does, what it gave last: the caller asserts it."""
    deadline = time.monotonic() + LATE_MS / 1_000
    while True:
        found = await ask()
        if holds(found) or time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.03)


async def hold_clock(page: Page) -> None:
    """Before the page is opened: its time stands still and passes only by `page.clock`, so that what has not
    happened yet did not just fail to be seen."""
    # Axe waits as well, and not for the test.
    await page.context.add_init_script("window.inFact = window.setTimeout.bind(window);")
    now = datetime.now(UTC)
    await page.clock.install(time=now)
    await page.clock.pause_at(now + timedelta(hours=1))


async def hurry(page: Page, holds: Callable[[], Awaitable[bool]]) -> None:
    """Until it holds, on a page with a clock: what it waits between two tries passes faster than time."""

    async def ask() -> bool:
        await page.clock.fast_forward(2_000)
        await asyncio.sleep(0.2)
        return await holds()

    await soon(ask, bool)


async def axe(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds wrong on a page as it stands, the panel's shadow included."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(f"((setTimeout) => {{{_AXE}}})(window.inFact ?? window.setTimeout)")
    which = ", runOnly: ['color-contrast', 'link-in-text-block']" if colours_only else ""
    found = await page.evaluate(f"axe.run(document, {{ resultTypes: ['violations']{which} }})")
    return [
        json.dumps([each["id"], each["help"], [node["html"] for node in each["nodes"]][:3]])
        for each in found["violations"]
    ]


class Stage:
    """The page of a host at `base_url`; what it and the panel ask for, and what goes wrong, is kept."""

    def __init__(self, page: Page, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        self.page = page
        self.base_url = base_url
        self.http = httpx2.AsyncClient(base_url=base_url, trust_env=False, timeout=60, headers=headers)
        self.conversation = ""
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.hosts: list[str] = []
        self.given: list[str] = []
        self._count = itertools.count()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def __aenter__(self) -> Self:
        await self.page.add_init_script(_LISTEN)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    def check(self) -> None:
        """Nothing broke on the page, and it asked nobody but the server."""
        assert not self.errors, self.errors
        mine = (f"{self.base_url}/", *self.hosts)
        elsewhere = [url for url in self.requests if not url.startswith(mine)]
        assert not elsewhere, elsewhere

    # --- the conversation -------------------------------------------------------------------------

    async def open(self, **body: Any) -> str:
        self.conversation = f"call-{uuid4().hex[:12]}"
        opening = {"id": self.conversation, "channel": "chat", "customer": {"name": "Jo Parker"}, **body}
        (await self.http.post("/v1/conversations", json=opening)).raise_for_status()
        return self.conversation

    async def say(self, speaker: str, text: str) -> None:
        number = next(self._count)
        fragment = {
            "utterance_id": f"u{number}",
            "speaker": speaker,
            "text": text,
            "start_ms": number * 4_000,
            "end_ms": number * 4_000 + 3_000,
            "turn_end": True,
        }
        path = f"/v1/conversations/{self.conversation}/fragments"
        (await self.http.post(path, json=fragment)).raise_for_status()

    async def talk(self, talk: tuple[tuple[str, str], ...] = TALK) -> None:
        for speaker, text in talk:
            await self.say(speaker, text)

    async def suggestion(self) -> dict[str, Any]:
        """The one that the server has on show."""
        view = await self.view()
        assert view["suggestion"], f"the server has nothing on show: {view}"
        shown: dict[str, Any] = view["suggestion"]
        return shown

    async def view(self) -> dict[str, Any]:
        """The conversation as the server has it."""
        found: dict[str, Any] = (await self.http.get(f"/v1/conversations/{self.conversation}")).json()
        return found

    async def told(self, suggestion_id: str) -> list[tuple[str, str | None]]:
        """What the server knows of what became of a suggestion."""
        path = f"/v1/conversations/{self.conversation}/suggestions/{suggestion_id}"
        answer = (await self.http.get(path)).json()
        return [(said["verdict"], said["text"]) for said in answer["feedback"]]

    # --- the page ---------------------------------------------------------------------------------

    async def pass_ms(self, ms: int) -> None:
        """Lets so much time pass on a page whose clock is held."""
        await self.page.clock.run_for(ms)

    async def embed(
        self, *, page_html: str = "", policy: str = POLICY, host: FakeOpenAI | None = None, **attributes: str
    ) -> Locator:
        """Opens the host's page with the panel on it: from the server itself, or from a host elsewhere."""
        wanted = {"conversation": self.conversation, **attributes}
        page = f"{host.base_url[:-3] if host else self.base_url}/desk"
        if host:
            wanted["server"] = self.base_url
            policy = policy.replace("'self'", self.base_url)
            self.hosts.append(page)
        written = " ".join(f'{name}="{html.escape(value)}"' for name, value in wanted.items())
        text = (
            '<!doctype html><html lang="en"><head><title>Desk</title>'
            f'<script src="{self.base_url}/panel/agent-copilot.js"></script></head><body>'
            f"<main><h1>Desk</h1>{page_html}<agent-copilot {written}></agent-copilot></main></body></html>"
        )
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}

        async def answer(route: Route) -> None:
            await route.fulfill(body=text, headers=headers)

        if host:
            # A page that no socket brought counts as from far away, and may not call this machine.
            host.reply_with(Reply([text.encode()], headers=headers))
        else:
            await self.page.route(page, answer)
        await self.page.goto(page)
        # Pictures look the same wherever there is Inter; the policy forbids a style sheet of the page's own.
        font = "document.documentElement.style.setProperty('--copilot-font', 'Inter, system-ui, sans-serif')"
        await self.page.evaluate(font)
        return self.page.locator("agent-copilot")

    async def live(self) -> None:
        await expect(self.part("connection")).to_have_text("Live")

    async def is_live(self) -> bool:
        return await self.part("connection").text_content() == "Live"

    def part(self, name: str) -> Locator:
        return self.page.locator(f"agent-copilot [part~={name}]")

    def button(self, action: str) -> Locator:
        return self.page.locator(f"agent-copilot button[data-action={action}]:visible")

    async def shows(self, text: str) -> None:
        await expect(self.part("phrase")).to_have_text(text)

    async def shown(self) -> dict[str, Any]:
        """Waits until the panel shows what the server has on show, and gives it."""
        found = await self.suggestion()
        await self.shows(found["text"])
        return found

    async def until(self, condition: str) -> None:
        """Waits until an expression holds on the page, where `panel` is the panel."""
        # Playwright's own wait makes code of a string, which the page's policy forbids.
        script = f"() => {{ const panel = document.querySelector('agent-copilot'); return {condition}; }}"
        assert await soon(lambda: self.page.evaluate(script), bool), f"never so: {condition}"

    async def heard(self, kind: str) -> list[dict[str, Any]]:
        """The details of the component's events of a type, so far."""
        every = await self.page.evaluate("window.heard")
        return [detail for type_, detail in every if type_ == kind]

    async def picture(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.locator("agent-copilot").screenshot(path=SCREENSHOTS / f"{name}.png")
