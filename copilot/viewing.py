"""What callers are shown of a conversation: its state, and why a suggestion was made."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from copilot.core.conversation import Conversation
from copilot.core.events import Answered, Feedback, PhaseRead, StoredEvent, Suggested
from copilot.core.suggestions import Suggestion
from copilot.core.views import ConversationView, Explanation, StateView, WrapUpView
from copilot.errors import NotFound


def view_of(conversation_id: str, conversation: Conversation, next_event_id: str) -> ConversationView:
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
        wrap_up=_wrap_up_of(conversation),
    )


def _wrap_up_of(conversation: Conversation) -> WrapUpView | None:
    draft = conversation.wrap_up
    if draft is None:
        return None
    return WrapUpView(summary=draft.summary, version=draft.version, edited=conversation.wrap_up_text)


def explanation(events: Sequence[StoredEvent], suggestion_id: str) -> Explanation:
    """Reads the log of a conversation for one suggestion. Raises NotFound."""
    revisions: list[Suggestion] = []
    feedback: list[dict[str, str | float | None]] = []
    answers: list[dict[str, object]] = []
    phase: PhaseRead | None = None
    phase_then: PhaseRead | None = None
    seq = 0
    for stored in events:
        if stored.type not in {"phase", "suggestion", "feedback", "answer"}:
            continue
        match stored.event:
            case PhaseRead() as change:
                phase = change
            case Suggested(suggestion=suggestion) if suggestion.id == suggestion_id:
                if not revisions:
                    phase_then, seq = phase, stored.seq
                revisions.append(suggestion)
            case Feedback() as said if said.suggestion_id == suggestion_id:
                feedback.append(
                    {
                        "verdict": said.verdict,
                        "text": said.text,
                        "share": said.share,
                        "at_ms": stored.at_ms,
                    }
                )
            case Answered() as answered if answered.suggestion_id == suggestion_id:
                answers.append(msgspec.to_builtins(answered))
            case _:
                pass
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
    )
