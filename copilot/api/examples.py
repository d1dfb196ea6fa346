"""The examples of the API's document, made from the types themselves so that they cannot drift from them."""

from __future__ import annotations

from typing import Any

import msgspec

from copilot.core.events import PhaseRead, StoredEvent, Suggested, Transcript, encode, wire
from copilot.core.suggestions import Suggestion, Timing
from copilot.core.types import (
    Agent,
    Context,
    Customer,
    Evidence,
    Fact,
    Opening,
    Question,
    Remedy,
    Said,
)
from copilot.core.views import ConversationView, Explanation, FragmentResult, Ingested, StateView
from copilot.ports import Listed, Marks, Summary

_AT = 1_790_000_000_000
_EPOCH = "k3v9x2ab"
_WORDS = "I have been waiting two weeks for this parcel and nobody calls me back"

FRAGMENT: dict[str, Any] = {
    "utterance_id": "u-1",
    "revision": 3,
    "final": True,
    "speaker": "customer",
    "text": _WORDS,
    "start_ms": 1200,
    "end_ms": 5400,
    "confidence": 0.94,
}
FRAGMENT_AGENT: dict[str, Any] = {
    "utterance_id": "u-2",
    "speaker": "agent",
    "text": "Two weeks without a word, I can see why that is frustrating.",
    "start_ms": 5900,
    "end_ms": 8800,
}
OPEN_BODY: dict[str, Any] = {
    "id": "call-4711",
    "channel": "voice",
    "locale": "en",
    "agent": {"id": "a-17", "name": "Robin"},
    "customer": {"name": "Ms Okafor"},
    "context": {
        "facts": [{"name": "delivery_day", "value": "Thursday"}],
        "allowed_remedies": [
            {"kind": "voucher", "limit": 20, "currency": "EUR", "wording": "a voucher for 20 euros"}
        ],
    },
    "metadata": {"queue": "parcels"},
}
PATCH_BODY: dict[str, Any] = {"agent": {"id": "a-21", "name": "Sam"}}
FEEDBACK_BODY: dict[str, Any] = {"verdict": "edited", "text": "Two weeks, I would be annoyed as well."}

_EVIDENCE = Evidence(turn=0, quote="nobody calls me back", start=50, end=70, cue="unheard")
_SUGGESTION = Suggestion(
    id="s-5",
    act="acknowledge",
    text="Two weeks of waiting and no call back, I see why you have had enough.",
    why="They have not been heard yet.",
    alternatives=("You have waited two weeks and had to chase us, that is not right.",),
    phase="venting",
    trigger_seq=2,
    valid_until=_AT + 35_000,
    ttl_ms=30_000,
    origin="phrasebook",
    phrase_id="acknowledge.waiting.1",
    policy_row="unheard",
    evidence=(_EVIDENCE,),
    timing=Timing(queue=0.2, guards=0.3, total=1.4),
)
_STATE = StateView(
    seq=4, phase="venting", confidence=0.82, heard=False, heat=2, emotion="frustration", cause="expectation"
)
_OPENING = Opening(
    agent=Agent(id="a-17", name="Robin"),
    customer=Customer(name="Ms Okafor"),
    context=Context(
        facts=(Fact(name="delivery_day", value="Thursday"),),
        allowed_remedies=(
            Remedy(kind="voucher", limit=20, currency="EUR", wording="a voucher for 20 euros"),
        ),
    ),
    metadata={"queue": "parcels"},
)
_VIEW = ConversationView(
    id="call-4711",
    opened_ms=_AT,
    closed=False,
    opening=_OPENING,
    state=_STATE,
    evidence=(_EVIDENCE,),
    matter="your parcel",
    questions=(Question(text="When will it come?", evidence=_EVIDENCE),),
    promises=(),
    offers=(),
    contacts=1,
    transcript=(
        Said(utterance_id="u-1", speaker="customer", text=_WORDS, start_ms=1200, end_ms=5400, seq=2),
    ),
    suggestion=_SUGGESTION,
    next_event_id=f"{_EPOCH}.4",
)
_TRANSCRIPT = Transcript(
    utterance_id="u-1",
    revision=3,
    speaker="customer",
    text=_WORDS,
    start_ms=1200,
    end_ms=5400,
    confidence=0.94,
    fingerprint="9f2c11",
)
_PHASE = PhaseRead(
    phase="venting",
    previous="venting",
    confidence=0.82,
    heard=False,
    heat=2,
    emotion="frustration",
    cause="expectation",
    evidence=(_EVIDENCE,),
    seq_of_turn=2,
    version="tracker@1.0.0",
)


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


def _stored(seq: int, event: Transcript | PhaseRead | Suggested) -> StoredEvent:
    kind = str(event.__struct_config__.tag)
    return StoredEvent(seq, _AT + seq, kind, "public", encode(event))


