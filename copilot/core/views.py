"""What callers get back: answers to fragments, the state of a conversation, why a suggestion was made."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from copilot.core.suggestions import Suggestion
from copilot.core.types import (
    Cause,
    Emotion,
    Evidence,
    Heat,
    Offer,
    Opening,
    Phase,
    Promise,
    Question,
    Reading,
    Said,
)


class FragmentResult(Struct, frozen=True, kw_only=True):
    """The answer to one fragment. `seq` is its place in the log; partials have none.

    `reason` says why it was not accepted: 'same_revision' (duplicate), 'older_revision', 'utterance_final'
    (a partial after the final), or, when accepted, 'placed_late' for one put back where it belongs,
    'unread' for a partial whose words the server was too busy to read.
    """

    utterance_id: str
    revision: int
    status: Literal["accepted", "duplicate", "stale"]
    seq: int | None = None
    reason: str | None = None


class StateView(Struct, frozen=True, kw_only=True):
    """Where the conversation stands, as every reply says it."""

    seq: int
    phase: Phase
    confidence: float
    heard: bool
    heat: Heat
    emotion: Emotion
    cause: Cause


class Ingested(Struct, frozen=True, kw_only=True):
    results: tuple[FragmentResult, ...]
    state: StateView


class WrapUpView(Struct, frozen=True, kw_only=True):
    """The draft for the customer record, what made it, and the agent's own text, which counts if there is
    one. `pending`: a better draft is being written; who shows this one reads again."""

    summary: dict[str, object]
    version: str
    edited: str | None = None
    pending: bool = False


class ConversationView(Struct, frozen=True, kw_only=True):
    """A conversation as it stands now: `next_event_id` is what a stream goes on from."""

    id: str
    opened_ms: int
    closed: bool
    opening: Opening
    state: StateView
    evidence: tuple[Evidence, ...]
    matter: str | None
    questions: tuple[Question, ...]
    promises: tuple[Promise, ...]
    offers: tuple[Offer, ...]
    contacts: int | None
    transcript: tuple[Said, ...]
    suggestion: Suggestion | None
    next_event_id: str
    quiet: bool = False
    wrap_up: WrapUpView | None = None


class Explanation(Struct, frozen=True, kw_only=True):
    """Why the agent saw a suggestion: it, its revisions, what was read then, and what became of it.

    `reading` is all that was known at that moment, `made_by` and `read_by` the versions of what made the card
    and read the state. `answers` are the model's calls for it: outcome, prompt, hash of the rendered prompt,
    tokens, times, and the guards that refused something. Their raw words, why guards refused, and what a
    shadow version answered (`unshown`) are for those who look after prompts.
    """

    suggestion: Suggestion
    revisions: tuple[Suggestion, ...]
    state: StateView
    evidence: tuple[Evidence, ...]
    feedback: tuple[dict[str, str | float | None], ...]
    answers: tuple[dict[str, object], ...]
    reading: Reading | None = None
    made_by: str = ""
    read_by: str = ""
    unshown: tuple[dict[str, object], ...] = ()
