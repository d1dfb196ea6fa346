"""The panel's modules on their own, in a browser: no server, no page."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, Route

from copilot.panel.bundle import source

_ORIGIN = "http://modules.test"


async def run(page: Page, script: str, argument: Any = None, *, origin: str = _ORIGIN) -> Any:
    """Runs the body of an async function in a page where `load(name)` imports a module of the panel.

    With the origin of a server the modules can talk to it.
    """
    base = f"{origin}/modules"

    async def answer(route: Route) -> None:
        name = route.request.url.removeprefix(f"{base}/").removesuffix(".js")
        if not name:
            await route.fulfill(body="<!doctype html>", content_type="text/html")
        else:
            await route.fulfill(body=source(name), content_type="text/javascript")

    if not page.url.startswith(base):
        await page.route(f"{base}/**", answer)
        await page.goto(f"{base}/")
    body = f"async (argument) => {{ const load = (name) => import(`/modules/${{name}}.js`); {script} }}"
    return await page.evaluate(body, argument)
