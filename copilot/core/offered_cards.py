"""The cards that the agent may be saying now: the one on offer, and one that went a moment ago."""

from __future__ import annotations

from copilot.core.said import Meaning, Saying, meaning, said_of
from copilot.core.suggestions import Suggestion

# So long after a card went, the agent may still be saying it.
_MOMENT_MS = 10_000
_KEPT = 2


class OfferedCards:
    """Part of the fold: cards as they come and go, until each was said."""

    def __init__(self) -> None:
        self._cards: dict[str, tuple[Suggestion, int | None]] = {}

    def take(self, suggestion: Suggestion, at_ms: int) -> None:
        """A card came, grew, or went; a new one, also a silence, takes the place of those before it."""
        for name, (card, gone_ms) in self._cards.items():
            if gone_ms is None:
                self._cards[name] = card, at_ms
        if suggestion.status == "final" and suggestion.text:
            self._cards.pop(suggestion.id, None)
            self._cards[suggestion.id] = suggestion, None
            while len(self._cards) > _KEPT:
                del self._cards[next(iter(self._cards))]

    def forget(self, suggestion_id: str) -> None:
        """It was said: once is enough."""
        self._cards.pop(suggestion_id, None)

    def said_in(self, turn: str, now_ms: int) -> tuple[str, Saying] | None:
        """The card (its id) that an agent's turn says best, and how much of it; None when it says none."""
        best: tuple[str, Saying] | None = None
        spoken: Meaning | None = None
        for name, (card, gone_ms) in self._cards.items():
            if gone_ms is not None and now_ms - gone_ms > _MOMENT_MS:
                continue
            spoken = spoken or meaning(turn)
            for text in (card.text, *card.alternatives):
                found = said_of(text, spoken)
                if found is not None and (best is None or found > best[1]):
                    best = name, found
        return best
