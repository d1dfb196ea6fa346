"""Tests of the player: it sends the plan in order and at its pace, and keeps what came back."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from copilot.client import ServerEvent
from copilot.errors import Invalid
from copilot.replay.planning import Step, plan
from copilot.replay.playing import Player
from copilot.transcripts import Script


class Server:
    """Stands in for the client: answers each fragment, each customer turn with a phrase, others with none."""

    def __init__(self, refuses: str | None = None, closes: bool = True) -> None:
        self.sent: list[dict[str, Any]] = []
        self.at: list[float] = []
        self.listening = False
        self._refuses = refuses
        self._closes = closes
        self._queue: asyncio.Queue[ServerEvent] = asyncio.Queue()

    async def open(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": body["id"], "next_event_id": "e.1"}

    async def send(self, conversation: str, fragments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        await asyncio.sleep(0)
        if any(fragment["text"] == self._refuses for fragment in fragments):
            raise Invalid("no")
        results = []
        for fragment in fragments:
            status = "duplicate" if fragment in self.sent else "accepted"
            self.sent.append(dict(fragment))
            self.at.append(time.perf_counter())
            results.append({"status": status, "seq": len(self.sent)})
            if fragment.get("turn_end"):
                phrase = [("I hear you.", "final")] if fragment["speaker"] == "customer" else []
                for text, state in (("", "final"), *phrase, ("I hear you.", "withdrawn")):
                    self._put("suggestion", text=text, status=state, trigger_seq=len(self.sent))
        return {"results": results}

    async def close(self, conversation: str) -> dict[str, Any]:
        if self._closes:
            self._put("closed")
        return {}

    async def get(self, conversation: str) -> dict[str, Any]:
        return {"transcript": [{"text": fragment["text"]} for fragment in self.sent]}

    async def events(self, conversation: str, after: str) -> AsyncIterator[ServerEvent]:
        assert after == "e.1"
        self.listening = True
        try:
            while True:
                event = await self._queue.get()
                yield event
                if event.type == "closed":
                    return
        finally:
            self.listening = False

    def _put(self, kind: str, **card: Any) -> None:
        self._queue.put_nowait(ServerEvent("e.2", kind, json.dumps({"suggestion": card})))


class Watcher:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.waits: list[float | None] = []

    def sent(self, step: Step, answer: Mapping[str, Any]) -> None:
        self.steps.append(step)

    def heard(self, event: ServerEvent, after_ms: float | None) -> None:
        self.waits.append(after_ms)


def script(*messages: str) -> Script:
    speakers = ("customer", "agent")
    said = [{"i": i, "speaker": speakers[i % 2], "messages": [m]} for i, m in enumerate(messages)]
    return Script.model_validate({"id": "s", "turns": said})


async def test_the_plan_is_sent_in_order() -> None:
    """Every step is sent, its answers are counted, and the transcript is read back after the close."""
    steps = plan(script("one two", "three"), "growing")
    steps.append(steps[-1])
    server, watcher = Server(), Watcher()
    played = await Player(server, None).play({"id": "c"}, steps, watcher)  # type: ignore[arg-type]
    assert [fragment["text"] for fragment in server.sent] == ["one", "one two", "three", "three"]
    assert (played.conversation, played.fragments) == ("c", 4)
    assert played.statuses == {"accepted": 3, "duplicate": 1}
    assert [said["text"] for said in played.transcript] == ["one", "one two", "three", "three"]
    assert watcher.steps == steps
    assert not server.listening


async def test_the_time_to_the_phrase_is_from_the_customers_words() -> None:
    """A phrase's time counts from sending what it answers; silence and withdrawals are no phrases."""
    server, watcher = Server(), Watcher()
    played = await Player(server, None).play({"id": "c"}, plan(script("a b", "c", "d"), "messages"), watcher)  # type: ignore[arg-type]
    assert len(played.phrase_ms()) == 2
    assert all(0 <= wait < 60_000 for wait in played.phrase_ms())
    assert all(wait is not None for wait in watcher.waits)


async def test_the_pace_is_the_plans() -> None:
    """At a speed, steps are sent no earlier than the plan says, divided by the speed."""
    steps = plan(script("one two three"), "growing")
    server = Server()
    began = time.perf_counter()
    await Player(server, 10.0).play({"id": "c"}, steps)  # type: ignore[arg-type]
    for step, at in zip(steps, server.at, strict=True):
        assert at - began >= step.at_ms / 10_000


async def test_what_the_server_refuses_ends_the_play() -> None:
    """An error of the server is raised, and nobody goes on listening."""
    server = Server(refuses="three")
    with pytest.raises(Invalid):
        await Player(server, None).play({"id": "c"}, plan(script("one", "three"), "messages"))  # type: ignore[arg-type]
    assert not server.listening


async def test_a_stream_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not say `closed` does not hold the player up for ever."""
    monkeypatch.setattr("copilot.replay.playing._CLOSING_S", 0.01)
    server = Server(closes=False)
    played = await Player(server, None).play({"id": "c"}, plan(script("one"), "messages"))  # type: ignore[arg-type]
    assert played.fragments == 1
    assert not server.listening
