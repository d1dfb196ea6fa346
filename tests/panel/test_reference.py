"""The page of the API's reference, as somebody reads it in a browser and copies from it."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.wire.processes import ServerProcess

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]


async def test_the_lines_to_copy_are_whole(page: Page, panel_server: ServerProcess) -> None:
    """No curl line keeps a brace of its path, a pattern to curl, and no backtick is left."""
    await page.goto(f"{panel_server.base_url}/docs")
    await page.wait_for_selector("#schemas")
    lines = await page.locator("main section > pre").all_inner_texts()
    addresses = [line.rsplit("'", 2)[1] for line in lines]
    assert len(addresses) > 20
    assert not [address for address in addresses if "{" in address]
    texts = await page.locator("main p, main td").all_inner_texts()
    assert not [text for text in texts if "`" in text]
