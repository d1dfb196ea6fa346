"""How a conversation ends: what is staged then, what comes late, and what the agent writes for the record."""

from __future__ import annotations

from typing import Literal

from copilot.core.events import CloseAsked, Ended, WrapUpEdited
from copilot.engine import wrapping
from copilot.engine.intake import Intake
from copilot.engine.sessions import Session
from copilot.engine.wrapping import Wrapping
from copilot.errors import Conflicting


class Closing:
    """Stages the end of a conversation and what follows it. Used under the session's lock."""

    def __init__(self, intake: Intake, wrapping: Wrapping, *, version: str) -> None:
        self._intake = intake
        self._wrapping = wrapping
        self._version = version

    def end(self, session: Session, now_ms: int, reason: Literal["asked", "idle"] = "asked") -> None:
        """Once: what was under way is given up, the turn settled, the draft for the record made."""
        if session.conversation.close_asked_ms is None:
            session.stop_race()
            session.drop_guess()
            self._intake.settle(session, now_ms)
            session.stage(CloseAsked(reason=reason), now_ms)
            self._wrapping.end(session, now_ms)
            session.stage(Ended(reason=reason, version=self._version), now_ms)

    def end_idle(self, session: Session, now_ms: int, before_ms: int) -> None:
        """Ends it if nothing has come since then."""
        if session.conversation.touched_ms < before_ms:
            self.end(session, now_ms, "idle")

    def came_late(self, session: Session, now_ms: int) -> None:
        """After the end a late final can change the draft."""
        if session.conversation.close_asked_ms is not None:
            wrapping.stage(session, now_ms)

    def edit(self, session: Session, now_ms: int, edited: WrapUpEdited) -> None:
        """The agent's own text takes the draft's place. Raises Conflicting (not closed yet)."""
        if session.conversation.wrap_up is None:
            raise Conflicting("there is no wrap-up before the conversation is closed")
        if session.conversation.wrap_up_text != edited.text:
            session.stage(edited, now_ms)

    def is_writing(self, session: Session, now_ms: int) -> bool:
        """Is a better draft for the record on its way?"""
        return self._wrapping.is_writing(session, now_ms)
