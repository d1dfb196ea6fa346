"""Amazon Connect Contact Lens: records of the real-time segment stream, as its delivery stores them.

Voice records (schema 1.0.0) count from the call's start; chat records (2.0.0) carry the time of day, without
an end. A `Transcript` replaces the `Utterance` pieces of its id; where none came, the pieces stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from copilot.core.types import Channel
from copilot.errors import Invalid
from evals.converters.line import Line, Roles


class _Piece(NamedTuple):
    """A transcript or a part of one, by its id; `at` orders the pieces of a contact."""

    id: str
    whole: bool
    line: Line
    at: tuple[int, str]


def contact_lens(text: str, roles: Roles) -> Iterator[Line]:
    """Raises Invalid with the record: not JSON, or a field that the vendor's schema asks for is missing."""
    contacts: dict[str, list[_Piece]] = {}
    for number, record in enumerate(_records(text), 1):
        place = f"record {number}"
        if record.get("OutputType") == "Raw":
            continue  # the same messages come again with personal data taken out
        contact = str(_field(record, "ContactId", place))
        channel: Channel = "chat" if str(record.get("Channel", "")).upper() == "CHAT" else "voice"
        pieces = contacts.setdefault(contact, [])
        for segment in record.get("Segments") or []:
            for kind, whole in (("Transcript", True), ("Utterance", False)):
                if kind in segment:
                    pieces.append(_piece(segment[kind], whole, contact, channel, roles, place))
    for pieces in contacts.values():
        yield from (piece.line for piece in _chosen(pieces))


def _records(text: str) -> Iterator[dict[str, Any]]:
    """One object after the other, on lines of their own or not: the delivery puts nothing between them."""
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            record, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise Invalid(f"line {text.count(chr(10), 0, at) + 1}: not JSON: {error.msg}") from error
        records = record if isinstance(record, list) else [record]
        for one in records:
            if not isinstance(one, dict):
                raise Invalid("a record is an object with ContactId and Segments")
            yield one


def _piece(
    raw: Any, whole: bool, contact: str, channel: Channel, roles: Roles, place: str
) -> _Piece:  # fmt: skip
    role = str(_field(raw, "ParticipantRole", place))
    speaker = "agent" if role == "SUPERVISOR" else roles.of(role, place)
    text = str(raw.get("Content" if whole else "PartialContent") or "")
    start, end = raw.get("BeginOffsetMillis"), raw.get("EndOffsetMillis")
    written = str((raw.get("Time") or {}).get("AbsoluteTime", ""))
    line = Line(contact, speaker, text, start, end, channel)
    identity = str(_field(raw, "Id" if whole else "TranscriptId", place))
    return _Piece(identity, whole, line, (start or 0, written))


def _chosen(pieces: list[_Piece]) -> list[_Piece]:
    """Each transcript once, in order: its last whole text, else all its parts."""
    wholes = {piece.id: piece for piece in pieces if piece.whole}
    parts = [piece for piece in pieces if not piece.whole and piece.id not in wholes]
    return sorted([*wholes.values(), *parts], key=lambda piece: piece.at)


def _field(raw: Any, name: str, place: str) -> Any:
    if not isinstance(raw, dict) or raw.get(name) in (None, ""):
        raise Invalid(f"{place}: {name} is missing")
    return raw[name]
