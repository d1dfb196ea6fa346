"""The panel's modules on their own, in a browser: no server, no page."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, Route

from copilot.panel.bundle import source

_ORIGIN = "http://modules.test"


async def run(page: Page, script: str, argument: Any = None) -> Any:
    """Runs the body of an async function in a page where `load(name)` imports a module of the panel."""

    async def answer(route: Route) -> None:
        name = route.request.url.removeprefix(f"{_ORIGIN}/").removesuffix(".js")
        if not name:
            await route.fulfill(body="<!doctype html>", content_type="text/html")
        else:
            await route.fulfill(body=source(name), content_type="text/javascript")

    await page.route(f"{_ORIGIN}/**", answer)
    if not page.url.startswith(_ORIGIN):
        await page.goto(f"{_ORIGIN}/")
    body = f"async (argument) => {{ const load = (name) => import(`/${{name}}.js`); {script} }}"
    return await page.evaluate(body, argument)
