"""With a model that does anything at all wrong, a phrase that can be said still comes, in time and whole."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from copilot.client import CopilotClient
from tests.fakes.openai_server import FakeOpenAI, Received, Reply, failing
from tests.wire.model_faults import EVENTS, FIRST, PAUSES, PHRASE, STALLS, TABLE, Row, good
from tests.wire.processes import ServerProcess, free_port
from tests.wire.talks import Seen, Talk, talk

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="module")]

# A shared machine may stand still for seconds: the phrasebook is held back for longer than that, and whether
# a phrase waits for something that never comes is seen against times that are longer again.
BUDGET_S = 5.0
HOLD_S = 0.8 * BUDGET_S
LATEST_S = BUDGET_S + 15.0
LONG_S = 60.0
# A call of this much patience is not over by itself while a test goes on.
PATIENT_S = 120.0
SOON_S = 1.2
# Fewer than open the breaker.
WAVE = 4
_CASE = re.compile(r"case: ([\w-]+)")


class Rig:
    """An endpoint that answers each conversation as its case wants, and a server that asks it."""

    def __init__(self, upstream: FakeOpenAI, client: CopilotClient) -> None:
        self.upstream = upstream
        self.client = client
        self.replies: dict[str, Callable[[], Reply]] = {}
        self.otherwise: Callable[[], Reply] = good
        self._asked: defaultdict[str, list[Received]] = defaultdict(list)
        self._cases = 0

    def reply(self, request: Received) -> Reply:
        case = case_of(request)
        self._asked[case].append(request)
        return self.replies.get(case, self.otherwise)()

    def asked(self, case: str) -> list[Received]:
        return list(self._asked[case])

    def case(self, name: str = "case") -> str:
        self._cases += 1
        return f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{self._cases}"

    async def heal(self, within_s: float = LONG_S) -> float:
        """Until the model's own words are shown again; how long it took."""
        started = time.monotonic()
        self.otherwise = good
        while True:
            async with talk(self.client, self.case("heal")) as talking:
                shown = await talking.card(await talking.complain(), LONG_S)
            if shown.card["origin"] == "llm":
                return time.monotonic() - started
            assert time.monotonic() - started < within_s, "the model is not asked again"
            await asyncio.sleep(0.1)


def case_of(request: Received) -> str:
    found = _CASE.search(str(request.json["messages"]))
    assert found is not None
    return found[1]


