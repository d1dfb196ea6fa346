"""CSV with a head, and JSON Lines: a message a row, or a conversation with its `messages` a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from copilot.core.types import Channel
from copilot.errors import Invalid
from evals.converters.line import Line, Roles

# What exports call the same thing, the first that is there counts.
_NAMES = {
    "conversation": ("conversation", "conversation_id", "call_id", "ticket_id", "chat_id", "id"),
    "speaker": ("speaker", "role", "author", "participant", "channel_role", "from"),
    "text": ("text", "message", "content", "utterance", "transcript", "body"),
    "start_ms": ("start_ms", "begin_ms", "offset_ms"),
    "end_ms": ("end_ms",),
    "channel": ("channel",),
}


def csv_rows(text: str, roles: Roles) -> Iterator[Line]:
    """Raises Invalid with the row: a column that is missing, a speaker that nobody knows."""
    try:
        dialect: Any = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), dialect=dialect)
    try:
        for row in reader:
            named = {(name or "").strip().lower(): value or "" for name, value in row.items() if name}
            yield _line(named, roles, f"line {reader.line_num}")
    except csv.Error as error:
        raise Invalid(f"line {reader.line_num}: not CSV: {error}") from error


def json_rows(text: str, roles: Roles) -> Iterator[Line]:
    """Raises Invalid with the line."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise Invalid(f"{place}: not JSON: {error.msg}") from error
        if not isinstance(row, dict):
            raise Invalid(f"{place}: expected an object, a message or a conversation")
        messages = row.get("messages")
        if messages is None:
            yield _line(row, roles, place)
            continue
        if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
            raise Invalid(f"{place}: `messages` is a list of objects")
        head = {name: row[name] for name in (*_NAMES["conversation"], "channel") if name in row}
        for message in messages:
            # A message's own id is not the conversation's.
            said = {name: value for name, value in message.items() if name not in _NAMES["conversation"]}
            yield _line({**head, **said}, roles, place)


def _line(row: Mapping[str, Any], roles: Roles, place: str) -> Line:
    channel = _value(row, "channel")
    return Line(
        conversation=str(_needed(row, "conversation", place)),
        speaker=roles.of(str(_needed(row, "speaker", place)), place),
        text=str(_needed(row, "text", place)),
        start_ms=_whole(row, "start_ms", place),
        end_ms=_whole(row, "end_ms", place),
        channel=_channel(str(channel).lower(), place) if channel else None,
    )


def _value(row: Mapping[str, Any], what: str) -> Any:
    return next((row[name] for name in _NAMES[what] if row.get(name) not in (None, "")), None)


def _needed(row: Mapping[str, Any], what: str, place: str) -> Any:
    if not any(name in row for name in _NAMES[what]):
        raise Invalid(f"{place}: no {what}; expected one of {', '.join(_NAMES[what])}")
    value = _value(row, what)
    if value is None and what != "text":
        raise Invalid(f"{place}: {what} is empty")
    return value if value is not None else ""


def _whole(row: Mapping[str, Any], what: str, place: str) -> int | None:
    value = _value(row, what)
    if value is None:
        return None
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError) as error:
        raise Invalid(f"{place}: {what} is {value!r}, expected milliseconds") from error


def _channel(name: str, place: str) -> Channel:
    match name:
        case "voice" | "phone" | "call":
            return "voice"
        case "chat" | "web" | "messaging" | "email":
            return "chat"
        case _:
            raise Invalid(f"{place}: channel is {name!r}, expected voice or chat")
