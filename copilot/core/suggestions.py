"""A suggestion as it stands in the log, and the one predicate that says what overtakes it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from copilot.core.types import Act, Evidence, Phase, Speaker

Silence = Literal[
    "customer_speaking",
    "nothing_new",
    "locale",
    "customer_done",
    "agent_handles_it",
    "in_hand",
    "quiet",
    "too_many",
]


class Timing(Struct, frozen=True, kw_only=True):
    """Milliseconds from the end of the turn; `queue` until work began, `model` until the model's first whole
    sentence (None without one), `guards` spent in guards, `total` until the phrase was decided."""

    queue: float = 0.0
    model: float | None = None
    guards: float = 0.0
    total: float = 0.0


class Suggestion(Struct, frozen=True, kw_only=True):
    """A card: what the agent can say as it stands, for how long, and why.

    `silence` is a reason to say nothing: then `act` is `listen`, `text` is empty and no card is drawn.
    `valid_until` is wall-clock ms, `ttl_ms` the same counted from when it was made.
    """

    id: str
    revision: int = 1
    status: Literal["partial", "final", "withdrawn"] = "final"
    act: Act
    text: str
    why: str
    alternatives: tuple[str, ...] = ()
    silence: Silence | None = None
    phase: Phase
    trigger_seq: int
    supersedes: str | None = None
    valid_until: int
    ttl_ms: int
    origin: Literal["llm", "phrasebook"]
    prompt: str | None = None
    prompt_hash: str | None = None
    phrase_id: str | None = None
    policy_row: str | None = None
    evidence: tuple[Evidence, ...] = ()
    timing: Timing = Timing()


class Happening(Struct, frozen=True, kw_only=True):
    """What an event means to a suggestion. `act` is the tracker's word for an agent turn; `backchannel` is
    a turn that says nothing new ('mm-hm'); `own` marks an unmasking or other revision of what was there."""

    seq: int
    speaker: Speaker | None = None
    act: Act | None = None
    backchannel: bool = False
    own: bool = False


# An agent turn of the key's act already does what a phrase of these acts would have done.
_DONE_BY: dict[Act, frozenset[Act]] = {
    "acknowledge": frozenset({"acknowledge", "empathise", "apologise"}),
    "empathise": frozenset({"acknowledge", "empathise"}),
    "apologise": frozenset({"acknowledge", "empathise", "apologise"}),
    "invite": frozenset({"invite", "listen"}),
    "probe": frozenset({"probe", "invite"}),
    "inform": frozenset({"inform"}),
    "expect": frozenset({"expect", "follow_up"}),
    "follow_up": frozenset({"follow_up", "expect"}),
    "offer": frozenset({"offer", "alternative"}),
    "alternative": frozenset({"alternative", "offer"}),
    "act": frozenset({"act"}),
    "confirm": frozenset({"confirm"}),
    "teach": frozenset({"teach"}),
    "close": frozenset({"close", "confirm", "follow_up"}),
    "boundary": frozenset({"boundary"}),
    "escalate": frozenset({"escalate"}),
    "disengage": frozenset({"disengage", "close"}),
    "listen": frozenset({"listen"}),
}


def already_does(done: Act, proposed: Act) -> bool:
    """Does an agent turn of one act do what a phrase of the other would have done?"""
    return proposed in _DONE_BY[done]


def overtakes(happening: Happening, suggestion: Suggestion) -> bool:
    """Does what happened make this suggestion stale? A further customer turn does, and an agent turn that
    already does what it proposes; feedback, notes, backchannels and own revisions never do.
    A `listen` lasts as long as the customer goes on."""
    if happening.seq <= suggestion.trigger_seq or happening.own or happening.backchannel:
        return False
    if suggestion.silence == "customer_speaking":
        return happening.speaker == "agent"
    if happening.speaker == "customer":
        return True
    if happening.speaker == "agent" and happening.act is not None:
        return already_does(happening.act, suggestion.act)
    return False
