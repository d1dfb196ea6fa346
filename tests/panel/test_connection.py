"""The panel comes back by itself after anything that cuts it off, and misses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.fakes.openai_server import FakeOpenAI, Received, Reply
from tests.panel.modules import run
from tests.panel.stage import COMPLAINT, Stage, hurry, soon
from tests.wire.processes import ServerProcess

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]

# Follows a conversation in the page; `window.seqs` are the stored events that it was given.
_FOLLOW = """
const { Connection } = await load("connection");
const { Tickets } = await load("tickets");
window.seqs = [];
window.states = [];
const connection = new Connection(argument, new Tickets(null), {
  event: (type, body, seq) => seq !== null && window.seqs.push(seq),
  reset: (view) => window.states.push("reset"),
  state: (state) => window.states.push(state),
}, { base: 50, cap: 400 });
window.ended = connection.run().then(() => true);
"""


@pytest_asyncio.fixture(loop_scope="session")
async def shaken(page: Page, mortal: ServerProcess) -> AsyncIterator[tuple[Stage, ServerProcess]]:
    """A stage on the server that a test may kill."""
    async with Stage(page, mortal.base_url) as stage:
        yield stage, mortal


async def _again(server: ServerProcess, *, killed: bool) -> None:
    await asyncio.to_thread(server.kill if killed else server.stop)
    await asyncio.to_thread(server.start)


async def test_a_killed_server_costs_no_event(shaken: tuple[Stage, ServerProcess]) -> None:
    """Through a kill and a stop, with turns said before, between and right after, each stored event comes
    once, in order; the end of the conversation ends the stream."""
    stage, server = shaken
    await stage.open()
    await stage.say("customer", COMPLAINT)
    base = f"{server.base_url}/v1/conversations/{stage.conversation}"
    await run(stage.page, _FOLLOW, base, origin=server.base_url)
    await stage.page.wait_for_function("window.states.includes('live')")
    for killed in (True, False):
        await stage.say("agent", "I am sorry that you had to wait.")
        await _again(server, killed=killed)
        await stage.say("customer", "And why does nobody call me back? I am angry!")
    (await stage.http.post(f"/v1/conversations/{stage.conversation}/close")).raise_for_status()
    assert await stage.page.evaluate("window.ended")
    history = (await stage.http.get(f"/v1/conversations/{stage.conversation}/history?limit=1000")).json()
    assert await stage.page.evaluate("window.seqs") == [item["data"]["seq"] for item in history["items"]]
    states = await stage.page.evaluate("window.states")
    assert states[0] == "connecting"
    assert "waiting" in states[states.index("live") :]
    assert "reset" not in states


async def test_the_panel_comes_back_and_so_does_what_was_done(shaken: tuple[Stage, ServerProcess]) -> None:
    """While the server is away the panel says so calmly and stays of use; what was used then arrives once,
    and what was said meanwhile is on show."""
    stage, server = shaken
    await stage.page.clock.install()
    await stage.open()
    await stage.embed()
    await stage.live()
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    await asyncio.to_thread(server.kill)
    await expect(stage.part("connection")).to_contain_text("Reconnecting")
    await stage.picture("lost")
    await stage.page.keyboard.press("Alt+u")
    await expect(stage.part("connection")).to_contain_text("report")
    await asyncio.to_thread(server.start)
    await stage.say("agent", "I am sorry that you had to wait. I will call the depot by Friday.")
    await hurry(stage.page, stage.is_live)
    await stage.live()
    await expect(stage.part("promises")).to_contain_text("Friday")
    await _told(stage, card["id"], ["shown", "used"])


async def test_a_report_whose_answer_was_lost_is_not_sent_twice(stage: Stage) -> None:
    """Where nobody can tell whether a report arrived, the panel asks before it sends it again."""
    await stage.open()
    await stage.embed()
    await stage.live()
    lost: list[str] = []

    async def lose(route: Route) -> None:
        body = route.request.post_data or ""
        if "used" in body and not lost:
            lost.append(body)
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await stage.page.route("**/feedback", lose)
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    await stage.page.keyboard.press("Alt+u")
    await stage.until("panel.pending === 0 && window.heard.some(([, told]) => told.verdict === 'used')")
    assert lost
    assert [verdict for verdict, _ in await stage.told(card["id"])] == ["shown", "used"]


async def test_a_report_that_never_arrived_is_sent_again(stage: Stage) -> None:
    """A request that the network swallowed is made again until it arrives."""
    await stage.open()
    await stage.embed()
    await stage.live()
    tries: list[str] = []

    async def swallow(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) < 4:
            await route.abort()
        else:
            await route.continue_()

    await stage.page.route("**/feedback", swallow)
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    await _told(stage, card["id"], ["shown"])
    assert len(tries) >= 4


async def test_reset_goodbye_and_repeats(page: Page) -> None:
    """A reset's view is the state and its id the place to go on from; a goodbye is no loss; what comes twice
    counts once; and growing text, which has no id, does not move the place."""
    asked: list[str] = []
    third = _event("phase", 3, "e")
    streams = [
        b"retry: 10\n\n" + third + third + _event("phase", 2, "e") + b"event: suggestion\ndata: {}\n\n"
        b'event: goodbye\ndata: {"retry_ms": 10}\n\n',
        b'id: f.9\nevent: reset\ndata: {"view": {"next_event_id": "f.9"}}\n\nretry: 10\n\n',
        _event("phase", 9, "f") + _event("closed", 10, "f"),
    ]

    def reply(request: Received) -> Reply:
        asked.append(request.path.partition("?")[2])
        return Reply([streams[min(len(asked), 3) - 1]])

    async with FakeOpenAI(reply) as server:
        origin = server.base_url[:-3]
        await run(page, _FOLLOW, f"{origin}/x", origin=origin)
        assert await page.evaluate("window.ended")
    assert asked == ["after=0", "after=e.3", "after=f.9"]
    assert await page.evaluate("window.seqs") == [3, 10]
    assert await page.evaluate("window.states.filter((state) => state === 'reset').length") == 1


async def test_a_connection_that_falls_silent_is_given_up(page: Page) -> None:
    """Without a heartbeat for long enough the panel connects anew; comments keep it open."""
    script = _FOLLOW.replace("base: 50,", "base: 1, silence: 500,")
    replies = [Reply([b":\n\n"], end="hang"), Reply([_event("closed", 1, "e")])]
    async with FakeOpenAI(replies) as server:
        origin = server.base_url[:-3]
        await run(page, script, f"{origin}/x", origin=origin)
        assert await page.evaluate("window.ended")
        assert len(server.requests) >= 2


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
async def test_no_answer_is_for_good(page: Page, status: int) -> None:
    """Whatever the server answers, the panel asks again; only what is gone for good ends it."""
    refused = Reply([b"{}"], status, {"content-type": "application/json"})
    replies = [refused, refused, Reply([b"{}"], 410, {"content-type": "application/json"})]
    async with FakeOpenAI(replies) as server:
        origin = server.base_url[:-3]
        await run(page, _FOLLOW.replace("cap: 400", "cap: 30"), f"{origin}/x", origin=origin)
        assert await page.evaluate("window.ended")
        assert len(server.requests) == 3
    expected = "waiting" if status in (429, 500, 503) else "refused"
    assert await page.evaluate("window.states") == ["connecting", expected, "ended"]


def _event(kind: str, seq: int, epoch: str) -> bytes:
    return b'id: %s.%d\nevent: %s\ndata: {"seq":%d}\n\n' % (epoch.encode(), seq, kind.encode(), seq)


async def _told(stage: Stage, suggestion_id: str, expected: list[str]) -> None:
    """Waits until the server knows as much; then it knows no more than that."""
    told = await soon(lambda: stage.told(suggestion_id), lambda told: len(told) >= len(expected))
    assert [verdict for verdict, _ in told] == expected
