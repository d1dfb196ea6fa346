"""Whatever text comes, it is shown as text: no script, no markup, no link, no request, no forged event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from copilot.panel import bundle
from tests.fakes.openai_server import FakeOpenAI, Pause, Piece, Received, Reply
from tests.panel.hostile import texts
from tests.panel.modules import run
from tests.panel.stage import Stage

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]

COUNT = 2_000
_JSON = {"content-type": "application/json"}
_LAST = "This is the last one."


def _suggestion(number: int, text: str, last: bool = False) -> dict[str, Any]:
    """Everything in it that is a word is the hostile text."""
    return {
        "id": f"s{number}",
        "status": "final",
        "act": "inform" if last else text,
        "text": text,
        "why": text,
        "alternatives": [text, text],
        "silence": None,
        "trigger_seq": number,
        "ttl_ms": 30_000,
        "phase": text,
    }


def _view(hostile: list[str]) -> dict[str, Any]:
    part = [{"text": text, "by": text, "kept": False} for text in hostile[:100]]
    state = {"phase": hostile[0], "heat": hostile[1]}
    opening = {"customer": {"name": hostile[2]}}
    return {
        "opening": opening, "state": state, "matter": hostile[3], "questions": part, "promises": part,
        "suggestion": _suggestion(0, hostile[4]), "closed": False, "opened_ms": 0, "next_event_id": "e.0",
    }  # fmt: skip


def _events(hostile: list[str]) -> Iterator[Piece]:
    numbered = list(enumerate(hostile, start=1))
    for number, text in numbered:
        bodies: list[dict[str, Any]] = [{"type": "suggestion", "suggestion": _suggestion(number, text)}]
        if number % 5 == 0:
            bodies.append({"type": "coach", "text": text, "rule": text})
            bodies.append({"type": "phase", "phase": text, "heat": text})
            bodies.append({"type": text.replace("\n", " ").replace("\r", " "), "text": text})
        for place, body in enumerate(bodies):
            yield _frame(number * 10 + place, body)
        if number % 100 == 0:
            yield Pause(0.01)
    yield _frame(COUNT * 10 + 7, {"type": "suggestion", "suggestion": _suggestion(COUNT + 1, _LAST, True)})
    summary = {text: [text, {text: text}] for text in hostile[:200]}
    yield _frame(COUNT * 10 + 8, {"type": "wrapup", "summary": summary})


def _frame(seq: int, body: dict[str, Any]) -> bytes:
    data = json.dumps({"seq": seq, "at_ms": seq, **body})
    kind = body["type"] if str(body["type"]).isalpha() else "other"
    return f"id: e.{seq}\nevent: {kind}\ndata: {data}\n\n".encode()


def _served(hostile: list[str]) -> Any:
    def reply(request: Received) -> Reply:
        path = request.path.partition("?")[0]
        if path == f"/panel/{bundle.NAME}":
            return Reply([bundle.script()], headers={"content-type": "text/javascript"})
        if path.endswith("/events"):
            return Reply(_events(hostile), end="hang")
        if path.endswith("/feedback"):
            return Reply([b'{"seq":1}'], 201, _JSON)
        return Reply([json.dumps(_view(hostile)).encode()], headers=_JSON)

    return reply


async def test_two_thousand_hostile_texts_stay_texts(page: Page) -> None:
    """2,000 texts of markup, links, control and direction characters and forged events, in every field and
    on a page without any policy of its own, run no script, make no element, and ask nobody."""
    hostile = texts(COUNT)
    async with FakeOpenAI(_served(hostile)) as server, Stage(page, server.base_url[:-3]) as stage:
        stage.conversation = "hostile"
        panel = await stage.embed(policy="", minimum="0")
        before = await panel.evaluate(_KINDS)
        await expect(stage.part("phrase")).to_have_text(_LAST)
        await expect(stage.part("draft")).to_be_visible()
        await stage.live()
        after = await panel.evaluate(_KINDS)
        assert set(after) <= {*before, "DT", "DD", "B", "LI"}, set(after) - set(before)
        assert await page.evaluate("window.ran") is None
        assert {each["state"] for each in await stage.heard("connection")} == {"connecting", "live"}
        shown = {told["id"] for told in await stage.heard("feedback")}
        assert len(shown) > COUNT / 2
        stage.check()


_KINDS = "panel => [...new Set([...panel.shadowRoot.querySelectorAll('*')].map((each) => each.tagName))]"


async def test_directions_and_controls_are_taken_out(modules: Page) -> None:
    """What turns or hides text does not reach the page, even where a server let it through."""
    script = """
    const { clean } = await load("nodes");
    const hides = /\\p{Cc}|\\p{Bidi_C}|[\\u200b\\ufeff]/u;
    return argument.map(clean).join("").split("").filter((each) => hides.test(each));
    """
    left: list[str] = await run(modules, script, texts(500))
    assert set(left) <= {"\t", "\n"}
