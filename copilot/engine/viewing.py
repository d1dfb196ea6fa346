"""What callers are shown of a conversation: its state, and why a suggestion was made."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from copilot.core.conversation import Conversation
from copilot.core.events import Answered, Feedback, PhaseRead, StoredEvent, Suggested, Unshown
from copilot.core.suggestions import Suggestion
from copilot.core.types import Reading
from copilot.core.views import ConversationView, Explanation, StateView, WrapUpView
from copilot.errors import NotFound


def view_of(
    conversation_id: str, conversation: Conversation, next_event_id: str, *, writing: bool = False
) -> ConversationView:
    """`writing`: a better draft for the record is on its way."""
    reading = conversation.reading
    shown = None if conversation.overtaken else conversation.shown
    return ConversationView(
        id=conversation_id,
        opened_ms=conversation.opened_ms,
        closed=conversation.close_asked_ms is not None,
        opening=conversation.opening,
        state=conversation.state(),
        evidence=reading.evidence,
        matter=reading.matter,
        questions=reading.questions,
        promises=reading.promises,
        offers=reading.offers,
        contacts=reading.contacts,
        transcript=conversation.transcript.said(),
        suggestion=shown,
        next_event_id=next_event_id,
        quiet=conversation.card_times.quiet,
        wrap_up=_wrap_up_of(conversation, writing),
    )


def _wrap_up_of(conversation: Conversation, writing: bool) -> WrapUpView | None:
    draft = conversation.wrap_up
    if draft is None:
        return None
    return WrapUpView(
        summary=draft.summary,
        version=draft.version,
        edited=conversation.wrap_up_text,
        pending=writing,
    )


def explanation(
    events: Sequence[StoredEvent], suggestion_id: str, fold: Conversation, *, internal: bool
) -> Explanation:
    """Reads the log of a conversation for one suggestion; `fold` is an empty one, to find out what was known
    then. `internal`: also what readers of the conversation do not see. Raises NotFound."""
    revisions: list[Suggestion] = []
    feedback: list[dict[str, str | float | None]] = []
    answers: list[dict[str, object]] = []
    unshown: list[dict[str, object]] = []
    phase: PhaseRead | None = None
    phase_then: PhaseRead | None = None
    reading: Reading | None = None
    seq, made_by = 0, ""
    for stored in events:
        event = stored.event
        match event:
            case PhaseRead():
                phase = event
            case Suggested(suggestion=suggestion) if suggestion.id == suggestion_id:
                if not revisions:
                    phase_then, seq, reading = phase, stored.seq, fold.reading
                made_by = made_by or event.version
                revisions.append(suggestion)
            case Feedback() if event.suggestion_id == suggestion_id:
                feedback.append(
                    {
                        "verdict": event.verdict,
                        "text": event.text,
                        "share": event.share,
                        "at_ms": stored.at_ms,
                    }
                )
            case Answered() if event.suggestion_id == suggestion_id:
                if internal or event.arm != "shadow":
                    answers.append(_answer(event, internal))
            case Unshown() if internal and event.suggestion.id == suggestion_id:
                unshown.append(msgspec.to_builtins(event))
            case _:
                pass
        if not revisions:
            fold.apply(stored.seq, stored.at_ms, event)
    if not revisions:
        raise NotFound("no such suggestion")
    read = phase_then
    state = StateView(
        seq=seq,
        phase=read.phase if read else "venting",
        confidence=read.confidence if read else 0.0,
        heard=read.heard if read else False,
        heat=read.heat if read else 0,
        emotion=read.emotion if read else "neutral",
        cause=read.cause if read else "other",
    )
    return Explanation(
        suggestion=revisions[-1],
        revisions=tuple(revisions),
        state=state,
        evidence=read.evidence if read else (),
        feedback=tuple(feedback),
        answers=tuple(answers),
        reading=reading,
        made_by=made_by,
        read_by=read.version if read else "",
        unshown=tuple(unshown),
    )


def _answer(answered: Answered, internal: bool) -> dict[str, object]:
    """A model's call; without what it said, for those who only read the conversation."""
    if not internal:
        rules = tuple(refusal.partition(":")[0] for refusal in answered.refusals)
        answered = msgspec.structs.replace(answered, raw="", refusals=rules, arm="live")
    return msgspec.to_builtins(answered)  # type: ignore[no-any-return]
