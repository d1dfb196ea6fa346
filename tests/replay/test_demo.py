"""Tests of what the demonstration shows, and of the conversations it comes with."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from typing import Any

import pytest
from rich.console import Console

from copilot.client import ServerEvent
from copilot.replay.demo import Stage, _curl
from copilot.replay.planning import plan
from copilot.shipped import shipped
from copilot.transcripts import Script, load

DEMOS = load(shipped() / "demo")


def card(text: str, **fields: Any) -> dict[str, Any]:
    usual = {"status": "final", "act": "follow_up", "why": "because", "alternatives": [], "silence": None}
    return {"suggestion": {**usual, "text": text, **fields}}


def shown(*events: tuple[str, dict[str, Any]], terminal: bool = False, width: int = 60) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system=None)
    with Stage(DEMOS[0], console) as stage:
        for kind, data in events:
            stage.heard(ServerEvent("e.1", kind, json.dumps(data)), 5.6)
    return out.getvalue()


def said(text: str, speaker: str = "customer", name: str = "u1") -> tuple[str, dict[str, Any]]:
    return "transcript", {"utterance_id": name, "speaker": speaker, "text": text}


def read(
    phase: str, heat: int, quote: str | None = None, previous: str | None = None
) -> tuple[str, dict[str, Any]]:
    evidence = [{"quote": quote}] if quote else []
    state = {"phase": phase, "previous": previous or phase, "heat": heat, "emotion": "anger"}
    return "phase", {**state, "evidence": evidence}


def test_a_turn_is_shown_by_its_speaker() -> None:
    """What was said stands beside the speaker's name and hangs below itself."""
    lines = shown(
        said("my parcel " * 8), said("oh", "agent", "u2"), said("left", "system", "u3")
    ).splitlines()
    assert lines[0].startswith("Ruth      my parcel")
    assert lines[1].startswith("          my parcel") or lines[1].startswith("          parcel")
    assert [line.split()[0] for line in lines[2:]] == ["Marek", "System"]


def test_what_the_redaction_gives_back_is_not_said_twice() -> None:
    """A later revision of the same utterance is no new line."""
    assert shown(said("order ***"), said("order 4471")).count("Ruth") == 1


def test_text_is_shown_as_text() -> None:
    """What looks like markup in a conversation stays what it is."""
    assert "[bold]hi[/]" in shown(said("[bold]hi[/]"), ("suggestion", card("[red]x[/]")))


def test_a_phase_is_shown_when_it_moves() -> None:
    """A step to another phase has its arrow and its evidence; the same state again is not shown again."""
    lines = shown(
        read("venting", 2, "third time"),
        read("venting", 2),
        read("venting", 1),
        read("solving", 1, "my order", "venting"),
    )
    assert lines.splitlines() == [
        "            venting  heat ■■□  anger",
        "            venting  heat ■□□  anger",
        "          → solving  heat ■□□  anger  “my order”",
    ]


def test_a_phrase_is_a_card_with_its_time() -> None:
    """The phrase on offer shows its act, how long it took, why, and other wordings."""
    out = shown(("suggestion", card("I hear you.", alternatives=["I see."])))
    assert "say · follow up · after 6 ms" in out
    for words in ("I hear you.", "or: I see.", "because"):
        assert words in out


def test_silence_is_no_card() -> None:
    """While the customer speaks it says that it listens, other silence says why, and what was withdrawn or
    still grows is not shown."""
    out = shown(
        ("suggestion", card("", silence="customer_speaking")),
        ("suggestion", card("", silence="locale", why="no French yet")),
        ("suggestion", card("gone", status="withdrawn")),
        ("suggestion", card("grow", status="partial")),
        ("closed", {}),
    )
    assert out.splitlines() == ["          listening", "          no phrase: no French yet"]


@pytest.mark.parametrize("width", [30, 60, 200])
def test_it_fits_the_terminal(width: int) -> None:
    """No line is wider than the terminal, and growing words are shown while they grow."""
    steps = plan(DEMOS[0], "growing")
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system=None)
    with Stage(DEMOS[0], console) as stage:
        for step in steps[:6]:
            stage.sent(step, {})
        stage.heard(ServerEvent("", "suggestion", json.dumps(card("word " * 40))), 1)
        stage.heard(ServerEvent("", "phase", json.dumps(read("venting", 3, "quote " * 30)[1])), 1)
    assert "Good morning, …" in out.getvalue()
    plain = shown(("suggestion", card("word " * 40)), read("venting", 3, "quote " * 30), width=width)
    assert max(len(line) for line in plain.splitlines()) <= width


def test_the_example_can_be_pasted() -> None:
    """The curl lines are whole, with the key where one is needed."""
    lines = _curl("http://127.0.0.1:1", "acp_x").splitlines()
    assert len(lines) == 3
    assert all(line.startswith("curl -s http://127.0.0.1:1/v1/conversations") for line in lines)
    assert all("Authorization: Bearer acp_x" in line for line in lines)
    assert json.loads(lines[1].split("-d '")[1][:-1])["speaker"] == "customer"


@pytest.mark.parametrize("script", DEMOS, ids=lambda script: script.id)
def test_the_demonstrations_are_whole(script: Script) -> None:
    """Each demonstration is labelled throughout, flares up once after it began, ends in relief, and takes
    between one and two minutes."""
    customer = [t.labels for t in script.turns if t.speaker == "customer"]
    assert all(turn.labels and turn.labels.phase for turn in script.turns)
    assert all(labels and labels.best in labels.good for labels in customer)
    phases = [turn.labels.phase for turn in script.turns if turn.labels]
    assert any(b == "venting" and a == "solving" for a, b in pairwise(phases))
    assert phases[-1] == "closing"
    assert "relief" in [labels.emotion for labels in customer if labels]
    assert script.context.facts
    assert script.context.allowed_remedies
    assert 60_000 < plan(script, "growing")[-1].at_ms < 120_000
