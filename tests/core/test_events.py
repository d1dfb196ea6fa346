"""Events as JSON."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from copilot.core.events import (
    AnyEvent,
    CloseAsked,
    NewEvent,
    Opened,
    StoredEvent,
    Transcript,
    decode,
    encode,
    type_of,
    wire,
)
from copilot.core.types import Opening


def test_what_is_written_is_read() -> None:
    """An event that was written down reads back equal."""
    event = Transcript(utterance_id="u", revision=2, speaker="agent", text="é\n", start_ms=1, end_ms=2)
    assert decode(encode(event)) == event


def test_wire_is_the_payload_with_its_place() -> None:
    """The one JSON form of a stored event is its payload with seq and time before it."""
    payload = encode(CloseAsked(reason="idle"))
    shown = json.loads(wire(StoredEvent(7, 99, "close", "internal", payload)))
    assert shown == {"seq": 7, "at_ms": 99, "type": "close", "reason": "idle"}


def test_inputs_that_are_nobodys_business_are_internal() -> None:
    """What a reader of the conversation has no use for is internal by itself."""
    assert NewEvent.of(Opened(opening=Opening())).audience == "internal"
    spoken = Transcript(utterance_id="u", revision=0, speaker="agent", text="", start_ms=0, end_ms=0)
    assert NewEvent.of(spoken).audience == "public"
    assert NewEvent.of(spoken, "internal").audience == "internal"


@pytest.mark.parametrize("kind", get_args(AnyEvent))
def test_types_are_named_apart(kind: type) -> None:
    """Every kind of event has a type name of its own."""
    names = [other.__struct_config__.tag for other in get_args(AnyEvent)]
    assert names.count(kind.__struct_config__.tag) == 1  # type: ignore[attr-defined]
    assert type_of(CloseAsked(reason="asked")) == "close"