def env(base_url: str, budget_s: float = BUDGET_S, hold_s: float = HOLD_S) -> dict[str, str]:
    return {
        "COPILOT_MODEL_BASE_URL": base_url,
        "COPILOT_MODEL": "small-1",
        "COPILOT_BUDGET_MS": str(round(budget_s * 1000)),
        "COPILOT_HOLD_SHARE": str(hold_s / budget_s),
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    async with rigged(tmp_path_factory.mktemp("faults") / "data", BUDGET_S, HOLD_S) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def patient(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    """The phrasebook speaks soon, and the model is waited for as long as it takes."""
    async with rigged(tmp_path_factory.mktemp("patient") / "data", PATIENT_S, SOON_S) as made:
        yield made


@asynccontextmanager
async def rigged(data: Path, budget_s: float, hold_s: float) -> AsyncIterator[Rig]:
    rigs: list[Rig] = []
    async with FakeOpenAI(lambda request: rigs[0].reply(request)) as upstream:
        server = ServerProcess(data, env(upstream.base_url, budget_s, hold_s))
        await asyncio.to_thread(server.start)
        try:
            async with CopilotClient(server.base_url) as client:
                rigs.append(Rig(upstream, client))
                yield rigs[0]
        finally:
            await asyncio.to_thread(server.stop)


# --- one row --------------------------------------------------------------------------------------


async def run(rig: Rig, talking: Talk, row: Row) -> list[str]:
    """What is wrong with how the phrase came, and with the call."""
    rig.replies[talking.case] = row.reply
    sent = time.monotonic()
    trigger = await talking.complain()
    try:
        final = await talking.card(trigger, LONG_S)
    except TimeoutError:
        return ["no phrase at all"]
    asked = rig.asked(talking.case)
    wrong = [f"asked {len(asked)} times"] if len(asked) != 1 else []
    if final.at - sent > LATEST_S:
        wrong.append(f"the phrase came after {final.at - sent:.2f} s")
    if row.hangs and asked:
        try:
            await asyncio.wait_for(asked[0].gone.wait(), LATEST_S)
        except TimeoutError:
            wrong.append("the call was not hung up on")
    return wrong


def judge(row: Row, cards: Sequence[Seen]) -> list[str]:
    """What is wrong with all that was shown for one trigger."""
    *grown, last = [each.card for each in cards]
    wrong = []
    if len({card["id"] for card in (*grown, last)}) > 1:
        wrong.append("two cards for one trigger")
    if [card["status"] for card in grown] != ["partial"] * len(grown) or last["status"] != "final":
        wrong.append("more than one final, or text after it")
    if any(card["text"] not in (FIRST, PHRASE) for card in grown):
        wrong.append(f"half a sentence was shown: {[card['text'] for card in grown]}")
    if row.grows and not grown:
        wrong.append("the sentence was not shown before")
    if row.owed == "phrasebook":
        if last["origin"] != "phrasebook" or not last["text"] or not last["phrase_id"]:
            wrong.append(f"{last['origin']}, and not the phrasebook: {last['text']!r}")
        if grown and last["revision"] <= max(card["revision"] for card in grown):
            wrong.append("the fallback is no newer revision")
    elif (last["origin"], last["text"]) != ("llm", PHRASE if row.owed == "model" else FIRST):
        wrong.append(f"not the model's phrase: {last['origin']} {last['text']!r}")
    return wrong


async def wave(rig: Rig, rows: Sequence[Row]) -> list[str]:
    """Runs rows side by side, each in a conversation of its own, then heals the breaker."""
    async with AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(talk(rig.client, rig.case(row.name))) for row in rows]
        found = await asyncio.gather(*(run(rig, each, row) for each, row in zip(talks, rows, strict=True)))
        await rig.heal()
        wrong = []
        for row, each, problems in zip(rows, talks, found, strict=True):
            problems += judge(row, each.seen) if each.seen else []
            wrong += [f"{row.name}: {problem}" for problem in problems]
        return wrong


# --- the table ------------------------------------------------------------------------------------


async def test_every_fault_leaves_a_phrase(rig: Rig) -> None:
    """Whatever the endpoint does, a whole phrase comes in time, on one card, and the call was made once."""
    await rig.heal()
    # Of the calls that hang none has failed when the last begins: they may be as many as they like.
    wrong = await wave(rig, STALLS)
    others = [row for row in TABLE if row not in STALLS]
    for start in range(0, len(others), WAVE):
        wrong += await wave(rig, others[start : start + WAVE])
    assert not wrong, "\n".join(wrong)


async def test_a_wish_for_a_pause_is_granted_and_capped(rig: Rig) -> None:
    """Retry-After keeps the endpoint from being asked, but for seconds only; phrases come meanwhile."""
    for row in PAUSES:
        async with talk(rig.client, rig.case(row.name)) as talking:
            assert not await run(rig, talking, row)
            again = await talking.complain("And it leaks again, on the new table!")
            at_once = await talking.card(again, LONG_S)
        assert len(rig.asked(talking.case)) == 1, row.name
        assert at_once.card["origin"] == "phrasebook", row.name
        assert at_once.card["timing"]["total"] < HOLD_S * 1000, row.name
        await rig.heal()


async def test_a_late_answer_waits_to_be_asked_for(patient: Rig) -> None:
    """What the model says after the fallback was shown is no second card; the agent who asks gets it."""
    rig, fallen_back, said = patient, asyncio.Event(), asyncio.Event()

    def late() -> Iterator[bytes]:
        yield from EVENTS
        said.set()

    async with talk(rig.client, rig.case("late")) as talking:
        rig.replies[talking.case] = lambda: Reply(late(), once=fallen_back.wait)
        trigger = await talking.complain()
        shown = await talking.card(trigger, LONG_S)
        assert shown.card["origin"] == "phrasebook"
        rig.replies[talking.case] = good
        fallen_back.set()
        await asyncio.wait_for(said.wait(), LONG_S)
        await asyncio.sleep(0.3)
        assert [each.card["status"] for each in talking.cards(trigger)] == ["final"]
        async with httpx2.AsyncClient(base_url=rig.client.base_url, trust_env=False, timeout=LONG_S) as http:
            asked = (await http.post(f"/v1/conversations/{talking.case}/suggestions")).json()
    assert (asked["origin"], asked["text"]) == ("llm", PHRASE)
    assert (asked["supersedes"], asked["trigger_seq"]) == (shown.card["id"], trigger)
    assert asked["id"] != shown.card["id"]


# --- an outage ------------------------------------------------------------------------------------


async def test_an_outage_is_left_alone_and_healing_is_noticed(rig: Rig) -> None:
    """When every call fails, five calls and a probe a second are all that the endpoint sees, phrases come at
    once, and after healing the model's own words come back."""
    await rig.heal()
    rig.otherwise = lambda: failing(503)
    before, started, triggers = len(rig.upstream.requests), time.monotonic(), 0
    waits: list[float] = []
    async with AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(talk(rig.client, rig.case("outage"))) for _ in range(4)]
        while time.monotonic() - started < 4 or triggers < 21:
            for talking in talks:
                shown = await talking.card(await talking.complain(f"It leaks, {triggers} times now!"), LONG_S)
                triggers += 1
                assert shown.card["origin"] == "phrasebook"
                waits.append(shown.card["timing"]["total"])
        lasted, asked = time.monotonic() - started, len(rig.upstream.requests) - before
    assert asked <= 5 + lasted + 1
    assert max(waits) < HOLD_S * 1000
    await rig.heal()


