"""What the engine needs from outside, as Protocols: store, keys, clock, tracker, suggester, redactor."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Sequence
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

from copilot.core.events import Audience, NewEvent, StoredEvent, WrapUp
from copilot.core.rollouts import Arm, Change, Entry
from copilot.core.tracking import Track as Track
from copilot.core.tracking import Tracker as Tracker
from copilot.core.types import Channel, Draft, Heat, Moment, Phase, Speaker
from copilot.core.types import Refusal as Refusal


class Key(NamedTuple):
    """A conversation's name: ids of different tenants never meet."""

    tenant: str
    id: str


class Clock(Protocol):
    """Time, handed in. `now_ms` is wall-clock and may jump; `monotonic` is in seconds and never does."""

    def now_ms(self) -> int: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


# --- the log --------------------------------------------------------------------------------------


class Marks(Struct, frozen=True, kw_only=True):
    """What a supervisor looks for in many conversations at once. Times are wall-clock ms; `heats` are the
    last changes of heat, each with its seconds since the opening. None of it is anybody's words."""

    phase_since_ms: int | None = None
    unheard_since_ms: int | None = None
    heats: tuple[tuple[int, Heat], ...] = ()
    abuses: int = 0
    escalated: bool = False


class Summary(Struct, frozen=True, kw_only=True):
    """What a list of conversations shows of one; written with each append."""

    channel: Channel = "voice"
    phase: Phase = "venting"
    heat: Heat = 0
    heard: bool = False
    agent_id: str | None = None
    closed: bool = False
    marks: Marks = Marks()


class Listed(Struct, frozen=True, kw_only=True):
    """One line of a list of conversations."""

    id: str
    opened_ms: int
    updated_ms: int
    tail: int
    summary: Summary


class Position(NamedTuple):
    """How far a conversation's log has come, and whether its end stands in it."""

    tail: int
    closed: bool


class FeedItem(Struct, frozen=True):
    """One event of a tenant's own stream, with its place in it."""

    position: int
    conversation: str
    stored: StoredEvent


class Store(Protocol):
    """An append-only log of events per conversation. Every store passes tests/stores/test_contract.py."""

    @property
    def epoch(self) -> str:
        """Changes when the store is restored or replaced: positions of another epoch mean nothing."""
        ...

    async def start(self) -> None:
        """Raises Misconfigured if the file is another process's, or of a version that is not ours."""
        ...

    async def stop(self) -> None: ...

    def append(
        self, key: Key, after: int, events: Sequence[NewEvent], at_ms: int, summary: Summary | None = None
    ) -> Awaitable[list[StoredEvent]]:
        """Appends all events or none, numbered from `after` + 1, if `after` is the tail (0: it is new).

        The call itself takes the place in the queue, the await ends when the events are on disk.
        Raises AppendConflict (another tail), Gone (erased), StoreUnavailable, Damaged.
        """
        ...

    async def read(
        self, key: Key, after: int = 0, limit: int | None = None, audience: Audience | None = None
    ) -> list[StoredEvent]:
        """The events past `after` in order. Raises NotFound, Gone, Damaged, StoreUnavailable."""
        ...

    async def tail(self, key: Key) -> int:
        """The last seq; 0 when there is no such conversation. Raises Gone when it was erased."""
        ...

    async def position(self, key: Key) -> Position:
        """Where a conversation stands. Raises NotFound, Gone, Damaged, StoreUnavailable."""
        ...

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
        """By opening time, newest first; `after` is the id of the last one of the page before."""
        ...

    async def live(self) -> list[tuple[Key, int]]:
        """Every conversation that is not closed, with the time of its last event."""
        ...

    async def older(self, than_ms: int) -> list[tuple[Key, int]]:
        """Every conversation whose last event is older, with its time, oldest first."""
        ...

    async def feed(self, tenant: str, after: int, limit: int) -> list[FeedItem]:
        """Phase and closed events of all conversations of a tenant, past a position, in commit order."""
        ...

    async def feed_tail(self, tenant: str) -> int: ...

    async def audit(self) -> list[Key]:
        """Checks every row and quarantines what is damaged: those conversations, not the others."""
        ...

    async def erase(self, key: Key) -> bool:
        """Takes away all events; a tombstone without content stays. False when there was none."""
        ...


# --- keys -----------------------------------------------------------------------------------------

Scope = Literal["ingest", "read", "feedback", "prompts", "supervise", "admin"]
SCOPES: tuple[Scope, ...] = ("ingest", "read", "feedback", "prompts", "supervise", "admin")


class ApiKey(Struct, frozen=True, kw_only=True):
    """A key as it is kept: its secret only as a hash. `id` is the visible prefix."""

    id: str
    tenant: str
    name: str
    scopes: tuple[Scope, ...]
    secret_hash: str
    created_ms: int
    expires_ms: int | None = None
    revoked_ms: int | None = None
    last_used_ms: int | None = None


