"""The coordinator: what a caller can do with conversations, each call read downwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from msgspec import Struct

from copilot.core.events import StoredEvent
from copilot.core.suggestions import Suggestion
from copilot.core.types import Agent, Context, Customer, Fragment, Opening, Phase
from copilot.core.views import ConversationView, Explanation, Ingested
from copilot.ports import FeedItem, Key, Listed


class Growing(Struct, frozen=True):
    """A suggestion that still grows: shown, not stored, without an id; always the whole text so far."""

    suggestion: Suggestion


class Reset(Struct, frozen=True):
    """The reader cannot be given what it missed: here is the state, go on from its `next_event_id`."""

    view: ConversationView
    reason: str


class Goodbye(Struct, frozen=True):
    """The server is going away: come back after about this many ms."""

    retry_ms: int


StreamItem = StoredEvent | Growing | Reset | Goodbye


class Engine:
    async def open(
        self, tenant: str, conversation_id: str | None, opening: Opening
    ) -> tuple[ConversationView, bool]:
        """Opens a conversation; the second value is True when it is new. Raises Conflicting, Gone."""
        raise AssertionError

    async def change(
        self, key: Key, *, agent: Agent | None, customer: Customer | None, context: Context | None
    ) -> ConversationView:
        """Raises NotFound, Gone, Closed."""
        raise AssertionError

    async def ingest(self, key: Key, fragments: Sequence[Fragment]) -> Ingested:
        """All fragments or none: raises NotFound, Gone, Closed, Conflicting (same revision, other text)."""
        raise AssertionError

    async def view(self, key: Key) -> ConversationView:
        raise AssertionError

    async def history(self, key: Key, after: int, limit: int) -> list[StoredEvent]:
        """The public events past `after`."""
        raise AssertionError

    def stream(self, key: Key, event_id: str | None) -> AsyncIterator[StreamItem]:
        """Public events past `event_id` ('<epoch>.<seq>'; None: from now on, '<epoch>.0': from the start),
        then live ones, until closed or drained. Raises NotFound, Gone before the first item."""
        raise AssertionError

    def event_id(self, seq: int) -> str:
        raise AssertionError

    async def suggest(self, key: Key) -> AsyncIterator[Growing | Suggestion]:
        """A suggestion now, because the agent asked: growing, then the final one as it was stored."""
        raise AssertionError
        yield

    async def explain(self, key: Key, suggestion_id: str) -> Explanation:
        raise AssertionError

    async def feedback(
        self,
        key: Key,
        suggestion_id: str,
        verdict: Literal["shown", "used", "edited", "dismissed"],
        text: str | None,
    ) -> int:
        """The seq of the feedback in the log. Raises NotFound."""
        raise AssertionError

    async def close(self, key: Key) -> ConversationView:
        """Ends it; closing again changes nothing."""
        raise AssertionError

    async def erase(self, key: Key) -> None:
        raise AssertionError

    async def page(
        self,
        tenant: str,
        *,
        closed: bool | None,
        phase: Phase | None,
        min_heat: int,
        after: str | None,
        limit: int,
    ) -> list[Listed]:
        raise AssertionError

    def feed(self, tenant: str, event_id: str | None) -> AsyncIterator[FeedItem | Goodbye]:
        """Phase and closed events of all conversations of a tenant, from a cursor '<epoch>.<position>'."""
        raise AssertionError

    def ready(self) -> tuple[bool, str]:
        raise AssertionError
