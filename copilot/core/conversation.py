"""The live state of a conversation: the fold of its log, and nothing that the log does not say."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection

import msgspec

from copilot.core.attention import CardTimes
from copilot.core.course import Course
from copilot.core.events import (
    AnyEvent,
    Changed,
    CloseAsked,
    Coached,
    Ended,
    Feedback,
    Opened,
    PhaseRead,
    Speech,
    Suggested,
    Unshown,
    WrapUp,
    WrapUpEdited,
)
from copilot.core.events import Transcript as TranscriptEvent
from copilot.core.offered_cards import OfferedCards
from copilot.core.said import Saying
from copilot.core.suggestions import Happening, Suggestion, already_does, overtakes
from copilot.core.tracking import Track, Tracker
from copilot.core.transcript import Transcript
from copilot.core.turns import Turns
from copilot.core.types import Act, Decision, Fragment, Moment, Opening, Reading, Turn
from copilot.core.views import StateView

# A phrase does not come again within so many cards.
CARDS_REMEMBERED = 20
# A text of other words is known by its first.
_BACKCHANNEL = re.compile(
    r"""[\s.,…]*
    (?:(?:mm-hm|mmm?|mhm|hmm?|uh-huh|uh|huh|um|er|aha?
      # What a recogniser writes where nobody speaks.
      |[\[(<*](?:blank_audio|(?:background|hold)\ (?:noise|music)|noise|music|silence|inaudible|unintelligible
        |unk|crosstalk|static|beep|ringing|cough(?:s|ing)?|laugh(?:s|ing|ter)|breath(?:es|ing)?)[\])>*]
      |(?>[♪♫♬](?:[^♪♫♬]*+[♪♫♬])*+)
    )(?:[\s.,…]+|$))*""",
    re.IGNORECASE | re.VERBOSE,
)


def is_backchannel(text: str) -> bool:
    """Sounds that say 'I am listening' and nothing else, also the noises and the music that are no words."""
    return _BACKCHANNEL.fullmatch(text) is not None


class Conversation:
    """`apply` folds stored events in order; everything else is reading."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self.seq = 0
        self.opened_ms = 0
        self.touched_ms = 0
        self.opening = self.first_opening = Opening()
        self.transcript = Transcript()
        self.turns = Turns()
        self.salt = ""
        self.close_asked_ms: int | None = None
        self.ended = False
        self.speaking = False
        self.shown: Suggestion | None = None
        self.overtaken = False
        self.cards = 0
        self.recent: deque[tuple[str, str | None]] = deque(maxlen=CARDS_REMEMBERED)
        self.offered = OfferedCards()
        self.course = Course()
        self.wrap_up: WrapUp | None = None
        self.wrap_up_text: str | None = None
        self.said_ms = 0
        self.card_times = CardTimes()
        self.noted_turn: int | None = None
        self.customer_seq = 0
        self.customer_at_ms = 0
        self.answered_seq = 0
        self.rests_on = 0
        self._has_floor: str | None = None
        self._agent_did: dict[Act, int] = {}
        self._decided: PhaseRead | None = None
        self._track = self._before = tracker.start(self.opening.channel)

    # --- the fold ---------------------------------------------------------------------------------

    def apply(self, seq: int, at_ms: int, event: AnyEvent) -> None:
        self.seq = seq
        self.touched_ms = at_ms
        match event:
            case TranscriptEvent():
                self._heard(seq, at_ms, event)
            case PhaseRead():
                self._decided = event
                self.course.take(at_ms, self.said_ms, event)
            case Suggested():
                self._suggested(event.suggestion, at_ms)
                self.offered.take(event.suggestion, at_ms)
            case Coached():
                self.noted_turn = len(self.turns)
            case Feedback(verdict="said"):
                self.offered.forget(event.suggestion_id)
            case Unshown(reason="holdout"):
                self.answered_seq = max(self.answered_seq, event.suggestion.trigger_seq)
                self.cards = max(self.cards, int(event.suggestion.id[1:]))
            case Speech(speaker="customer"):
                self.speaking = event.state == "started"
            case Opened():
                self.opened_ms = self.course.opened_ms = at_ms
                self.salt = event.salt
                self.opening = self.first_opening = event.opening
                self._track = self._before = self._tracker.start(event.opening.channel)
            case Changed():
                parts = {
                    "agent": event.agent,
                    "customer": event.customer,
                    "context": event.context,
                }
                known = {name: part for name, part in parts.items() if part is not None}
                if known:
                    self.opening = msgspec.structs.replace(self.opening, **known)
                    self.rests_on = seq
                if event.quiet is not None:
                    self.card_times.quiet = event.quiet
            case CloseAsked():
                self.close_asked_ms = at_ms
            case WrapUp():
                self.wrap_up = event
            case WrapUpEdited():
                self.wrap_up_text = event.text
            case Ended():
                self.ended = True
                self.shown = None
            case _:
                pass  # feedback and answers change nothing that decisions rest on

    def _heard(self, seq: int, at_ms: int, event: TranscriptEvent) -> None:
        new = self.transcript.apply(event, seq)
        self.said_ms = max(self.said_ms, event.end_ms)
        if event.speaker == "system":
            return
        if new and self.turns.starts(event.speaker):
            self._before = self._track
        turn = self.turns.take(event.utterance_id, event.speaker, event.text, event.start_ms, event.end_ms)
        if event.unmasked:
            return
        if turn.index == len(self.turns) - 1:
            self._track = self._tracker.advance(self._before, turn)
        backchannel = is_backchannel(event.text)
        act = self._track.reading.agent_act if event.speaker == "agent" else None
        if not backchannel:
            self.rests_on = seq
            if event.speaker == "customer":
                self.customer_seq, self.customer_at_ms = seq, at_ms
            if new:
                self._has_floor = event.speaker
                if act is not None:
                    self._agent_did[act] = seq
        happening = Happening(
            seq=seq,
            speaker=event.speaker,
            act=act,
            backchannel=backchannel,
            own=not new,
        )
        if self.shown is not None and overtakes(happening, self.shown):
            self.overtaken = True

    def _suggested(self, suggestion: Suggestion, at_ms: int) -> None:
        number = int(suggestion.id[1:])
        if suggestion.silence is None and suggestion.status == "final" and number > self.cards:
            self.card_times.take(at_ms)
        self.overtaken = False
        self.cards = max(self.cards, number)
        if suggestion.status == "withdrawn":
            self.shown = None
            return
        self.shown = suggestion
        if suggestion.silence != "customer_speaking":
            self.answered_seq = max(self.answered_seq, suggestion.trigger_seq)
        if suggestion.silence is None:
            self.recent.append((suggestion.text, suggestion.phrase_id))

    # --- reading ----------------------------------------------------------------------------------

    @property
    def reading(self) -> Reading:
        """What the tracker carries on, with the phase and mood as they were decided."""
        reading, decided = self._track.reading, self._decided
        if decided is None:
            return reading
        return msgspec.structs.replace(
            reading,
            phase=decided.phase,
            confidence=decided.confidence,
            heard=decided.heard,
            heat=decided.heat,
            emotion=decided.emotion,
            cause=decided.cause,
            evidence=decided.evidence,
        )

    @property
    def before(self) -> Reading:
        """What the tracker read before the turn that is last now."""
        return self._before.reading

    def state(self) -> StateView:
        reading = self._track.reading if self._decided is None else self._decided
        return StateView(
            seq=self.seq,
            phase=reading.phase,
            confidence=reading.confidence,
            heard=reading.heard,
            heat=reading.heat,
            emotion=reading.emotion,
            cause=reading.cause,
        )

    def phase_change(self) -> PhaseRead | None:
        """The decision to write down when the tracker now reads something else than was decided."""
        now, was = self._track.reading, self._decided
        before = was or Reading()
        same = (
            now.phase == before.phase
            and now.heat == before.heat
            and now.emotion == before.emotion
            and now.cause == before.cause
            and now.heard == before.heard
        )
        if not len(self.turns) or (same and was is not None):
            return None
        return PhaseRead(
            phase=now.phase,
            previous=before.phase,
            confidence=round(now.confidence, 3),
            heard=now.heard,
            heat=now.heat,
            emotion=now.emotion,
            cause=now.cause,
            evidence=now.evidence,
            seq_of_turn=self.seq,
            version=self._tracker.version,
        )

    def glimpse(self, fragment: Fragment) -> Track:
        """What the tracker would read if this partial were final; nothing is kept."""
        if fragment.speaker == "system":
            return self._track
        before = self._track if self.turns.starts(fragment.speaker) else self._before
        turn = self.turns.glimpse(fragment.speaker, fragment.text, fragment.end_ms)
        return self._tracker.advance(before, turn)

    def imagined(self, text: str, end_ms: int) -> tuple[Reading, tuple[Turn, ...]]:
        """What would be read, and the turns, if the customer's turn ended with these words; nothing is
        kept."""
        glimpsed = self.turns.glimpse("customer", text, end_ms)
        turn = msgspec.structs.replace(glimpsed, more=False)
        before = self._track if self.turns.starts("customer") else self._before
        return self._tracker.advance(before, turn).reading, (*self.turns.all()[: turn.index], turn)

    def taken_turns(self) -> tuple[Turn, ...]:
        """The turns, but for an agent's 'mm-hm' at their end: the floor is still the customer's."""
        turns = self.turns.all()
        aside = self._has_floor == "customer" and turns and turns[-1].speaker == "agent"
        return turns[:-1] if aside else turns

    def card_said(self, now_ms: int) -> tuple[str, Saying] | None:
        """The card that the agent's turn says, by its id, and how much of it."""
        turn = self.turns.last
        return self.offered.said_in(turn.text, now_ms) if turn and turn.speaker == "agent" else None

    @property
    def did(self) -> Collection[Act]:
        """The acts of the agent's turns."""
        return self._agent_did.keys()

    def unanswered(self) -> bool:
        """Did the customer speak last (an 'mm-hm' aside), with no answer to it yet?"""
        return self._has_floor == "customer" and self.customer_seq > self.answered_seq

    def stands(self, suggestion: Suggestion, *, since: int) -> bool:
        """Is a suggestion still worth showing, after what has come past `since`, where its making began?"""
        if self.close_asked_ms is not None or suggestion.trigger_seq != self.customer_seq:
            return False
        return not any(
            seq > since and already_does(act, suggestion.act) for act, seq in self._agent_did.items()
        )

    def moment(self, seed: str, decision: Decision, *, tone: str = "", requested: bool = False) -> Moment:
        """All that a suggester may know now."""
        return Moment(
            opening=self.opening,
            reading=self.reading,
            decision=decision,
            turns=self.taken_turns(),
            trigger_seq=self.customer_seq,
            recent=tuple(self.recent),
            requested=requested,
            seed=seed,
            tone=tone,
        )
