"""Moments to suggest for, and a counter that needs no vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from copilot.core.types import Decision, Evidence, Moment, Opening, Reading, Turn


class WordCounter:
    """A TokenCounter: four characters are a token, a part of four counts as one."""

    def count(self, text: str) -> int:
        return -(-len(text) // 4)


def turns(*texts: str) -> tuple[Turn, ...]:
    """Customer and agent in turn, the customer first."""
    speakers: tuple[Literal["customer"], Literal["agent"]] = ("customer", "agent")
    return tuple(
        Turn(index=number, speaker=speakers[number % 2], text=text) for number, text in enumerate(texts)
    )


def moment(said: Sequence[Turn] | None = None, **parts: Any) -> Moment:
    """A customer whose kettle leaks and whom nobody has heard yet; `parts` replace fields."""
    whole: dict[str, Any] = {
        "opening": Opening(),
        "reading": Reading(matter="your kettle that leaks", heat=1, emotion="frustration"),
        "decision": Decision(act="acknowledge", why="They have not been heard yet", row="venting"),
        "turns": turns("My kettle leaks, and this is the third one!") if said is None else tuple(said),
        "trigger_seq": 2,
    }
    return Moment(**{**whole, **parts})


def quoted(turn: int) -> Evidence:
    return Evidence(turn=turn, quote="", start=0, end=0)
