"""The events of the log: inputs and decisions, and how they are written down as JSON."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from msgspec import Struct

from copilot.core.suggestions import Suggestion
from copilot.core.types import (
    Agent,
    Cause,
    Context,
    Customer,
    Emotion,
    Evidence,
    Heat,
    Opening,
    Phase,
    Speaker,
)

Audience = Literal["public", "internal"]


class Event(Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Root of the union; the tag, `type`, is the name that readers see."""


# --- inputs ---------------------------------------------------------------------------------------


class Opened(Event, frozen=True, kw_only=True, tag="opened"):
    """`salt` keys the fingerprints of this conversation: it is read by nobody outside, and goes with it."""

    opening: Opening
    salt: str = ""


class Transcript(Event, frozen=True, kw_only=True, tag="transcript"):
    """A final fragment, redacted. The latest event of an utterance is its text.

    `fingerprint` is a digest of the text with every number masked, under the conversation's own salt: it
    tells a repeat from a conflict, and who guesses a text cannot try it. `unmasked` marks a revision by which
    the redaction gives back what turned out to be no card number; it changes the words and nothing else.
    """

    utterance_id: str
    revision: int
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int
    confidence: float | None = None
    turn_end: bool | None = None
    fingerprint: str = ""
    unmasked: bool = False


class Speech(Event, frozen=True, kw_only=True, tag="speech"):
    """Somebody started to speak, or their turn ended by a pause. No text."""

    speaker: Speaker
    state: Literal["started", "ended"]


class Feedback(Event, frozen=True, kw_only=True, tag="feedback"):
    """What became of a card, as the panel tells it; `said` the engine heard itself, and `share` is how much
    of the card was said (0 to 1)."""

    suggestion_id: str
    verdict: Literal["shown", "used", "edited", "dismissed", "said"]
    text: str | None = None
    share: float | None = None


class Changed(Event, frozen=True, kw_only=True, tag="changed"):
    """A PATCH: the parts that are not None replace what was known."""

    agent: Agent | None = None
    customer: Customer | None = None
    context: Context | None = None
    quiet: bool | None = None


class CloseAsked(Event, frozen=True, kw_only=True, tag="close"):
    reason: Literal["asked", "idle"]


# --- decisions, each stamped with the version of what made it -------------------------------------


class PhaseRead(Event, frozen=True, kw_only=True, tag="phase"):
    """Where the conversation stands now. `seq_of_turn` is the transcript event that it was read from."""

    phase: Phase
    previous: Phase
    confidence: float
    heard: bool
    heat: Heat
    emotion: Emotion
    cause: Cause
    evidence: tuple[Evidence, ...]
    seq_of_turn: int
    version: str


class Suggested(Event, frozen=True, kw_only=True, tag="suggestion"):
    suggestion: Suggestion
    version: str


class Unshown(Event, frozen=True, kw_only=True, tag="unshown"):
    """What was made and shown to nobody: a shadow version's phrase, beside the card of the same id, the
    phrase of a conversation that is held out, or one that the phrasebook passed over because a guard refused
    it. `refused` names the guard that stopped it, `because` says why. Internal."""

    suggestion: Suggestion
    reason: Literal["shadow", "holdout", "refused"]
    refused: str | None = None
    because: str | None = None
    version: str


class Answered(Event, frozen=True, kw_only=True, tag="answer"):
    """What the model said, as it said it, with the time of it and what guards refused of it. `arm` says
    what it was asked for; one that was asked early and not used has no `suggestion_id`. Internal."""

    suggestion_id: str
    prompt: str
    prompt_hash: str
    request_hash: str
    raw: str
    outcome: str
    refusals: tuple[str, ...] = ()
    tokens_in: int | None = None
    tokens_cached: int | None = None
    tokens_out: int | None = None
    model: str = ""
    first_token_ms: float | None = None
    first_sentence_ms: float | None = None
    total_ms: float | None = None
    arm: Literal["live", "canary", "shadow"] = "live"
    speculated: bool = False
    version: str


class Coached(Event, frozen=True, kw_only=True, tag="coach"):
    rule: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    version: str


class WrapUpEdited(Event, frozen=True, kw_only=True, tag="wrapup_edited"):
    """The agent's own text for the customer record; the latest one is it."""

    text: str


class WrapUp(Event, frozen=True, kw_only=True, tag="wrapup"):
    """The draft for the customer record, as plain values. A later one is a better one; none of them
    replaces what the agent wrote."""

    summary: dict[str, object]
    version: str


class Ended(Event, frozen=True, kw_only=True, tag="closed"):
    reason: Literal["asked", "idle"]
    version: str


AnyEvent = (
    Opened
    | Transcript
    | Speech
    | Feedback
    | Changed
    | CloseAsked
    | PhaseRead
    | Suggested
    | Unshown
    | Answered
    | Coached
    | WrapUp
    | WrapUpEdited
    | Ended
)

# What the readers of a conversation see; everything else is internal unless an event says otherwise.
PUBLIC = frozenset({"transcript", "phase", "suggestion", "coach", "wrapup", "wrapup_edited", "closed"})

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


class NewEvent(Struct, frozen=True):
    """An event on its way into the log."""

    event: AnyEvent
    audience: Audience

    @staticmethod
    def of(event: AnyEvent, audience: Audience | None = None) -> NewEvent:
        return NewEvent(event, audience or ("public" if type_of(event) in PUBLIC else "internal"))


class StoredEvent(Struct, frozen=True):
    """A row of the log. `payload` is the JSON object of the event, byte for byte what readers get."""

    seq: int
    at_ms: int
    type: str
    audience: Audience
    payload: bytes

    @property
    def event(self) -> AnyEvent:
        return decode(self.payload)


# Asked once a kind: msgspec builds the configuration anew each time.
_TYPES: dict[type, str] = {kind: str(kind.__struct_config__.tag) for kind in get_args(AnyEvent)}


def type_of(event: AnyEvent) -> str:
    return _TYPES[type(event)]


def encode(event: AnyEvent) -> bytes:
    return _encoder.encode(event)


def decode(payload: bytes) -> AnyEvent:
    """Raises msgspec.ValidationError when the bytes are not an event of ours."""
    return _decoder.decode(payload)


def wire(stored: StoredEvent) -> bytes:
    """The one JSON form in which every transport shows a stored event: seq and time before its payload."""
    return b'{"seq":%d,"at_ms":%d,' % (stored.seq, stored.at_ms) + stored.payload[1:]
