"""Short conversations to judge, and a model under test on a fake endpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from copilot.prompts.library import PromptLibrary
from copilot.shipped import shipped
from copilot.transcripts import Labels, Script, ScriptTurn
from evals.replays.spans import spans
from evals.runs.results import Appearance, CardResult, Offered, PointResult, ReplayResult
from evals.runs.samples import CardSample, PointSample, ReplaySample
from evals.runs.subject import Endpoint, ModelUnderTest, Subject
from tests.fakes.moments import WordCounter
from tests.fakes.openai_server import Received, Reply, completion, stream

PROMPT = PromptLibrary(shipped()).get("next-phrase@1.0.0")


def script(channel: str = "voice", **parts: Any) -> Script:
    """A parcel that has not come: venting, acknowledged, solved, closed."""
    said: list[dict[str, Any]] = [
        turn(
            "customer",
            "My parcel has not come for two weeks and nobody answers me!",
            phase="venting",
            heat=2,
            best="acknowledge",
            good=["acknowledge", "apologise"],
            never=["close"],
        ),
        turn("agent", "I am so sorry, two weeks without a word.", phase="acknowledged", act="apologise"),
        turn(
            "customer",
            "Thank you. It is order 4711.",
            phase="solving",
            heat=1,
            best="act",
            good=["act", "inform"],
        ),
        turn("agent", "Let me look that up for you.", phase="solving", act="act"),
        turn(
            "customer",
            "Okay, thanks, bye.",
            phase="closing",
            heat=0,
            best="close",
            good=["close", "follow_up"],
        ),
    ]
    whole: dict[str, Any] = {
        "id": "parcel",
        "channel": channel,
        "customer": {"name": "Ada Finch"},
        "turns": said,
        "tags": ["hurried"],
        "trade": "parcel",
    }
    whole |= parts
    whole["turns"] = [{**one, "i": number} for number, one in enumerate(whole["turns"])]
    return Script.model_validate(whole)


def turn(speaker: str, *messages: str, never_say: tuple[str, ...] = (), **labels: Any) -> dict[str, Any]:
    return {"speaker": speaker, "messages": messages, "labels": labels or None, "never_say": never_say}


# --- samples --------------------------------------------------------------------------------------


def offered(text: str = "I hear you.", act: str = "acknowledge", **parts: Any) -> Offered:
    return Offered(act=act, text=text, why="because", origin="phrasebook", **parts)  # type: ignore[arg-type]


def point(
    text: str = "I hear you.",
    act: str = "acknowledge",
    *,
    at: ScriptTurn | None = None,
    of: Script | None = None,
    earlier: tuple[str, ...] = (),
    **parts: Any,
) -> PointSample:
    """What is offered at the first turn of the parcel, unless told otherwise."""
    talk = of or script()
    where = at or talk.turns[0]
    result = PointResult(turn=where.i, offered=offered(text, act), **parts)
    return PointSample(talk, where, where.labels or Labels(phase="venting"), result, None, earlier)


def card(appeared: int, ended: int, *, turn: int = 0, **parts: Any) -> CardResult:
    whole: dict[str, Any] = {
        "id": "s1",
        "turn": turn,
        "turn_ended_ms": 0,
        "appeared_ms": appeared,
        "ended_ms": ended,
        "ending": "superseded",
        "phase": "venting",
        "offered": offered(),
        "appearances": (Appearance(at_ms=appeared, status="final", text="I hear you."),),
    }
    return CardResult(**(whole | parts))


def replayed(*cards: CardResult, of: Script | None = None) -> ReplaySample:
    talk = of or script()
    return ReplaySample(talk, ReplayResult(cards=cards, phases=(), length_ms=60_000), spans(talk))


def on_screen(shown: CardResult, of: Script | None = None) -> CardSample:
    return CardSample(shown, replayed(shown, of=of))


# --- a model --------------------------------------------------------------------------------------


def under_test(subject: Subject, recordings: Path, endpoint: Endpoint | None = None) -> Subject:
    """The same with a model whose answers are recorded in a folder."""
    return subject._replace(model=ModelUnderTest(PROMPT, "small-1", WordCounter(), recordings, endpoint))


def answering(request: Received) -> Reply:
    """Says back the act that it was told, with a phrase of its own each time."""
    asked = json.dumps(request.json)
    act = next((act for act in ("acknowledge", "close", "inform") if f"act: {act}" in asked), "acknowledge")
    number = len(request.body) % 97
    answer = {
        "act": act,
        "phrase": f"Your parcel, and nobody has told you where it is: that is hard {'so ' * (number % 5)}.",
        "why": "Nobody has heard them yet",
        "alternatives": [],
    }
    return stream(completion(json.dumps(answer)))
