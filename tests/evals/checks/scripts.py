"""Small conversations for the tests of checks."""

from __future__ import annotations

from typing import Any

from copilot.transcripts import Script, numbered
from evals.checks import Check


def customer(text: str = "it is dead", phase: str = "venting", **other: Any) -> dict[str, Any]:
    labels = {
        "phase": phase,
        "heat": 1,
        "emotion": "frustration",
        "best": "acknowledge",
        "good": ["acknowledge"],
    }
    given = {key: other.pop(key) for key in list(other) if key in {*labels, "act", "never"}}
    return {"speaker": "customer", "messages": [text], "labels": {**labels, **given}, **other}


def agent(
    text: str = "I hear you", phase: str = "acknowledged", act: str | None = "acknowledge"
) -> dict[str, Any]:
    return {"speaker": "agent", "messages": [text], "labels": {"phase": phase, "act": act}}


def script(*turns: dict[str, Any], **head: Any) -> Script:
    raw = {"id": "one", "cause": "breakage", "turns": list(turns), **head}
    return Script.model_validate(numbered(raw))


def told(check: Check, of: Script) -> list[tuple[int | None, str]]:
    return [(found.turn, found.wrong) for found in check(of)]
