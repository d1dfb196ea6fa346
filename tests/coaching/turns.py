"""Agent turns as the coach's rules see them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from copilot.coaching import Spoken
from copilot.core.types import Opening, Reading, Turn


def spoken(text: str, customer: str | None = "my lamp is broken", **changes: Any) -> Spoken:
    """An agent's turn after one of the customer's, each of five seconds."""
    told = None if customer is None else Turn(index=0, speaker="customer", text=customer, end_ms=5_000)
    turn = Turn(index=1, speaker="agent", text=text, start_ms=6_000, end_ms=11_000)
    plain = Spoken(
        turn=turn,
        customer=told,
        turns=() if told is None else (told,),
        before=Reading(),
        after=Reading(agent_act="inform"),
        opening=Opening(),
    )
    return replace(plain, **changes)


def talk(*said: str) -> Spoken:
    """Turn by turn, the agent's last; the first is whose makes that so."""
    first = "agent" if len(said) % 2 else "customer"
    other = "customer" if first == "agent" else "agent"
    turns = tuple(
        Turn(
            index=index,
            speaker=first if index % 2 == 0 else other,  # type: ignore[arg-type]
            text=text,
            start_ms=index * 6_000,
            end_ms=index * 6_000 + 5_000,
        )
        for index, text in enumerate(said)
    )
    return replace(spoken(""), turn=turns[-1], turns=turns[:-1], customer=turns[-2])
