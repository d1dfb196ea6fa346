"""Conversations on file: the project's transcript format, the compact one of the training set, JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.core.types import Act, Cause, Channel, Emotion, Phase, Speaker
from copilot.errors import Invalid
from copilot.shipped import read_all_yaml


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Labels(_Part):
    """The codebook's labels right after a turn; `never` are acts that would be wrong there."""

    phase: Phase
    heat: Annotated[int, Field(ge=0, le=3)] | None = None
    emotion: Emotion | None = None
    act: Act | None = None
    best: Act | None = None
    good: tuple[Act, ...] = ()
    never: tuple[Act, ...] = ()


class Planned(_Part):
    """One fragment of the plan by which a turn is replayed: when it is sent, and what it says."""

    at_ms: int
    text: str
    final: bool = True
    revision: int = 0
    utterance: int = 0
    start_ms: int | None = None
    end_ms: int | None = None


class ScriptTurn(_Part):
    """A turn: what was sent, in order. `plan` is absent where it can be derived from the text."""

    i: int = -1
    speaker: Speaker
    messages: tuple[str, ...]
    labels: Labels | None = None
    never_say: tuple[str, ...] = ()
    start_ms: int | None = None
    end_ms: int | None = None
    plan: tuple[Planned, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(self.messages)


class ScriptFact(_Part):
    name: str
    value: str | int | float | bool


class ScriptRemedy(_Part):
    kind: str
    wording: str | None = None
    limit: float | None = None
    currency: str | None = None
    unit: str | None = None
    conditions: str | None = None


class ScriptContext(_Part):
    facts: tuple[ScriptFact, ...] = ()
    allowed_remedies: tuple[ScriptRemedy, ...] = ()


class Script(_Part):
    """A whole conversation on file, with or without labels. Times are ms since its start."""

    id: str
    title: str = ""
    channel: Channel = "chat"
    locale: str = "en"
    trade: str = Field(default="", validation_alias="domain")
    kind: Literal["difficult", "calm", "calm_control"] = "difficult"
    cause: Cause | None = None
    outcome: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    source: str = ""
    license: str = ""
    agent: dict[str, str] = {}
    customer: dict[str, str] = {}
    context: ScriptContext = ScriptContext()
    turns: tuple[ScriptTurn, ...]

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def load(path: Path) -> list[Script]:
    """Reads a file (`.yaml`, `.turns`, `.jsonl`) or all of a folder. Raises Invalid with the place."""
    if path.is_dir():
        return [script for file in files_of(path) for script in load(file)]
    scripts = []
    for place, raw in documents(path):
        try:
            scripts.append(Script.model_validate(numbered(raw)))
        except ValidationError as error:
            first = error.errors()[0]
            where = "/".join(str(part) for part in first["loc"])
            raise Invalid(f"{path.name}, {place}: {where}: {first['msg']}") from error
        except (TypeError, KeyError, ValueError, IndexError) as error:
            raise Invalid(f"{path.name}, {place}: {error}") from error
    return scripts


def files_of(path: Path) -> list[Path]:
    """The transcript files under a folder in order of their names; a file is itself."""
    return sorted(p for p in path.rglob("*") if p.suffix in _READERS) if path.is_dir() else [path]


def documents(path: Path) -> Iterator[tuple[str, Any]]:
    """The conversations of one file as they stand there, unchecked, each with its place. Raises Invalid."""
    reader = _READERS.get(path.suffix)
    if reader is None:
        raise Invalid(f"{path.name}: not a transcript file ({', '.join(sorted(_READERS))})")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path.name}: not UTF-8 text") from error
    yield from reader(text)


def numbered(raw: Any) -> dict[str, Any]:
    """The same with its turns counted from 0. Raises ValueError where it is no conversation at all."""
    if not isinstance(raw, dict) or not isinstance(raw.get("turns"), list):
        raise ValueError("a conversation is an object with a list `turns`")
    turns = [{**turn, "i": number} for number, turn in enumerate(raw["turns"])]
    return {**raw, "turns": turns}


def _yaml(text: str) -> Iterator[tuple[str, Any]]:
    try:
        for number, document in enumerate(read_all_yaml(text)):
            yield f"document {number + 1}", document
    except yaml.YAMLError as error:
        raise Invalid(f"not YAML: {str(error).splitlines()[0]}") from error


def _json_lines(text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except json.JSONDecodeError as error:
                raise Invalid(f"line {number}: not JSON: {error.msg}") from error


def _compact(text: str) -> Iterator[tuple[str, Any]]:
    """A head `= id key=value …`, then a line a turn: `C phase heat emotion best good,good | text`,
    `A phase act | text`, `S | text`. ` // ` stands between the messages of one turn."""
    current: dict[str, Any] | None = None
    started = 0
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("= "):
            if current is not None:
                yield f"line {started}", current
            name, *pairs = line[2:].split()
            current, started = {"id": name, "turns": []}, number
            for pair in pairs:
                field, value = pair.split("=", 1)
                current[field] = value.split(",") if field == "tags" else value
            continue
        if current is None or " | " not in line:
            raise Invalid(f"line {number}: expected `= id …` or `C|A|S labels | text`")
        head, words = line.split(" | ", 1)
        current["turns"].append(_compact_turn(head.split(), words, number))
    if current is not None:
        yield f"line {started}", current


def _compact_turn(head: list[str], words: str, number: int) -> dict[str, Any]:
    messages = [message.strip() for message in words.split(" // ")]
    match head:
        case ["C", phase, heat, emotion, best, good]:
            labels = {
                "phase": phase,
                "heat": int(heat),
                "emotion": emotion,
                "best": best,
                "good": good.split(","),
            }
            return {"speaker": "customer", "messages": messages, "labels": labels}
        case ["A", phase, act]:
            return {"speaker": "agent", "messages": messages, "labels": {"phase": phase, "act": act}}
        case ["S"]:
            return {"speaker": "system", "messages": messages}
        case _:
            raise Invalid(f"line {number}: `C phase heat emotion best good` or `A phase act` or `S`")


_READERS = {".yaml": _yaml, ".yml": _yaml, ".jsonl": _json_lines, ".turns": _compact}
