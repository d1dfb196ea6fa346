"""Waits between tries are random, grow, and end at a cap."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.panel.modules import run

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_wait_is_any_time_up_to_a_doubling_bound(modules: Page) -> None:
    """Full jitter: the bound doubles with each failure and stays at the cap, also after very many."""
    script = """
    const { fullJitter } = await load("backoff");
    const of = (share) => [0, 1, 2, 3, 10, 5000].map((tries) =>
      fullJitter(tries, { base: 100, cap: 1000, random: () => share }));
    return [of(1), of(0), of(0.5)];
    """
    most, least, half = await run(modules, script)
    assert most == [100, 200, 400, 800, 1000, 1000]
    assert least == [0] * 6
    assert half == [bound / 2 for bound in most]


async def test_a_wait_can_be_cut_short(modules: Page) -> None:
    """An aborted signal ends a pause, before and while it runs."""
    script = """
    const { pause } = await load("backoff");
    const before = AbortSignal.abort();
    await pause(60_000, before);
    const during = new AbortController();
    const paused = pause(60_000, during.signal);
    during.abort();
    await paused;
    return true;
    """
    assert await run(modules, script)
