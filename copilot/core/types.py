"""The words of the product: what a fragment, a phase, an act, a context and a reading are."""

from __future__ import annotations

from typing import Any, Literal, get_args

from msgspec import Struct

Speaker = Literal["customer", "agent", "system"]
Channel = Literal["voice", "chat"]
Phase = Literal["venting", "acknowledged", "solving", "closing"]
Heat = Literal[0, 1, 2, 3]
Emotion = Literal[
    "anger",
    "frustration",
    "embarrassment",
    "fear",
    "anxiety",
    "surprise",
    "disappointment",
    "neutral",
    "relief",
]
Cause = Literal["miscommunication", "breakage", "expectation", "confusion", "money", "other"]
Act = Literal[
    "listen",
    "invite",
    "acknowledge",
    "empathise",
    "apologise",
    "probe",
    "inform",
    "expect",
    "offer",
    "alternative",
    "act",
    "confirm",
    "teach",
    "follow_up",
    "close",
    "boundary",
    "escalate",
    "disengage",
]
Outcome = Literal["open", "accepted", "refused"]

PHASES: tuple[Phase, ...] = get_args(Phase)
EMOTIONS: tuple[Emotion, ...] = get_args(Emotion)
CAUSES: tuple[Cause, ...] = get_args(Cause)
ACTS: tuple[Act, ...] = get_args(Act)


class Fragment(Struct, frozen=True, kw_only=True):
    """One piece of transcript as a softphone sent it. Times are ms since the conversation's start."""

    utterance_id: str
    revision: int = 0
    final: bool = True
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int
    confidence: float | None = None
    turn_end: bool | None = None


class Fact(Struct, frozen=True, kw_only=True):
    """Something the caller vouches for. A phrase may state it as true."""

    name: str
    value: str | int | float | bool


class Remedy(Struct, frozen=True, kw_only=True):
    """Something the agent may offer. `limit` is the largest amount, in `currency` or in `unit`."""

    kind: str
    wording: str | None = None
    limit: float | None = None
    currency: str | None = None
    unit: str | None = None
    conditions: str | None = None


class Context(Struct, frozen=True, kw_only=True):
    facts: tuple[Fact, ...] = ()
    allowed_remedies: tuple[Remedy, ...] = ()


class Agent(Struct, frozen=True, kw_only=True):
    id: str | None = None
    name: str | None = None


class Customer(Struct, frozen=True, kw_only=True):
    id: str | None = None
    name: str | None = None


class Opening(Struct, frozen=True, kw_only=True):
    """What is known of a conversation when it opens; a PATCH replaces parts of it."""

    channel: Channel = "voice"
    locale: str = "en"
    agent: Agent = Agent()
    customer: Customer = Customer()
    context: Context = Context()
    metadata: dict[str, Any] = {}


class Turn(Struct, frozen=True, kw_only=True):
    """Everything one speaker said until the other spoke, as far as it is known. `index` counts from 0.

    `text` is redacted; `more` says that the speaker is still going (a partial stands at its end).
    """

    index: int
    speaker: Literal["customer", "agent"]
    text: str
    start_ms: int = 0
    end_ms: int = 0
    more: bool = False


class Evidence(Struct, frozen=True, kw_only=True):
    """The words a judgement rests on: turn, the words as quoted from it, and their offsets in its text."""

    turn: int
    quote: str
    start: int
    end: int
    cue: str = ""


class Question(Struct, frozen=True, kw_only=True):
    """A question of the customer's that nobody has answered yet."""

    text: str
    evidence: Evidence


class Promise(Struct, frozen=True, kw_only=True):
    """What the agent promised; `by` is the time as they said it ('by Friday'), if they did."""

    text: str
    by: str | None
    evidence: Evidence
    kept: bool = False


class Offer(Struct, frozen=True, kw_only=True):
    """A remedy the agent proposed and what became of it."""

    text: str
    outcome: Outcome
    evidence: Evidence


# So many of the customer's turns are remembered by their heat.
HEATS = 4


class Reading(Struct, frozen=True, kw_only=True):
    """Where the conversation stands right after a turn, in the codebook's words, with the reasons.

    `matter` is the customer's problem as a phrase in their own words that reads right after 'about' or
    'with' ('your parcel that has not come'), or None. `contacts` counts earlier contacts about it, as they
    said. `mentions` holds what they said of it by kind ('duration': 'two weeks', 'count': 'three times',
    'amount': '$40', 'day': 'Friday'): the customer's claim, to be echoed as theirs, never stated as fact.
    `agent_act` is the act of the agent's last turn. `heats` are those of the customer's last turns, at most
    `HEATS`, the newest last.
    """

    phase: Phase = "venting"
    confidence: float = 0.5
    evidence: tuple[Evidence, ...] = ()
    heard: bool = False
    heat: Heat = 0
    emotion: Emotion = "neutral"
    cause: Cause = "other"
    matter: str | None = None
    matter_evidence: Evidence | None = None
    questions: tuple[Question, ...] = ()
    promises: tuple[Promise, ...] = ()
    offers: tuple[Offer, ...] = ()
    contacts: int | None = None
    mentions: dict[str, str] = {}
    agent_act: Act | None = None
    flare: bool = False
    heats: tuple[Heat, ...] = ()


class Draft(Struct, frozen=True, kw_only=True):
    """What a suggester proposes, before the guards. `done` is False while the text still grows. `refused` is
    what a guard said of one that its suggester passed over: told so that it is kept, never shown."""

    act: Act
    text: str
    why: str
    alternatives: tuple[str, ...] = ()
    origin: Literal["llm", "phrasebook"]
    prompt: str | None = None
    prompt_hash: str | None = None
    phrase_id: str | None = None
    evidence: tuple[Evidence, ...] = ()
    done: bool = True
    refused: Refusal | None = None


class Decision(Struct, frozen=True, kw_only=True):
    """What the next phrase has to do, by the policy. `row` names the row of its table; `good` are the acts
    that would also be right, best first. `silence` is a reason not to speak at all."""

    act: Act
    why: str
    row: str
    good: tuple[Act, ...] = ()
    silence: str | None = None


class Said(Struct, frozen=True, kw_only=True):
    """One utterance of the transcript as it stands."""

    utterance_id: str
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int
    seq: int


class Moment(Struct, frozen=True, kw_only=True):
    """All that a suggester or a guard may know: the state at the trigger, and nothing of the future.

    `recent` holds the phrases (text, phrase_id) already shown in this conversation, newest last, at most
    twenty; `trigger_seq` is the customer's fragment that this is the answer to. `requested` says that the
    agent asked for it. `tone` is how the tenant wants its agents to speak; `tenant` says whose tokens and
    places a call takes, `prompt` ('name@version', empty: the installation's own) and `arm` what it is made
    by.
    """

    opening: Opening
    reading: Reading
    decision: Decision
    turns: tuple[Turn, ...]
    trigger_seq: int
    recent: tuple[tuple[str, str | None], ...] = ()
    requested: bool = False
    seed: str = ""
    tone: str = ""
    tenant: str = ""
    prompt: str = ""
    arm: Literal["live", "canary", "shadow"] = "live"


class Refusal(Struct, frozen=True):
    """Why a guard does not let a phrase pass."""

    rule: str
    reason: str
