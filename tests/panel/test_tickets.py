"""On a server with keys the panel lives on short-lived tickets, and no key and no ticket gets into a URL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Request, expect

from tests.fakes.openai_server import FakeOpenAI
from tests.panel.keyed import TICKET_MS, Keyed
from tests.panel.modules import run
from tests.panel.stage import COMPLAINT, Stage, hold_clock, soon

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]

# The host's own back end, as far as the page can tell.
_HOST = """() => {
  document.querySelector("agent-copilot").getTicket = (id) => window.hostTicket(id);
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def host(page: Page, keyed: Keyed) -> AsyncIterator[Stage]:
    """A stage whose page can ask its back end for tickets: `stage.given` are those it got."""
    key = keyed.key("ingest", "read", "feedback", tenant="host")
    async with Stage(page, keyed.server.base_url, {"Authorization": f"Bearer {key}"}) as stage:

        async def ticket(conversation: str) -> dict[str, Any]:
            answer = await stage.http.post(f"/v1/conversations/{conversation}/tickets")
            found: dict[str, Any] = answer.json()
            stage.given.append(found["ticket"])
            return found

        await page.expose_function("hostTicket", ticket)
        yield stage
        stage.check()
        assert not [url for url in stage.requests if any(each in url for each in (key, *stage.given))]


async def test_a_panel_without_a_ticket_shows_nothing(host: Stage) -> None:
    """Without a callback there is no access, said calmly; with one it comes by itself."""
    await host.open()
    await host.embed()
    await expect(host.part("connection")).to_have_text("No access yet")
    await host.page.evaluate(_HOST)
    await host.live()


async def test_a_ticket_is_renewed_before_it_ends(host: Stage) -> None:
    """Over several lives of a ticket the stream goes over to the next one before the last ends, nothing is
    missed, and the agent sees no break."""
    streams: list[Request] = []

    def asked(request: Request) -> None:
        if "/events" in request.url:
            streams.append(request)

    async def borne() -> list[str]:
        return [bearer for each in streams if (bearer := await each.header_value("authorization"))]

    async def outlives(tickets: int) -> None:
        await host.pass_ms(TICKET_MS * 6 // 10)
        assert len(host.given) == tickets, "renewed long before its end"
        await host.pass_ms(TICKET_MS * 2 // 10)
        over = await soon(borne, lambda over: len(over) > tickets)
        assert over == [f"Bearer {ticket}" for ticket in host.given]

    host.page.on("request", asked)
    await hold_clock(host.page)
    await host.open()
    await host.embed()
    await host.page.evaluate(_HOST)
    await host.live()
    await outlives(1)
    await outlives(2)
    await host.say("customer", COMPLAINT)
    card = await host.shown()
    await host.page.keyboard.press("Alt+u")
    await host.until("panel.pending === 0")
    assert [verdict for verdict, _ in await host.told(card["id"])] == ["shown", "used"]
    states = [each["state"] for each in await host.heard("connection")]
    assert states[-1] == "live"
    assert "waiting" not in states
    kept = await host.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert kept == '[{},{},""]'


async def test_a_host_of_another_origin_embeds_it(host: Stage, elsewhere: FakeOpenAI) -> None:
    """On a page of an allowed origin everything works: stream, reports, and the agent's own record."""
    await host.open()
    await host.embed(host=elsewhere)
    await host.page.evaluate(_HOST)
    await host.live()
    await host.say("customer", COMPLAINT)
    card = await host.shown()
    await host.page.keyboard.press("Alt+u")
    await host.until("panel.pending === 0")
    assert [verdict for verdict, _ in await host.told(card["id"])] == ["shown", "used"]
    path = f"/v1/conversations/{host.conversation}"
    (await host.http.post(f"{path}/close")).raise_for_status()
    await host.part("draft").fill("Parcel lost. I call back.")
    kept = await soon(host.view, lambda view: view["wrap_up"]["edited"])
    assert kept["wrap_up"]["edited"] == "Parcel lost. I call back."


async def test_a_ticket_that_is_not_taken_is_replaced(host: Stage) -> None:
    """After a 401 the panel asks its host for another one, at once."""
    await host.open()
    await host.embed()
    await host.page.evaluate(
        """() => {
          let first = true;
          document.querySelector("agent-copilot").getTicket = async (id) => {
            const wrong = first;
            first = false;
            return wrong ? "act_not-a-ticket" : (await window.hostTicket(id)).ticket;
          };
        }"""
    )
    await host.live()


async def test_two_requests_ask_for_one_ticket(modules: Page) -> None:
    """Requests at the same time share one ticket; what is no plain token never gets into a header."""
    script = """
    const { Tickets } = await load("tickets");
    let asked = 0;
    const tickets = new Tickets(async () => ({ ticket: `t${(asked += 1)}`, expires_in: 300 }), "c");
    const both = await Promise.all([tickets.headers(), tickets.headers()]);
    tickets.refused(both[0]);
    tickets.refused(both[0]);
    const next = await tickets.headers();
    tickets.refused(both[1]);
    const same = await tickets.headers();
    tickets.stop();
    const bad = await new Tickets(async () => "a\\r\\nb: c", "c").headers().catch((error) => error.message);
    return [both, next, same, asked, bad, await new Tickets(null, "c").headers()];
    """
    both, following, same, asked, bad, none = await run(modules, script)
    assert [each["Authorization"] for each in (*both, following, same)] == [
        "Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2",
    ]  # fmt: skip
    assert asked == 2
    assert bad == "getTicket gave no ticket"
    assert none == {}
