"""Tickets: what they open, what they do not, and when they end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import AsyncTestClient

from copilot.api.auth import new_key
from copilot.api.tickets import Signer, Ticket, read
from copilot.core.types import Opening
from copilot.ports import Key, Scope
from tests.api.conftest import TENANT, Stage
from tests.api.serving import Wire, served

Client = AsyncTestClient[Litestar]
ONE = "/v1/conversations/c1"


def bearing(ticket: str) -> dict[str, str]:
    return {"authorization": f"Bearer {ticket}"}


@pytest.fixture
async def ticket(client: Client) -> str:
    answer = await client.post(f"{ONE}/tickets")
    assert answer.status_code == 201
    assert answer.json()["expires_in"] == 300
    return str(answer.json()["ticket"])


@pytest.fixture
async def browser(stage: Stage, client: Client, ticket: str) -> AsyncIterator[Client]:
    """A client that bears nothing but the ticket."""
    async with AsyncTestClient(stage.app(), raise_server_exceptions=False) as browser:
        browser.headers.update(bearing(ticket))
        yield browser


# --- the signature ----------------------------------------------------------------------------------

_, KEY = new_key("acme", "test", ["read"], 5)
_, OTHER = new_key("acme", "test", ["read"], 5)
PLAIN = Ticket("ticket", KEY.id, "c1", ("read",), 1_000)


def test_a_ticket_reads_back_as_it_was_written() -> None:
    """What was signed for a key is genuine for that key, in another process too, and for no other."""
    text = Signer().write(PLAIN, KEY)
    assert read(text, "ticket") == PLAIN
    assert read(text, "session") is None
    assert Signer().is_genuine(text, KEY)
    assert not Signer().is_genuine(text, OTHER)
    assert not Signer().is_genuine(text, None)


def test_without_keys_a_ticket_is_the_servers_own() -> None:
    """On a server without keys, what another one signed is not genuine."""
    mine, theirs = Signer(), Signer()
    text = mine.write(msgspec.structs.replace(PLAIN, key_id=None), None)
    assert mine.is_genuine(text, None)
    assert not theirs.is_genuine(text, None)


@given(st.integers(min_value=4, max_value=200), st.sampled_from("Aa0-_9Zz"))
def test_no_letter_of_a_ticket_can_be_changed(place: int, letter: str) -> None:
    """Any change of its text makes it forged, or leaves what it says as it was."""
    text = Signer().write(PLAIN, KEY)
    place = 4 + place % (len(text) - 4)
    forged = text[:place] + letter + text[place + 1 :]
    changed = read(forged, "ticket")
    assert changed in (None, PLAIN) or not Signer().is_genuine(forged, KEY)


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=300))
def test_nonsense_is_no_ticket(text: str) -> None:
    """Whatever stands there, reading it raises nothing."""
    assert read("act_" + text, "ticket") is None or text


# --- what it opens --------------------------------------------------------------------------------


async def test_a_ticket_reads_and_answers_for_its_conversation(browser: Client, stage: Stage) -> None:
    """It opens the conversation's state, history, a suggestion now, why, and feedback."""
    assert (await browser.get(ONE)).status_code == 200
    assert (await browser.get(f"{ONE}/history")).status_code == 200
    assert (await browser.post(f"{ONE}/suggestions")).status_code == 200
    assert (await browser.get(f"{ONE}/suggestions/s-1")).status_code == 200
    feedback = await browser.post(f"{ONE}/suggestions/s-1/feedback", json={"verdict": "used"})
    assert feedback.status_code == 201
    assert stage.engine.feedbacks == [("s-1", "used", None)]


async def test_a_ticket_keeps_the_agents_wrap_up(browser: Client, client: Client, stage: Stage) -> None:
    """The agent's text is kept line by line, without what nobody sees; before the close it is a 409."""
    mine = {"text": "Lost.\n\u202eRefunded.\u0000"}
    assert (await browser.put(f"{ONE}/wrap-up", json=mine)).status_code == 409
    await client.post(f"{ONE}/close")
    assert (await browser.put(f"{ONE}/wrap-up", json=mine)).status_code == 200
    assert stage.engine.wrap_ups == ["Lost.\nRefunded."]


async def test_a_ticket_writes_nothing_else(browser: Client, stage: Stage) -> None:
    """Fragments, changes, close, erasure, lists, the tenant's stream and further tickets are not for it."""
    said = {"utterance_id": "u", "speaker": "customer", "text": "x", "start_ms": 0, "end_ms": 1}
    for answer in (
        await browser.post("/v1/conversations", json={}),
        await browser.post(f"{ONE}/fragments", json=said),
        await browser.patch(ONE, json={"agent": {"name": "x"}}),
        await browser.post(f"{ONE}/close"),
        await browser.delete(ONE),
        await browser.post(f"{ONE}/tickets"),
        await browser.get("/v1/conversations"),
        await browser.get("/v1/events"),
        await browser.post("/supervisor/session"),
    ):
        assert answer.status_code == 403, answer.url
    assert stage.engine.fragments == []


async def test_a_ticket_is_for_one_conversation(browser: Client, client: Client) -> None:
    """Another conversation is forbidden, whether it is there or not: nothing is told of it."""
    await client.post("/v1/conversations", json={"id": "c2"})
    there, absent = await browser.get("/v1/conversations/c2"), await browser.get("/v1/conversations/c3")
    assert there.status_code == absent.status_code == 403
    assert there.json()["detail"] == absent.json()["detail"]


