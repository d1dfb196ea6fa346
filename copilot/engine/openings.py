"""How a conversation opens: who is let in, what opening it again means, and the place that it holds."""

from __future__ import annotations

from collections.abc import Callable

from copilot.core.events import Opened
from copilot.core.types import Opening
from copilot.engine.capacity import Capacity
from copilot.engine.pressure import Shed
from copilot.engine.sessions import Session
from copilot.errors import Conflicting, Overloaded
from copilot.ports import Key


class Openings:
    """Stages the opening of a conversation. Used under the session's lock."""

    def __init__(
        self, capacity: Capacity, *, salt: Callable[[], str], sheds: Callable[[Shed], bool] = lambda _: False
    ) -> None:
        self._capacity = capacity
        self._salt = salt
        self._sheds = sheds

    def open(self, session: Session, now_ms: int, opening: Opening) -> None:
        """A new one takes a place, the same again changes nothing. Raises Conflicting, Overloaded,
        TooMany."""
        if session.conversation.seq:
            if session.conversation.first_opening != opening:
                raise Conflicting("this id was used before with another body")
            return
        if self._sheds("openings"):
            raise Overloaded()
        self._capacity.enter(session.key)
        session.stage(Opened(opening=opening, salt=self._salt()), now_ms)

    def undo(self, key: Key) -> None:
        """It did not come to be: its place is free again."""
        self._capacity.leave(key)
