"""Stages the draft for the customer record at the close, and anew when a late final changes it."""

from __future__ import annotations

from copilot.core.events import WrapUp
from copilot.core.wrap_up import VERSION, Facts, wrap_up
from copilot.sessions import Session


def stage(session: Session, now_ms: int) -> None:
    """Under the session's lock. Of silence there is no record; the same draft is not staged twice, and a
    better one is not undone by this."""
    conversation = session.conversation
    if not len(conversation.turns):
        return
    summary = wrap_up(
        Facts(
            reading=conversation.reading,
            course=conversation.course,
            did=conversation.did,
            lasted_ms=conversation.said_ms,
            agent_spoke=any(turn.speaker == "agent" for turn in conversation.turns.all()),
        )
    )
    before = conversation.wrap_up
    if before is None or (before.version == VERSION and before.summary != summary):
        session.stage(WrapUp(summary=summary, version=VERSION), now_ms)
