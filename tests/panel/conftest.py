"""One browser for all tests of the panel, a server for most, and a page of its own for each."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.fakes.openai_server import FakeOpenAI, Reply, failing
from tests.panel.keyed import Keyed
from tests.panel.stage import LATE_MS, Stage, opened
from tests.wire.processes import ServerProcess

# It runs as whoever runs the tests, and calls nobody.
_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()
# However slow the machine that tests: cards stay fresh, whoever still speaks is not taken to have stopped,
# and nothing is left out for want of time.
_CALM = {"COPILOT_CARD_TTL_MS": "3600000", "COPILOT_PAUSE_MS": "600000", "COPILOT_BEHIND_MS": "600000"}

expect.set_options(timeout=LATE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a starved machine takes its time: only what hangs is ended."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(5 * LATE_MS / 1_000))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    assert path, "the panel's tests need Chromium: apt-get install --no-install-recommends chromium"
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=_FLAGS, timeout=2 * LATE_MS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def panel_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("panel") / "data", _CALM)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[ServerProcess, FakeOpenAI]]:
    """A server whose phrases and records a model tells, and the endpoint of that model."""
    async with FakeOpenAI(failing(500)) as upstream:
        model = {
            "COPILOT_MODEL_BASE_URL": upstream.base_url,
            "COPILOT_MODEL": "m",
            "COPILOT_BUDGET_MS": str(LATE_MS),
        }
        server = ServerProcess(tmp_path_factory.mktemp("model") / "data", _CALM | model)
        await asyncio.to_thread(server.start)
        yield server, upstream
        await asyncio.to_thread(server.stop)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mortal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """A server that a test may kill, and starts again."""
    server = ServerProcess(tmp_path_factory.mktemp("mortal") / "data", _CALM)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def elsewhere() -> AsyncIterator[FakeOpenAI]:
    """The web server of a host, at an origin of its own."""
    async with FakeOpenAI(Reply()) as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def keyed(tmp_path_factory: pytest.TempPathFactory, elsewhere: FakeOpenAI) -> AsyncIterator[Keyed]:
    made = Keyed(tmp_path_factory.mktemp("keyed"), elsewhere.base_url.removesuffix("/v1"))
    await asyncio.to_thread(made.server.start)
    yield made
    await asyncio.to_thread(made.server.stop)


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await opened(browser, viewport={"width": 440, "height": 760}, color_scheme="light")
    made = await context.new_page()
    yield made
    await context.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def modules(browser: Browser) -> AsyncIterator[Page]:
    """A page for what tries single modules and leaves nothing behind."""
    context = await opened(browser)
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(page: Page, panel_server: ServerProcess) -> AsyncIterator[Stage]:
    async with Stage(page, panel_server.base_url) as opened:
        yield opened
        opened.check()