class KeyStore(Protocol):
    """API keys, in a file of their own that the command line may write while the server runs."""

    def add(self, key: ApiKey) -> None: ...
    def find(self, key_id: str) -> ApiKey | None: ...
    def all(self, tenant: str | None = None) -> list[ApiKey]: ...
    def expire(self, key_id: str, at_ms: int) -> None:
        """It ends at `at_ms`, or when it would have ended anyway, if that is sooner."""
        ...

    def revoke(self, key_id: str, at_ms: int) -> bool: ...
    def touch(self, key_id: str, at_ms: int) -> None: ...
    def close(self) -> None: ...


# --- prompts --------------------------------------------------------------------------------------


class PromptLog(Protocol):
    """Each tenant's own append-only log of releases. Every process that reads the store sees what any
    wrote."""

    async def append(self, tenant: str, after: int, change: Change, at_ms: int) -> Entry:
        """Entry `after` + 1, if `after` is the tail. Raises AppendConflict, StoreUnavailable."""
        ...

    async def read(self, tenant: str, after: int = 0) -> list[Entry]:
        """The entries past `after`, in order. Raises StoreUnavailable."""
        ...

    async def close(self) -> None: ...


class Assignment(Struct, frozen=True, kw_only=True):
    """What a conversation gets: `prompt` and `shadow` as 'name@version'; `held_out` conversations are shown
    no suggestions, for comparison."""

    prompt: str = ""
    arm: Arm = "live"
    shadow: str | None = None
    held_out: bool = False


class Assigner(Protocol):
    """Says which prompt a conversation gets now, by its tenant's log of releases."""

    async def assignment(self, key: Key) -> Assignment:
        """Never raises: where the log cannot be read, what was in force goes on."""
        ...


class Ledger(Protocol):
    """Tokens used by tenant and day (days since 1970, UTC)."""

    async def reserve(self, tenant: str, day: int, tokens: int, limit: int) -> bool:
        """Counts them at once, if the day's sum stays within `limit`; else False, and nothing is counted.
        However many ask at once, the sum never passes the limit. Raises StoreUnavailable."""
        ...

    async def settle(self, tenant: str, day: int, difference: int) -> None:
        """Adds what a call used beyond what was reserved, or takes away what it did not use."""
        ...

    async def spent(self, tenant: str, day: int) -> int: ...
    async def close(self) -> None: ...


# --- what thinks ----------------------------------------------------------------------------------


class RecordWriter(Protocol):
    """Tells the draft for the customer record better, once a conversation is over."""

    async def write(self, moment: Moment, template: WrapUp) -> WrapUp:
        """The whole of it, not yet judged. Raises ModelFailure."""
        ...


class Suggester(Protocol):
    """Proposes a phrase for a moment: one Draft, or the same one growing, the last with `done`.

    Ends without a done Draft when it has nothing to say. Raises ModelFailure. Closing the iterator gives up
    whatever it was waiting for.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    def suggest(self, moment: Moment) -> AsyncGenerator[Draft, None]: ...


class TokenCounter(Protocol):
    def count(self, text: str) -> int: ...


# --- redaction ------------------------------------------------------------------------------------


class Unmasking(Struct, frozen=True):
    """The text of an earlier utterance once what followed cleared the digits at its edge."""

    utterance_id: str
    text: str


class Redacted(Struct, frozen=True):
    """A fragment's text as it may be kept, and what it cleared."""

    text: str
    unmasked: tuple[Unmasking, ...] = ()


class Redactor(Protocol):
    """One conversation's redaction. What it holds back is in memory only, and is forgotten with it."""

    def take(self, utterance_id: str, speaker: Speaker, text: str) -> Redacted:
        """A final fragment's text, in order of arrival (the same id again replaces the text)."""
        ...

    def preview(self, speaker: Speaker, text: str) -> str:
        """A partial's text: masked, and nothing remembered of it."""
        ...

    def recall(self, text: str) -> None:
        """A text of this conversation that was stored before: its placeholders are not given out again."""
        ...

    def finish(self) -> tuple[Unmasking, ...]:
        """Nothing follows any more: clears what is pending."""
        ...


# --- what is counted ------------------------------------------------------------------------------


class Meter(Protocol):
    """What an operator wants to see counted. No label holds a conversation's id or words."""

    def fragment(self, status: str, final: bool) -> None: ...
    def suggestion(self, origin: str, act: str, seconds: float) -> None: ...
    def silence(self, reason: str) -> None: ...
    def refusal(self, rule: str) -> None: ...
    def model_error(self, reason: str) -> None: ...
    def tokens(self, arm: str, tokens_in: int, tokens_cached: int, tokens_out: int) -> None: ...
    def conflict(self) -> None: ...
    def shed(self, what: str) -> None: ...
    def late(self, seconds: float) -> None: ...
    def standstill(self) -> None: ...
    def memory_left(self, left: int) -> None: ...
