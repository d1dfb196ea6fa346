"""Turns: what one speaker says until the other speaks, in order of arrival, as the tracker reads them."""

from __future__ import annotations

from typing import Literal

from copilot.core.types import Turn

# Somebody who goes on and on is read in stretches of about so many characters: what it costs to read a turn
# must not grow for as long as nobody answers.
_STRETCH = 1_500


class _Open:
    """A turn with its parts, so that a revised utterance changes its words in place."""

    __slots__ = ("end_ms", "index", "parts", "speaker", "start_ms")

    def __init__(self, index: int, speaker: Literal["customer", "agent"], start_ms: int) -> None:
        self.index = index
        self.speaker = speaker
        self.parts: dict[str, str] = {}
        self.start_ms = start_ms
        self.end_ms = start_ms

    def turn(self, more: str = "") -> Turn:
        words = [part for part in self.parts.values() if part]
        if more:
            words.append(more)
        return Turn(
            index=self.index,
            speaker=self.speaker,
            text=" ".join(words),
            start_ms=self.start_ms,
            end_ms=self.end_ms,
            more=bool(more),
        )


class Turns:
    """All turns of a conversation. System utterances are in none."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._turns: list[Turn] = []
        self._turn_of: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._turns)

    @property
    def last(self) -> Turn | None:
        return self._turns[-1] if self._turns else None

    def all(self) -> tuple[Turn, ...]:
        return tuple(self._turns)

    def starts(self, speaker: Literal["customer", "agent"]) -> bool:
        """Would words of this speaker begin a new turn?"""
        return not self._open or self._open[-1].speaker != speaker or len(self._turns[-1].text) > _STRETCH

    def take(
        self, utterance_id: str, speaker: Literal["customer", "agent"], text: str, start_ms: int, end_ms: int
    ) -> Turn:
        """Adds an utterance, or revises it where it stands; returns the turn that changed."""
        index = self._turn_of.get(utterance_id)
        if index is None:
            if self.starts(speaker):
                self._open.append(_Open(len(self._open), speaker, start_ms))
            index = len(self._open) - 1
            self._turn_of[utterance_id] = index
        turn = self._open[index]
        turn.parts[utterance_id] = text
        turn.end_ms = max(turn.end_ms, end_ms)
        changed = turn.turn()
        self._turns[index : index + 1] = (changed,)
        return changed

    def glimpse(self, speaker: Literal["customer", "agent"], text: str, end_ms: int) -> Turn:
        """The turn as it would be if this partial ended it; nothing is kept."""
        if self.starts(speaker):
            return Turn(index=len(self._open), speaker=speaker, text=text, end_ms=end_ms, more=True)
        return self._open[-1].turn(more=text)
