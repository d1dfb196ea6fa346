"""What a coaching rule sees: the agent's turn and all that came before it; what it may say about it."""

from __future__ import annotations

from msgspec import Struct

from copilot.core.lazy import lazy
from copilot.core.types import Decision, Draft, Moment, Opening, Reading, Turn


class Spoken(Struct, frozen=True, kw_only=True, dict=True):
    """An agent's turn. `customer` is the turn it answers or cuts into, `before` what was read until then,
    `after` what is read with it; `turns` are all turns before it, oldest first.
    `cut_in` says that it came while the customer went on, who has ended only now."""

    turn: Turn
    customer: Turn | None
    turns: tuple[Turn, ...]
    before: Reading
    after: Reading
    opening: Opening
    cut_in: bool = False

    @lazy
    def low(self) -> str:
        return self.turn.text.lower().replace("’", "'")

    @lazy
    def as_draft(self) -> Draft:
        """The turn as the guards judge a phrase."""
        return Draft(act=self.after.agent_act or "inform", text=self.turn.text, why="", origin="llm")

    @lazy
    def as_moment(self) -> Moment:
        """The moment it was said in, as the guards judge one."""
        return Moment(
            opening=self.opening,
            reading=self.before,
            decision=Decision(act="inform", why="", row=""),
            turns=self.turns,
            trigger_seq=0,
        )


class Note(Struct, frozen=True):
    """A word to the agent, for their ears only: which rule, and what would go better."""

    rule: str
    text: str
