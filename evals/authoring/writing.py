"""Writes a conversation as a transcript file, in the order and layout in which people read one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from copilot.transcripts import Script, ScriptTurn

_HEAD = (
    "id",
    "title",
    "channel",
    "locale",
    "domain",
    "kind",
    "cause",
    "outcome",
    "author",
    "source",
    "license",
)
_WIDE = 1_000_000


class _Flow(dict[str, Any]):
    """A mapping that stands on one line."""


class _FlowList(list[Any]):
    """A list that stands on one line."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Flow, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)
_Dumper.add_representer(
    _FlowList, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)
)


def as_yaml(script: Script) -> str:
    """A file that reads back as the same conversation. What is not set is left out."""
    raw = script.model_dump(mode="json", exclude_defaults=True)
    if "trade" in raw:
        raw["domain"] = raw.pop("trade")
    document: dict[str, Any] = {name: raw[name] for name in _HEAD if name in raw}
    document["channel"] = script.channel
    if script.tags:
        document["tags"] = _FlowList(script.tags)
    for name in ("agent", "customer"):
        if raw.get(name):
            document[name] = _Flow(raw[name])
    if raw.get("context"):
        document["context"] = {
            part: [_Flow(one) for one in raw["context"][part]]
            for part in ("facts", "allowed_remedies")
            if raw["context"].get(part)
        }
    document["turns"] = [_turn(turn) for turn in script.turns]
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDE)


def save(path: Path, script: Script) -> None:
    """Whole or not at all, so that a broken-off save loses nothing."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(as_yaml(script), encoding="utf-8")
    os.replace(part, path)


def _turn(turn: ScriptTurn) -> dict[str, Any]:
    raw = turn.model_dump(mode="json", exclude_defaults=True)
    found: dict[str, Any] = {"speaker": turn.speaker}
    for name in ("start_ms", "end_ms"):
        if name in raw:
            found[name] = raw[name]
    found["messages"] = list(turn.messages)
    if turn.labels is not None:
        found["labels"] = _Flow(turn.labels.model_dump(mode="json", exclude_defaults=True))
    if turn.never_say:
        found["never_say"] = list(turn.never_say)
    if turn.plan:
        found["plan"] = [_Flow(part.model_dump(mode="json", exclude_none=True)) for part in turn.plan]
    return found
