"""A visit to one of the server's own pages: what it asked for and what broke is kept, and axe looks at it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from playwright.async_api import Browser, Page

from tests.panel.stage import SCREENSHOTS, axe, opened

SLOW = float(os.environ.get("COPILOT_SUPERVISOR_SECONDS", "1.5"))
MANY = [int(many) for many in os.environ.get("COPILOT_SUPERVISOR_MANY", "200").split()]

HOSTILE = (
    "<img src=x onerror=window.ran=1>",
    "<script>window.ran=1</script>",
    '"><svg onload=window.ran=1>',
    "javascript:window.ran=1",
    "https://elsewhere.invalid/x.png",
    "\u202eright to left \u2066 and marks \u0007\u001b[31m",
    "\n\nevent: closed\ndata: {}\n\n",
    "${window.ran=1}{{window.ran=1}}",
)


class Visit:
    """A page of a server, and the server's API beside it."""

    def __init__(self, page: Page, base_url: str, http: httpx2.AsyncClient) -> None:
        self.page = page
        self.base_url = base_url
        self.http = http
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self._console(said.type, said.text))

    def _console(self, kind: str, text: str) -> None:
        # What a server refuses is written there by the browser itself: it is no fault of the page.
        if kind == "error" and "the server responded with a status" not in text:
            self.errors.append(text)

    async def goto(self, path: str) -> None:
        await self.page.goto(f"{self.base_url}{path}")

    async def open(self, conversation: str, **body: Any) -> None:
        opening = {"id": conversation, "channel": "chat", **body}
        (await self.http.post("/v1/conversations", json=opening)).raise_for_status()

    async def say(self, conversation: str, number: int, text: str, speaker: str = "customer") -> None:
        fragment = {
            "utterance_id": f"u{number}",
            "speaker": speaker,
            "text": text,
            "start_ms": number * 4_000,
            "end_ms": number * 4_000 + 3_000,
            "turn_end": True,
        }
        path = f"/v1/conversations/{conversation}/fragments"
        (await self.http.post(path, json=fragment)).raise_for_status()

    async def audit(self) -> list[str]:
        """What axe finds wrong on the page as it stands."""
        return await axe(self.page)

    async def looks(self, name: str, *, whole: bool = False) -> None:
        """As it stands the page is without fault and has its picture taken, in light and in dark."""
        for scheme in ("light", "dark"):
            await self.page.emulate_media(color_scheme=scheme)
            wrong = await axe(self.page, colours_only=scheme == "dark")
            assert not wrong, wrong
            await self.picture(f"{name}-{scheme}", whole=whole)
        await self.page.emulate_media(color_scheme="light")

    async def picture(self, name: str, *, whole: bool = False) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)

    async def check(self) -> None:
        """Nothing broke, nothing ran that is not ours, and nobody but the server was asked."""
        assert not self.errors, self.errors
        elsewhere = [url for url in self.requests if not url.startswith(f"{self.base_url}/")]
        assert not elsewhere, elsewhere
        assert await self.page.evaluate("window.ran") is None


@asynccontextmanager
async def visiting(
    browser: Browser, base_url: str, *, headers: dict[str, str] | None = None, **context: Any
) -> AsyncIterator[Visit]:
    """A page in a browser context of its own; at the end it is held to what every page keeps to."""
    made = await opened(browser, **{"viewport": {"width": 1280, "height": 800}, **context})
    async with httpx2.AsyncClient(base_url=base_url, trust_env=False, timeout=60, headers=headers) as http:
        visit = Visit(await made.new_page(), base_url, http)
        yield visit
        await visit.check()
    await made.close()
