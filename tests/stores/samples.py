"""Events and keys with which the stores are tried."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.core.events import Answered, Ended, NewEvent, Opened, PhaseRead, StoredEvent, Transcript
from copilot.core.types import Opening, Phase
from copilot.ports import Key, Store, Summary

KEY = Key("acme", "c1")


def opened() -> NewEvent:
    return NewEvent.of(Opened(opening=Opening()))


def said(text: str = "It does not work", utterance: str = "u1") -> NewEvent:
    return NewEvent.of(
        Transcript(utterance_id=utterance, revision=0, speaker="customer", text=text, start_ms=0, end_ms=900)
    )


def answered() -> NewEvent:
    return NewEvent.of(
        Answered(
            suggestion_id="s1",
            prompt="p@1",
            prompt_hash="h",
            request_hash="r",
            raw="Go on",
            outcome="shown",
            version="1",
        )
    )


def phase(now: Phase = "solving") -> NewEvent:
    return NewEvent.of(
        PhaseRead(
            phase=now,
            previous="venting",
            confidence=0.9,
            heard=True,
            heat=1,
            emotion="neutral",
            cause="money",
            evidence=(),
            seq_of_turn=1,
            version="tracker@1",
        )
    )


def ended() -> NewEvent:
    return NewEvent.of(Ended(reason="asked", version="1"))


async def fill(store: Store, key: Key, events: Sequence[NewEvent], at_ms: int = 1_000) -> list[StoredEvent]:
    """Puts events into a new conversation, one append each."""
    stored: list[StoredEvent] = []
    for seq, event in enumerate(events):
        stored += await store.append(key, seq, [event], at_ms + seq)
    return stored


async def listed(store: Store, tenant: str, summaries: dict[str, Summary]) -> None:
    """Opens a conversation for each summary, one a second."""
    for second, (conversation, summary) in enumerate(summaries.items()):
        await store.append(Key(tenant, conversation), 0, [opened()], second * 1_000, summary)
