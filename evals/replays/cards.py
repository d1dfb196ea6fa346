"""The agent's screen during a replay: which card stood on it, from when to when, and how it ended. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from copilot.core.events import PhaseRead, Suggested, Transcript
from copilot.core.suggestions import Suggestion
from copilot.engine.readers import Growing, StreamItem
from evals.replays.spans import Span, turn_of
from evals.runs.points import offered_of
from evals.runs.results import Appearance, CardResult, Ending, PhaseChange


class Seen(NamedTuple):
    """What reached the agent's side, and when, in ms since the beginning."""

    at_ms: int
    item: StreamItem


class Screen:
    """Takes what reached the agent's side, in order, and keeps the cards that were on show."""

    def __init__(self, spans: Sequence[Span], ended: Mapping[int, int]) -> None:
        """`ended` says when each turn's last words were really sent, by the turn's number."""
        self._spans = spans
        self._ended = ended
        self._turns: dict[int, int] = {}
        self._shown: CardResult | None = None
        self._expires_ms = 0
        self.cards: list[CardResult] = []
        self.phases: list[PhaseChange] = []

    def take(self, seen: Seen) -> None:
        if isinstance(seen.item, Growing):
            self._suggested(seen.at_ms, seen.item.suggestion)
            return
        event = getattr(seen.item, "event", None)
        match event:
            case Transcript():
                self._turns[seen.item.seq] = turn_of(event.utterance_id)  # type: ignore[union-attr]
            case Suggested():
                self._suggested(seen.at_ms, event.suggestion)
            case PhaseRead():
                self.phases.append(
                    PhaseChange(at_ms=seen.at_ms, phase=event.phase, heat=event.heat, heard=event.heard)
                )

    def end(self, at_ms: int, ending: Ending) -> None:
        """Nothing is shown any more."""
        shown = self._shown
        if shown is None:
            return
        if self._expires_ms < at_ms:
            at_ms, ending = self._expires_ms, "expired"
        self.cards.append(replace(shown, ended_ms=at_ms, ending=ending))
        self._shown = None

    def _suggested(self, at_ms: int, suggestion: Suggestion) -> None:
        if suggestion.status == "withdrawn":
            self.end(at_ms, "withdrawn")
            return
        shown = self._shown
        appearance = Appearance(
            at_ms=at_ms,
            status="partial" if suggestion.status == "partial" else "final",
            text=suggestion.text,
        )
        if shown is not None and shown.id == suggestion.id:
            grown = (*shown.appearances, appearance)
            self._shown = replace(shown, appearances=grown, offered=offered_of(suggestion))
        else:
            self.end(at_ms, "superseded")
            turn = self._turn(at_ms, suggestion)
            self._shown = CardResult(
                id=suggestion.id,
                turn=turn,
                turn_ended_ms=self._ended.get(turn, at_ms),
                appeared_ms=at_ms,
                ended_ms=at_ms,
                ending="replay_ended",
                phase=suggestion.phase,
                offered=offered_of(suggestion),
                appearances=(appearance,),
            )
        self._expires_ms = at_ms + suggestion.ttl_ms

    def _turn(self, at_ms: int, suggestion: Suggestion) -> int:
        """The turn that a card answers; a `listen` belongs to the turn that is being spoken."""
        if suggestion.silence == "customer_speaking":
            begun = [
                span.turn for span in self._spans if span.speaker == "customer" and span.start_ms <= at_ms
            ]
            return begun[-1] if begun else 0
        return self._turns.get(suggestion.trigger_seq, 0)
