"""The cards that the agent may be saying now: the one on offer, and one that went a moment ago."""

from __future__ import annotations

from copilot.core.lazy import lazy
from copilot.core.said import Meaning, Saying, meaning, meaning_of_turn, said_of
from copilot.core.suggestions import Suggestion

# So long after a card went, the agent may still be saying it.
_MOMENT_MS = 10_000
_KEPT = 2


class _Card:
    """A card, since when it is gone, and its wordings, read when the agent first speaks."""

    def __init__(self, suggestion: Suggestion) -> None:
        self._suggestion = suggestion
        self.gone_ms: int | None = None

    @lazy
    def wordings(self) -> list[Meaning]:
        return [meaning(text) for text in (self._suggestion.text, *self._suggestion.alternatives)]


class OfferedCards:
    """Part of the fold: cards as they come and go, until each was said."""

    def __init__(self) -> None:
        self._cards: dict[str, _Card] = {}

    def take(self, suggestion: Suggestion, at_ms: int) -> None:
        """A card came, grew, or went; a new one, also a silence, takes the place of those before it."""
        for card in self._cards.values():
            if card.gone_ms is None:
                card.gone_ms = at_ms
        if suggestion.status == "final" and suggestion.text:
            self._cards.pop(suggestion.id, None)
            self._cards[suggestion.id] = _Card(suggestion)
            while len(self._cards) > _KEPT:
                del self._cards[next(iter(self._cards))]

    def forget(self, suggestion_id: str) -> None:
        """It was said: once is enough."""
        self._cards.pop(suggestion_id, None)

    def said_in(self, turn: str, now_ms: int) -> tuple[str, Saying] | None:
        """The card (its id) that an agent's turn says best, and how much of it; None when it says none."""
        there = {
            name: card
            for name, card in self._cards.items()
            if card.gone_ms is None or now_ms - card.gone_ms <= _MOMENT_MS
        }
        if not there:
            return None
        best: tuple[str, Saying] | None = None
        spoken = meaning_of_turn(turn)
        for name, card in there.items():
            for wording in card.wordings:
                found = said_of(wording, spoken)
                if found is not None and (best is None or found > best[1]):
                    best = name, found
        return best
