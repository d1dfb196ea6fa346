"""Contact Lens records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from copilot.errors import Invalid
from evals.converters import Roles, assembled
from evals.converters.contact_lens import contact_lens


def record(*segments: dict[str, Any], **head: Any) -> str:
    return json.dumps(
        {"Version": "1.0.0", "Channel": "VOICE", "ContactId": "c-1", "Segments": segments, **head}
    )


def said(id: str, text: str, start: int, role: str = "CUSTOMER") -> dict[str, Any]:
    return {
        "Transcript": {
            "Id": id, "ParticipantRole": role, "Content": text,
            "BeginOffsetMillis": start, "EndOffsetMillis": start + 900,
        }
    }  # fmt: skip


def piece(id: str, text: str, start: int) -> dict[str, Any]:
    return {
        "Utterance": {
            "Id": f"u{start}", "TranscriptId": id, "ParticipantRole": "CUSTOMER", "PartialContent": text,
            "BeginOffsetMillis": start, "EndOffsetMillis": start + 400,
        }
    }  # fmt: skip


def test_a_transcript_replaces_its_pieces() -> None:
    """Each transcript stands once, in order of time; pieces whose transcript never came are kept."""
    text = record(said("t-2", "Let me look.", 5000, "AGENT")) + record(
        piece("t-1", "I have called", 0),
        said("t-1", "I have called three times.", 0),
        piece("t-3", "and nobody", 7000),
        piece("t-3", "rang back", 7500),
        {"Categories": {"MatchedCategories": ["Escalation"]}},
    )
    [script] = assembled(contact_lens(text, Roles()), "chat", "")
    assert script.channel == "voice"
    assert [turn.messages for turn in script.turns] == [
        ("I have called three times.",),
        ("Let me look.",),
        ("and nobody", "rang back"),
    ]
    assert (script.turns[2].start_ms, script.turns[2].end_ms) == (7000, 7900)


def test_chat_takes_the_redacted_copy_in_order_of_the_clock() -> None:
    """Of chat, which comes raw and redacted, only the redacted messages count, by their time of day."""

    def message(id: str, text: str, at: str, role: str) -> dict[str, Any]:
        time = {"AbsoluteTime": f"2026-11-02T10:15:{at}Z"}
        return {"Transcript": {"Id": id, "ParticipantRole": role, "Content": text, "Time": time}}

    later, first = (
        message("m-2", "One moment.", "31.000", "AGENT"),
        message("m-1", "card [PII]", "30.120", "CUSTOMER"),
    )
    raw = message("m-1", "card 4111", "30.120", "CUSTOMER")
    chat = {"Version": "2.0.0", "Channel": "CHAT"}
    text = "\n".join(
        [record(raw, OutputType="Raw", **chat), record(later, first, OutputType="Redacted", **chat)]
    )
    [script] = assembled(contact_lens(text, Roles()), "voice", "")
    assert script.channel == "chat"
    assert [turn.text for turn in script.turns] == ["card [PII]", "One moment."]
    assert script.turns[0].start_ms is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (record() + "\n{", "line 2: not JSON"),
        ("[1]", "a record is an object"),
        ('{"Segments": []}', "record 1: ContactId"),
        (record({"Transcript": {"Id": "t"}}), "record 1: ParticipantRole"),
        (record(said("t", "x", 0, "GHOST")), "who is 'GHOST'"),
    ],
)
def test_a_record_that_cannot_be_read_is_told(text: str, told: str) -> None:
    """What the vendor's schema promises and is not there is told with its record."""
    with pytest.raises(Invalid, match=told):
        list(contact_lens(text, Roles()))