async def test_a_ticket_may_no_more_than_its_key(stage: Stage, client: Client) -> None:
    """Without the scope `feedback` the ticket has none; without `read` there is no ticket."""
    answer = await client.post(f"{ONE}/tickets", headers=stage.key("read"))
    bears = bearing(answer.json()["ticket"])
    assert (await client.get(ONE, headers=bears)).status_code == 200
    told = await client.post(f"{ONE}/suggestions/s-1/feedback", json={"verdict": "used"}, headers=bears)
    assert told.status_code == 403
    scopes: tuple[Scope, ...] = ("ingest", "feedback", "prompts", "supervise", "admin")
    for scope in scopes:
        answer = await client.post(f"{ONE}/tickets", headers=stage.key(scope))
        assert answer.status_code == 403, scope


async def test_another_tenants_conversation_does_not_exist(stage: Stage, client: Client) -> None:
    """No ticket for what belongs to another tenant; one for the same id at home opens only home."""
    other = stage.key(tenant="other")
    assert (await client.post(f"{ONE}/tickets", headers=other)).status_code == 404
    await client.post("/v1/conversations", json={"id": "c1", "customer": {"name": "Theirs"}}, headers=other)
    answer = await client.post(f"{ONE}/tickets", headers=other)
    seen = await client.get(ONE, headers=bearing(answer.json()["ticket"]))
    assert seen.json()["opening"]["customer"]["name"] == "Theirs"


async def test_what_is_unknown_or_erased_gets_no_ticket(client: Client, browser: Client) -> None:
    """404 and 410; a ticket from before the erasure gets the same 410."""
    assert (await client.post("/v1/conversations/never/tickets")).status_code == 404
    await client.delete(ONE)
    assert (await client.post(f"{ONE}/tickets")).status_code == 410
    assert (await browser.get(ONE)).status_code == 410
    assert (await browser.get(f"{ONE}/events")).status_code == 410


# --- when it ends ---------------------------------------------------------------------------------


async def test_a_ticket_ends_with_its_time(browser: Client, stage: Stage) -> None:
    """After its time it is refused with 401, and the answer says to get a new one."""
    stage.clock.ms += 299_999
    assert (await browser.get(ONE)).status_code == 200
    stage.clock.ms += 1
    answer = await browser.get(ONE)
    assert answer.status_code == 401
    assert "new one" in answer.json()["detail"]


async def test_a_ticket_ends_with_its_key(browser: Client, stage: Stage) -> None:
    """When the key behind it is revoked, runs out or loses a scope, the ticket is worth nothing."""
    (kept,) = stage.keys.kept.values()
    for changes in ({"revoked_ms": 1}, {"expires_ms": stage.clock.ms}, {"scopes": ("ingest",)}):
        stage.keys.kept[kept.id] = msgspec.structs.replace(kept, **changes)
        assert (await browser.get(ONE)).status_code == 401, changes


async def test_a_forged_ticket_is_refused(client: Client, stage: Stage, ticket: str) -> None:
    """A ticket that its bearer made longer, wider or another's is none."""
    claims = read(ticket, "ticket")
    assert claims is not None
    _, stranger = new_key(TENANT, "stranger", ["read"], 5)
    for changes in ({"until_ms": 2**50}, {"conversation": "c2"}, {"scopes": ("admin",)}, {"key_id": None}):
        forged = Signer().write(msgspec.structs.replace(claims, **changes), stranger)
        assert (await client.get(ONE, headers=bearing(forged))).status_code == 401, changes
    for broken in (
        ticket[:-1],
        ticket + "A" * 2_000,
        "act_",
        "act_" + "A" * 100,
        ticket.replace("act_", "acs_"),
    ):
        assert (await client.get(ONE, headers=bearing(broken))).status_code == 401


async def test_a_stream_ends_with_its_ticket(stage: Stage) -> None:
    """When the ticket behind a stream runs out it ends with `goodbye`, which is no fault; a new ticket with
    the last id goes on."""
    key = stage.key()
    async with served(stage.app()) as port:
        wire = await Wire.to(port)
        await stage.engine.open(TENANT, "c1", Opening())
        status, _ = await wire.request("POST", f"{ONE}/tickets", key)
        assert status == 201
        ticket = msgspec.json.decode(await wire.reader.read(1_000))["ticket"]
        status, _ = await wire.request("GET", f"{ONE}/events", bearing(ticket))
        assert status == 200
        stage.clock.ms += 300_000
        ended = await wire.rest()
        assert b"event: goodbye" in ended
        assert not stage.engine.readers(Key(TENANT, "c1"))
        wire.close()


async def test_an_open_server_checks_tickets_too(stage: Stage) -> None:
    """Without keys a ticket is not needed, but one that is sent counts: what works here works with keys."""
    async with AsyncTestClient(stage.app(is_open=True), base_url="http://localhost") as client:
        for name in ("c1", "c2"):
            await client.post("/v1/conversations", json={"id": name})
        ticket = (await client.post(f"{ONE}/tickets")).json()["ticket"]
        assert (await client.get(ONE, headers=bearing(ticket))).status_code == 200
        assert (await client.get("/v1/conversations/c2", headers=bearing(ticket))).status_code == 403
        stage.clock.ms += 300_000
        assert (await client.get(ONE, headers=bearing(ticket))).status_code == 401
        assert (await client.get(ONE)).status_code == 200
