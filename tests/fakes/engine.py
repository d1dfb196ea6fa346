"""An engine without thought: it keeps to the interface and streams what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from copilot.core.events import AnyEvent, Ended, NewEvent, PhaseRead, StoredEvent, Transcript, encode, type_of
from copilot.core.outcomes import Outcomes
from copilot.core.suggestions import Suggestion
from copilot.core.types import Agent, Context, Customer, Fragment, Moment, Opening, Phase, Said
from copilot.core.views import ConversationView, Explanation, FragmentResult, Ingested, StateView
from copilot.engine.coordinator import FeedStep, Goodbye, Growing, Reset, StreamItem
from copilot.engine.readers import parse_event_id
from copilot.errors import Closed, Conflicting, Gone, NotFound
from copilot.ports import FeedItem, Key, Listed, Summary
from tests.fakes.moments import moment

EPOCH = "e1"
AT = 1_000
STATE = StateView(seq=0, phase="venting", confidence=0.5, heard=False, heat=1, emotion="anger", cause="other")


def suggestion(**changes: Any) -> Suggestion:
    plain = Suggestion(
        id="s-1",
        act="acknowledge",
        text="I hear you.",
        why="not heard yet",
        phase="venting",
        trigger_seq=1,
        valid_until=AT,
        ttl_ms=10,
        origin="phrasebook",
    )
    return msgspec.structs.replace(plain, **changes)


class _Conversation:
    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.log: list[StoredEvent] = []
        self.texts: dict[tuple[str, int], str] = {}
        self.closed = False
        self.quiet = False
        self.queues: set[asyncio.Queue[StreamItem | Exception]] = set()


class FakeErasures:
    """Erases what the fake engine holds; `done` says what was asked for, and by whom."""

    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine
        self.done: list[tuple[str, ...]] = []

    async def of_conversation(self, key: Key, by: str) -> None:
        await self._engine.erase(key)
        self.done.append(("conversation", *key, by))

    async def of_customer(self, tenant: str, customer_id: str, by: str) -> int:
        self.done.append(("customer", tenant, customer_id, by))
        return 0

    async def of_tenant(self, tenant: str, by: str) -> int:
        self.done.append(("tenant", tenant, by))
        return 0


class FakeEngine:
    """Conversations in memory; every fragment is a public `transcript` event, nothing else is decided."""

    def __init__(self) -> None:
        self.conversations: dict[Key, _Conversation] = {}
        self.erased: set[Key] = set()
        self.erasures = FakeErasures(self)
        self.feedbacks: list[tuple[str, str, str | None]] = []
        self.wrap_ups: list[str] = []
        self.fragments: list[Fragment] = []
        self.batches: list[int] = []
        self.asked: list[Growing | Suggestion] = [suggestion()]
        self.trouble: Exception | None = None
        self.feeds: dict[str, asyncio.Queue[FeedStep]] = {}

    # --- what a test does to it -----------------------------------------------------------------

    def emit(self, key: Key, event: AnyEvent) -> StoredEvent:
        found = self._find(key)
        stored = StoredEvent(
            len(found.log) + 1, AT, type_of(event), NewEvent.of(event).audience, encode(event)
        )
        found.log.append(stored)
        for queue in found.queues:
            queue.put_nowait(stored)
        return stored

    def show(self, key: Key, item: StreamItem | Exception) -> None:
        for queue in self._find(key).queues:
            queue.put_nowait(item)

    def readers(self, key: Key) -> int:
        return len(self._find(key).queues)

    # --- the interface --------------------------------------------------------------------------

    async def open(
        self, tenant: str, conversation_id: str | None, opening: Opening
    ) -> tuple[ConversationView, bool]:
        key = Key(tenant, conversation_id or f"c-{len(self.conversations)}")
        if key in self.erased:
            raise Gone("erased")
        new = key not in self.conversations
        if new:
            self.conversations[key] = _Conversation(opening)
        elif self.conversations[key].opening != opening:
            raise Conflicting("another body")
        return await self.view(key), new

    async def change(
        self, key: Key, *, agent: Agent | None, customer: Customer | None, context: Context | None
    ) -> ConversationView:
        found = self._find(key)
        parts = {"agent": agent, "customer": customer, "context": context}
        given = {name: part for name, part in parts.items() if part is not None}
        found.opening = msgspec.structs.replace(found.opening, **given)
        return await self.view(key)

    async def ingest(self, key: Key, fragments: Sequence[Fragment]) -> Ingested:
        found = self._find(key)
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        if found.closed:
            raise Closed("closed")
        texts = dict(found.texts)
        for fragment in fragments:
            before = texts.setdefault((fragment.utterance_id, fragment.revision), fragment.text)
            if before != fragment.text:
                raise Conflicting("same revision, other text")
        self.batches.append(len(fragments))
        results = tuple(self._take(key, found, fragment) for fragment in fragments)
        return Ingested(results=results, state=self._state(found))

    def _take(self, key: Key, found: _Conversation, fragment: Fragment) -> FragmentResult:
        name = (fragment.utterance_id, fragment.revision)
        self.fragments.append(fragment)
        if name in found.texts:
            return FragmentResult(
                utterance_id=name[0], revision=name[1], status="duplicate", reason="same_revision"
            )
        found.texts[name] = fragment.text
        stored = self.emit(
            key,
            Transcript(
                utterance_id=fragment.utterance_id,
                revision=fragment.revision,
                speaker=fragment.speaker,
                text=fragment.text,
                start_ms=fragment.start_ms,
                end_ms=fragment.end_ms,
            ),
        )
        return FragmentResult(utterance_id=name[0], revision=name[1], status="accepted", seq=stored.seq)

    async def known(self, key: Key) -> None:
        self._find(key)

    async def view(self, key: Key) -> ConversationView:
        found = self._find(key)
        return ConversationView(
            id=key.id,
            opened_ms=AT,
            closed=found.closed,
            opening=found.opening,
            state=self._state(found),
            evidence=(),
            matter=None,
            questions=(),
            promises=(),
            offers=(),
            contacts=None,
            transcript=tuple(
                Said(utterance_id=f"u{n}", speaker="customer", text=text, start_ms=0, end_ms=0, seq=n)
                for n, text in enumerate(found.texts.values(), 1)
            ),
            suggestion=None,
            next_event_id=self.event_id(len(found.log)),
            quiet=found.quiet,
        )

    async def history(self, key: Key, after: int, limit: int) -> list[StoredEvent]:
        return [e for e in self._find(key).log if e.seq > after and e.audience == "public"][:limit]

    async def stream(self, key: Key, event_id: str | None) -> AsyncIterator[StreamItem]:
        found = self._find(key)
        queue: asyncio.Queue[StreamItem | Exception] = asyncio.Queue()
        found.queues.add(queue)
        try:
            last = len(found.log)
            if event_id is not None:
                epoch, last = parse_event_id(event_id)
                if epoch != EPOCH or last > len(found.log):
                    yield Reset(await self.view(key), "unknown_position")
                    last = len(found.log)
            for stored in found.log[last:]:
                if stored.audience == "public":
                    yield stored
            if found.closed:
                return
            while True:
                item = await queue.get()
                if isinstance(item, Exception):
                    raise item
                yield item
                if isinstance(item, Goodbye) or getattr(item, "type", "") == "closed":
                    return
        finally:
            found.queues.discard(queue)

    def event_id(self, seq: int) -> str:
        return f"{EPOCH}.{seq}"

    async def suggest(self, key: Key) -> AsyncIterator[Growing | Suggestion]:
        self._find(key)
        for answer in self.asked:
            await asyncio.sleep(0)
            yield answer

    async def outcomes(self, tenant: str, name: str, days: int, most: int) -> Outcomes:
        return Outcomes(name=name, since_ms=0, conversations=0, complete=True, versions=())

    async def moment(self, key: Key) -> Moment:
        self._find(key)
        return moment()

    async def explain(self, key: Key, suggestion_id: str, *, internal: bool = False) -> Explanation:
        self._find(key)
        if suggestion_id != "s-1":
            raise NotFound("no such suggestion")
        shown = suggestion()
        return Explanation(
            suggestion=shown, revisions=(shown,), state=STATE, evidence=(), feedback=(), answers=()
        )

    async def feedback(self, key: Key, suggestion_id: str, verdict: str, text: str | None) -> int:
        await self.explain(key, suggestion_id)
        self.feedbacks.append((suggestion_id, verdict, text))
        return len(self.feedbacks)

    async def hush(self, key: Key, quiet: bool) -> ConversationView:
        self._find(key).quiet = quiet
        return await self.view(key)

    async def close(self, key: Key) -> ConversationView:
        found = self._find(key)
        if not found.closed:
            found.closed = True
            self.emit(key, Ended(reason="asked", version="fake"))
        return await self.view(key)

    async def edit_wrap_up(self, key: Key, text: str) -> ConversationView:
        if not self._find(key).closed:
            raise Conflicting("not closed")
        self.wrap_ups.append(text)
        return await self.view(key)

    async def erase(self, key: Key) -> None:
        self._find(key)
        del self.conversations[key]
        self.erased.add(key)

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
        mine = [key for key in self.conversations if key.tenant == tenant]
        mine = [key for key in mine if closed is None or self.conversations[key].closed == closed]
        begin = 0 if after is None else [key.id for key in mine].index(after) + 1
        return [
            Listed(id=key.id, opened_ms=AT, updated_ms=AT, tail=1, summary=Summary())
            for key in mine[begin : begin + limit]
        ]

    async def feed(self, tenant: str, event_id: str | None) -> AsyncIterator[FeedStep]:
        queue = self.feeds.setdefault(tenant, asyncio.Queue())
        while True:
            step = await queue.get()
            yield step
            if isinstance(step, Goodbye):
                return

    # --- inside ---------------------------------------------------------------------------------

    def _find(self, key: Key) -> _Conversation:
        if key in self.erased:
            raise Gone("erased")
        if key not in self.conversations:
            raise NotFound("no such conversation")
        return self.conversations[key]

    def _state(self, found: _Conversation) -> StateView:
        return msgspec.structs.replace(STATE, seq=len(found.log))


def phase_item(position: int, conversation: str) -> FeedItem:
    event = PhaseRead(
        phase="solving",
        previous="venting",
        confidence=0.5,
        heard=True,
        heat=1,
        emotion="neutral",
        cause="other",
        evidence=(),
        seq_of_turn=1,
        version="fake",
    )
    return FeedItem(position, conversation, StoredEvent(1, AT, "phase", "public", encode(event)))
