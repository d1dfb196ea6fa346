"""Drafts and moments as the tests of guards need them."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.core.types import (
    Act,
    Channel,
    Context,
    Customer,
    Decision,
    Draft,
    Fact,
    Moment,
    Opening,
    Reading,
    Remedy,
    Turn,
)


def draft(
    text: str, act: Act = "acknowledge", done: bool = True, alternatives: tuple[str, ...] = ()
) -> Draft:
    return Draft(act=act, text=text, why="", origin="llm", done=done, alternatives=alternatives)


def moment(
    *,
    facts: Sequence[Fact] = (),
    remedies: Sequence[Remedy] = (),
    turns: Sequence[tuple[str, str]] = (),
    customer: str | None = None,
    channel: Channel = "voice",
    recent: tuple[tuple[str, str | None], ...] = (),
) -> Moment:
    return Moment(
        opening=Opening(
            channel=channel,
            customer=Customer(name=customer),
            context=Context(facts=tuple(facts), allowed_remedies=tuple(remedies)),
        ),
        reading=Reading(),
        decision=Decision(act="acknowledge", why="", row="test"),
        turns=tuple(
            Turn(index=i, speaker=speaker, text=text)  # type: ignore[arg-type]
            for i, (speaker, text) in enumerate(turns)
        ),
        trigger_seq=1,
        recent=recent,
    )