_LOG = (
    _stored(2, _TRANSCRIPT),
    _stored(3, _PHASE),
    _stored(4, Suggested(suggestion=_SUGGESTION, version="policy@1.0.0")),
)


def _lines(stored: StoredEvent) -> str:
    return f"id: {_EPOCH}.{stored.seq}\nevent: {stored.type}\ndata: {wire(stored).decode()}\n\n"


VIEW: dict[str, Any] = _plain(_VIEW)
CLOSED_VIEW: dict[str, Any] = VIEW | {"closed": True, "suggestion": None}
SUGGESTION: dict[str, Any] = _plain(_SUGGESTION)
INGESTED: dict[str, Any] = _plain(
    Ingested(
        results=(FragmentResult(utterance_id="u-1", revision=3, status="accepted", seq=2),), state=_STATE
    )
)
PAGE: dict[str, Any] = {
    "items": [
        _plain(
            Listed(
                id="call-4711",
                opened_ms=_AT,
                updated_ms=_AT + 5_400,
                tail=4,
                summary=Summary(
                    heat=2,
                    agent_id="a-17",
                    marks=Marks(phase_since_ms=_AT + 5_400, unheard_since_ms=_AT + 5_400, heats=((5, 2),)),
                ),
            )
        )
    ],
    "next_cursor": None,
}
HISTORY: dict[str, Any] = {
    "items": [{"id": f"{_EPOCH}.{e.seq}", "data": msgspec.json.decode(wire(e))} for e in _LOG],
    "next": f"{_EPOCH}.4",
    "more": False,
}
EXPLANATION: dict[str, Any] = _plain(
    Explanation(
        suggestion=_SUGGESTION,
        revisions=(_SUGGESTION,),
        state=_STATE,
        evidence=(_EVIDENCE,),
        feedback=({"verdict": "said", "text": None, "share": 0.9, "at_ms": 1_760_000_012_000},),
        answers=(),
    )
)
PROBLEM: dict[str, Any] = {
    "type": "/problems/invalid",
    "title": "Invalid request",
    "status": 422,
    "detail": "The body is not what the schema asks for.",
    "instance": "req_5f0c9a4be1d2c3f4",
    "errors": [{"pointer": "/speaker", "detail": "Input should be 'customer', 'agent' or 'system'"}],
}
PROBLEM_KIND: dict[str, Any] = {
    "type": "/problems/invalid",
    "title": "Invalid request",
    "status": 422,
    "meaning": "Well-formed, but not what the schema asks for; `errors` holds JSON pointers, never values.",
}
EVENTS_EXAMPLE = "retry: 1000\n\n" + "".join(_lines(event) for event in _LOG)
SUGGEST_EXAMPLE = (
    'event: suggestion\ndata: {"type":"suggestion","suggestion":'
    f"{msgspec.json.encode(_SUGGESTION).decode()}}}\n\n"
)
FEED_EXAMPLE = (
    f"retry: 1000\n\nid: {_EPOCH}.17\nevent: phase\n"
    f'data: {{"conversation":"call-4711",{wire(_LOG[1]).decode()[1:]}\n\n'
)
EVENTS_TEXT = """Server-sent events; the data of each is one line of JSON.

* `transcript`: a final utterance, redacted. The latest event of an utterance is its text.
* `phase`: where the conversation stands, with the words that say so.
* `suggestion`: what the agent can say. Without an id it still grows (`status` is `partial`) and always holds
  the full text so far; with one it is `final` or `withdrawn`. `silence` is a reason to say nothing: draw no
  card.
* `coach`: a note on what the agent said.
* `wrapup`, then `closed`: the end; the stream ends after it.
* `reset`: what was missed cannot be had. Its `view` is the conversation now; go on from its id.
* `goodbye`: the server goes away; come back after `retry_ms`.

Event ids are `<epoch>.<seq>`. A reader that was cut off sends the last one it saw as `Last-Event-ID` and gets
exactly what it missed. A stream ends within a second when its key is revoked.
"""
SOCKET_TEXT = """In, each a JSON text message: `{"type":"fragment", …a fragment's fields…}`,
`{"type":"feedback","suggestion_id":…,"verdict":…}`, `{"type":"ping"}`; any of them with your own `ref`, which
comes back with the answer. Fragments need the scope `ingest`, feedback the scope `feedback`. Many may be on
their way at once.

Out: `{"type":"ack","ref":…,"result":…,"state":…}` once it is on disk, `{"type":"error","ref":…,"problem":…}`,
`{"type":"event","id":…,"data":…}` with the same bytes as on the event stream, `{"type":"growing","data":…}`,
`{"type":"reset",…}`, `{"type":"goodbye","retry_ms":…}`, `{"type":"pong"}`.

Five messages in a row that cannot be read close it with 1008, one that is too large with 1009; 1000 after
`closed`, 1012 after `goodbye`. A subprotocol is not needed; the only one is `copilot.v1`.
"""
