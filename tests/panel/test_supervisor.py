"""All live conversations on one page: who may see it, what it shows, and that it stays calm."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.panel.keyed import Keyed
from tests.panel.stage import hurry, soon
from tests.panel.visits import HOSTILE, MANY, SLOW, Visit, visiting
from tests.wire.processes import ServerProcess

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]

ANGRY = "My parcel is two weeks late and nobody ever calls me back! This is ridiculous."
ABUSIVE = "You are an idiot, you useless moron!"
CALM = "Hello, I have a question about my invoice."
SORRY = "Two weeks and not one call: I am so sorry about that."


@pytest_asyncio.fixture(loop_scope="session")
async def floor(panel_server: ServerProcess) -> ServerProcess:
    """The open server, on which nothing is live: its list holds what the test puts there."""
    await cleared(panel_server)
    return panel_server


async def cleared(server: ServerProcess) -> None:
    async with httpx2.AsyncClient(base_url=server.base_url, trust_env=False, timeout=20) as http:
        while items := (await http.get("/v1/conversations?status=live&limit=200")).json()["items"]:
            closing = (http.post(f"/v1/conversations/{item['id']}/close") for item in items)
            for answer in await asyncio.gather(*closing):
                answer.raise_for_status()


def names(page: Page) -> Any:
    return page.locator("#rows strong").all_text_contents()


async def heats(page: Page) -> list[str]:
    every = "rows => rows.map((row) => row.dataset.heat)"
    found: list[str] = await page.locator("#rows button.row").evaluate_all(every)
    return found


async def shows(page: Page, *ids: str) -> None:
    await expect(page.locator("#rows strong")).to_have_text(list(ids))


# --- what it shows --------------------------------------------------------------------------------


async def test_hottest_first_filtered_and_read_along(browser: Browser, floor: ServerProcess) -> None:
    """Hottest first with what marks it; search and filters narrow it; one click reads along, also what comes
    then; and it goes when it has closed."""
    async with visiting(browser, floor.base_url) as visit:
        page = visit.page
        calm, angry, abusive = "calm-1", "angry-1", "abusive-1"
        for name, agent, text in ((calm, "dana", CALM), (angry, "lee", ANGRY), (abusive, "sam", ABUSIVE)):
            await visit.open(name, agent={"id": agent}, customer={"name": "Jo Parker"})
            await visit.say(name, 1, text)
        await visit.goto("/supervisor")
        await shows(page, abusive, angry, calm)
        await expect(page.locator("#rows .abuse")).to_have_count(1)
        assert await visit.audit() == []
        await page.fill("#search", "LEE")
        await shows(page, angry)
        await page.fill("#search", "nobody of this name")
        await expect(page.locator("#empty")).to_be_visible()
        await page.fill("#search", "")
        await page.select_option("#heat", "2")
        await shows(page, abusive, angry)
        await page.select_option("#heat", "0")
        await page.locator(f"#rows li[data-id={angry}] button").click()
        await expect(page.locator("#along-said")).to_contain_text("nobody ever calls me back")
        await visit.say(angry, 2, SORRY, "agent")
        await expect(page.locator("#along-said li.agent")).to_contain_text("so sorry")
        await expect(page.locator("#along-state")).to_contain_text("acknowledged")
        await expect(page.locator(f"#rows li[data-id={angry}]")).to_contain_text("heard")
        await visit.looks("supervisor-along")
        await page.keyboard.press("Escape")
        await expect(page.locator("#along")).to_be_hidden()
        await page.evaluate("document.activeElement.blur()")
        await page.mouse.move(2, 2)
        (await visit.http.post(f"/v1/conversations/{angry}/close")).raise_for_status()
        await shows(page, abusive, calm)


async def test_hostile_words_stay_text(browser: Browser, floor: ServerProcess) -> None:
    """Ids of agents, names and words of customers, whatever they hold, are text on the page."""
    async with visiting(browser, floor.base_url) as visit:
        for number, text in enumerate(HOSTILE):
            await visit.open(f"h{number}", agent={"id": text, "name": text}, customer={"name": text})
        await visit.goto("/supervisor")
        await expect(visit.page.locator("#rows li")).to_have_count(len(HOSTILE))
        for number, text in enumerate(HOSTILE):
            await visit.say(f"h{number}", 1, f"{text} {ANGRY} {text}")
        await visit.page.locator("#rows li[data-id=h0] button").click()
        await expect(visit.page.locator("#along-said")).to_contain_text("ridiculous")
        assert await visit.page.locator("main img, main script, .name svg, #along svg").count() == 0


async def test_it_comes_back_after_the_server_did(browser: Browser, mortal: ServerProcess) -> None:
    """When the server is killed and started again the page goes on by itself, and misses nothing."""
    await cleared(mortal)
    async with visiting(browser, mortal.base_url) as visit:
        await visit.page.clock.install()
        await visit.open("one")
        await visit.say("one", 1, CALM)
        await visit.goto("/supervisor")
        await expect(visit.page.locator("#state")).to_have_text("Live")
        await shows(visit.page, "one")
        await asyncio.to_thread(mortal.kill)
        await expect(visit.page.locator("#state")).to_have_text("Reconnecting")
        await asyncio.to_thread(mortal.start)
        await visit.open("two")
        await visit.say("two", 1, ANGRY)

        async def is_live() -> bool:
            return await visit.page.locator("#state").text_content() == "Live"

        await hurry(visit.page, is_live)
        await expect(visit.page.locator("#state")).to_have_text("Live")
        await shows(visit.page, "two", "one")
        visit.errors.clear()  # the browser itself notes each connection that was refused


# A list of a hundred rows, an hour unheard, whose clocks nobody makes tick.
_UNTICKED = """async () => {
  const { Rows } = await import("/panel/rows.js");
  const all = Array.from({ length: 100 }, (_, number) => ({
    id: `row-${number}`, heat: 1, phase: "venting", heats: [], words: "", agent: "",
    phaseSince: 1, unheardSince: 1,
  }));
  const board = { get: (id) => all.find((row) => row.id === id), now: () => 3_600_001 };
  const list = document.querySelector("main").appendChild(document.createElement("ol"));
  list.className = "rows";
  const rows = new Rows(list, board, () => {});
  while (!rows.arrange(all));
  list.lastElementChild.scrollIntoView();
}"""


async def test_what_is_scrolled_into_sight_has_its_clocks(browser: Browser, floor: ServerProcess) -> None:
    """A row that comes into sight says at once how long: it does not wait for the next second."""
    async with visiting(browser, floor.base_url) as visit:
        await visit.goto("/supervisor")
        await visit.page.evaluate(_UNTICKED)
        last = visit.page.locator("li[data-id=row-99] .long")
        await expect(last).to_have_text("1:00:00")


# --- who may see it -------------------------------------------------------------------------------


async def test_a_supervisor_signs_in(browser: Browser, keyed: Keyed) -> None:
    """A key that may supervise opens the page for its own tenant; it is in no cookie, storage, URL or element
    afterwards, and the session is out of reach of scripts. Signing out and revoking the key end it."""
    theirs, mine = keyed.key("ingest", tenant="other"), keyed.key("ingest", tenant="acme")
    key = keyed.key("supervise", tenant="acme")
    bears = {"authorization": f"Bearer {mine}"}
    async with visiting(browser, keyed.server.base_url, headers=bears) as visit:
        page = visit.page
        await visit.open("ours")
        visit.http.headers["authorization"] = f"Bearer {theirs}"
        await visit.open("theirs")
        await visit.goto("/supervisor")
        await expect(page.locator("#sign-in")).to_be_visible()
        assert await visit.audit() == []
        await visit.picture("sign-in-light")
        for wrong, answer in (("acp_nobody00_" + "x" * 43, "does not know"), (mine, "lacks the scope")):
            await page.fill("#key", wrong)
            await page.keyboard.press("Enter")
            await expect(page.locator("#sign-in [role=alert]")).to_contain_text(answer)
        await page.fill("#key", key)
        await page.keyboard.press("Enter")
        await shows(page, "ours")
        assert key not in await page.content()
        assert await page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])") == (
            '[{},{},""]'
        )
        assert all(key not in url for url in visit.requests)
        (cookie,) = await page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], key in cookie["value"]) == (True, "Strict", False)
        await page.reload()
        await shows(page, "ours")
        await page.click("#sign-out")
        await expect(page.locator("#sign-in")).to_be_visible()
        assert await page.context.cookies() == []
        await page.fill("#key", key)
        await page.keyboard.press("Enter")
        await shows(page, "ours")
        keyed.revoke_all("acme")
        await expect(page.locator("#sign-in")).to_be_visible()


async def test_the_panels_page_takes_a_key_into_memory(browser: Browser, keyed: Keyed) -> None:
    """On a server with keys the panel's page asks for one, also of a supervisor, makes its tickets with it,
    and has forgotten it after a reload."""
    tenant = "desk"
    ingest, supervise = keyed.key("ingest", tenant=tenant), keyed.key("supervise", tenant=tenant)
    read = keyed.key("read", "feedback", tenant=tenant)
    bears = {"authorization": f"Bearer {ingest}"}
    async with visiting(browser, keyed.server.base_url, headers=bears) as visit:
        page = visit.page
        await visit.open("ours", customer={"name": "Jo Parker"})
        await visit.goto("/supervisor")
        await page.fill("#key", supervise)
        await page.keyboard.press("Enter")
        await shows(page, "ours")
        await visit.goto("/panel")
        await page.fill("#key", read)
        await page.keyboard.press("Enter")
        await expect(page.locator("agent-copilot [part~=connection]")).to_have_text("Live")
        await expect(page.locator("agent-copilot [part~=who]")).to_have_text("Jo Parker")
        assert all("acp_" not in url and "act_" not in url for url in visit.requests)
        assert await page.evaluate("JSON.stringify([localStorage, sessionStorage])") == "[{},{}]"
        await page.reload()
        await expect(page.locator("#sign-in")).to_be_visible()


# --- that it stays calm ---------------------------------------------------------------------------


# The same rows, made anew in one go and all laid out: what the page would do if it did not share out its
# work.
_PLAINLY = """() => new Promise((done) => setTimeout(() => {
  const list = document.createElement("ol");
  list.className = "rows";
  for (const row of document.querySelectorAll("#rows li")) {
    const item = list.appendChild(document.createElement("li"));
    item.style.contentVisibility = "visible";
    item.append(...[...row.childNodes].map((node) => node.cloneNode(true)));
  }
  document.querySelector("main").append(list);
  list.getBoundingClientRect();
  list.remove();
  done();
}))"""


async def longest_task_ms(browser: Browser, page: Page, work: Callable[[], Awaitable[object]]) -> float:
    """The longest task of the page while `work` goes on, by the time that it had the processor: what other
    programs take from it is not the page's doing. What the test itself asks of the page does not count."""
    await browser.start_tracing(page=page, categories=["toplevel"])
    await work()
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    ours = [event for event in events if (event["pid"], event["tid"]) in mains and "tdur" in event]
    asked = [event["ts"] for event in ours if "DevToolsSession" in json.dumps(event.get("args"))]
    taken = [
        event["tdur"]
        for event in ours
        if event["name"].endswith("RunTask")
        and not any(event["ts"] <= at <= event["ts"] + event["dur"] for at in asked)
    ]
    return max(taken, default=0) / 1_000