async def test_nobody_is_there(tmp_path: Path) -> None:
    """A port that refuses, one that never answers a connection and one that speaks no TLS are no reason to
    wait: the phrase comes at once, or when the time that a connection may take is over."""
    port = free_port()
    server = ServerProcess(tmp_path / "data", env(f"https://127.0.0.1:{port}/v1"))
    try:
        await asyncio.to_thread(server.start)
        async with CopilotClient(server.base_url) as client:
            for case, there, within_s in (
                ("refused", nobody, HOLD_S),
                ("deaf", deaf, LATEST_S),
                ("no-tls", no_tls, HOLD_S),
            ):
                async with there(port), talk(client, case) as talking:
                    shown = await talking.card(await talking.complain(), LONG_S)
                assert (shown.card["origin"], shown.card["status"]) == ("phrasebook", "final"), case
                assert shown.card["text"], case
                assert shown.card["timing"]["total"] < within_s * 1000, case
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def nobody(port: int) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def deaf(port: int) -> AsyncIterator[None]:
    """Its queue is full: who connects hears nothing."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        yield


@asynccontextmanager
async def no_tls(port: int) -> AsyncIterator[None]:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(refuse, "127.0.0.1", port)
    try:
        yield
    finally:
        listening.close()


# --- all at once ----------------------------------------------------------------------------------


async def test_half_of_all_calls_fail_in_any_way(rig: Rig) -> None:
    """With faults drawn by chance, many conversations at a time, every trigger gets its phrase in time and is
    asked for at most once."""
    chance = random.Random(7)
    rows = [row for row in TABLE if row.owed == "phrasebook"]
    quick = [row for row in rows if not row.hangs]
    await rig.heal()

    async def converse() -> list[str]:
        wrong = []
        drawn = rows
        async with talk(rig.client, rig.case("mixed")) as talking:
            for turn in range(6):
                row = chance.choice(drawn) if chance.random() < 0.5 else None
                if row and row.hangs:
                    drawn = quick  # one of them is waited for long enough
                rig.replies[talking.case] = row.reply if row else good
                sent = time.monotonic()
                trigger = await talking.complain(f"It leaks, {turn + 2} times now!")
                shown = await talking.card(trigger, LONG_S)
                name = row.name if row else "good"
                if shown.at - sent > LATEST_S or not (shown.card["text"] or shown.card["silence"]):
                    wrong.append(f"{name}: {shown.at - sent:.2f} s, {shown.card['text']!r}")
                # A sentence that was on screen before is refused, and ends the card at the one before it.
                whole = (FIRST,) if row else (FIRST, PHRASE)
                if shown.card["origin"] == "llm" and shown.card["text"] not in whole:
                    wrong.append(f"{name}: the model's words were final: {shown.card['text']!r}")
            if len(rig.asked(talking.case)) > 6:
                wrong.append(f"{len(rig.asked(talking.case))} calls for 6 triggers")
        return wrong

    wrong = [each for found in await asyncio.gather(*(converse() for _ in range(8))) for each in found]
    assert not wrong, "\n".join(wrong)


BURSTS = "red orange green blue violet".split()
TAKES = "alpha bravo charlie delta echo foxtrot golf hotel india juliet".split()


async def test_bursts_leave_one_call(patient: Rig) -> None:
    """Of ten quick turns the last is answered: the calls before it are hung up on, one card is on show."""
    await patient.heal()
    before = len(patient.upstream.requests)
    await asyncio.gather(*(bursts(patient) for _ in range(6)))
    assert len(patient.upstream.requests) - before >= 6 * len(BURSTS)


async def bursts(rig: Rig) -> None:
    """Five bursts in one conversation, in which no call ends by itself: the endpoint answers the last turn's
    when all those before it have been hung up on."""
    case = rig.case("burst")

    async def overtaken() -> None:
        for call in rig.asked(case):
            if not take_of(call).endswith(TAKES[-1]):
                await call.gone.wait()

    def reply() -> Reply:
        if take_of(rig.asked(case)[-1]).endswith(TAKES[-1]):
            return Reply(EVENTS, once=overtaken)
        return Reply(end="hang", before=600)

    async with talk(rig.client, case) as talking:
        rig.replies[case] = reply
        for burst in BURSTS:
            triggers = {}
            await talking.say("agent", "I see.")
            for take in TAKES:
                triggers[f"{burst} {take}"] = await talking.complain(f"It leaks again, {burst} {take}!")
            shown = await talking.card(triggers[f"{burst} {TAKES[-1]}"], LONG_S)
            await asyncio.wait_for(overtaken(), LONG_S)
            assert (await rig.client.get(case))["suggestion"]["id"] == shown.card["id"]
            assert all(
                len({each.card["id"] for each in talking.cards(trigger)}) <= 1
                for trigger in triggers.values()
            )


def take_of(request: Received) -> str:
    """Which turn a call is for: the last that stands in the transcript."""
    takes: list[str] = re.findall(r"It leaks again, (\w+ \w+)!", str(request.json["messages"]))
    return takes[-1]