async def measured_ms(
    browser: Browser, page: Page, work: Callable[[], Awaitable[object]], times: int
) -> list[float]:
    """The longest task of so many rounds of work. Now and then the browser tells of no task at all: such a
    round is no measure."""
    told: list[float] = []
    for _ in range(3 * times):
        if len(told) < times and (longest := await longest_task_ms(browser, page, work)):
            told.append(longest)
    assert told, "the browser told of no task"
    return told


async def disturb(visit: Visit, ids: list[str], numbers: Iterator[int], seconds: float) -> None:
    """Updates of any of them, ten a second where the machine can, each a turn that may change the phase."""
    dice = random.Random(6)
    texts = (
        ("customer", ANGRY),
        ("agent", SORRY),
        ("customer", CALM),
        ("customer", ABUSIVE),
        ("agent", "May I?"),
    )
    for _ in range(round(seconds * 10)):
        began = time.monotonic()
        speaker, text = dice.choice(texts)
        number = next(numbers)
        await visit.say(dice.choice(ids), number, f"{text} {number}", speaker)
        await asyncio.sleep(max(0.0, 0.1 - (time.monotonic() - began)))


@pytest.mark.parametrize("many", MANY)
async def test_many_conversations_stay_calm(browser: Browser, floor: ServerProcess, many: int) -> None:
    """With 200 conversations (500 in the long form) at ten updates a second no task of the page comes near
    what all rows in one go would take, rows do not move under the pointer, and every change arrives."""
    ids = [f"call-{many}-{number:04}" for number in range(many)]
    numbers = count(10)
    async with visiting(browser, floor.base_url) as visit:
        page = visit.page
        for start in range(0, len(ids), 20):
            await asyncio.gather(
                *(visit.open(name, agent={"id": "dana"}) for name in ids[start : start + 20])
            )
        await visit.goto("/supervisor")
        await expect(page.locator("#sign-in")).to_be_hidden()

        async def load_and_go_on() -> None:
            await page.reload()
            await expect(page.locator("#rows li")).to_have_count(many)
            await disturb(visit, ids, numbers, SLOW)

        # What the machine has of bad moments is in one of them, what the page does is in all.
        longest = await measured_ms(browser, page, load_and_go_on, 3)
        plainly = await measured_ms(browser, page, lambda: page.evaluate(_PLAINLY), 3)
        print(f"{many} rows: longest task {max(longest):.1f} ms; all rows in one go {max(plainly):.1f} ms")
        assert min(longest) < 0.4 * max(plainly), (longest, plainly)
        # The first order comes also under a pointer.
        await soon(lambda: heats(page), lambda heats: heats == sorted(heats, reverse=True))
        await page.hover("#rows li:nth-child(3)")
        before = await names(page)
        await disturb(visit, ids, numbers, 2.5)
        assert await names(page) == before
        await page.mouse.move(2, 2)
        # A turn of its own: what they said before, in the same breath, would be read with it.
        await visit.say(ids[-1], next(numbers), SORRY, "agent")
        await visit.say(ids[-1], next(numbers), ABUSIVE)
        await expect(page.locator(f"#rows li[data-id={ids[-1]}]")).to_contain_text("abusive")
        await visit.picture(f"supervisor-{many}")
