"""What becomes of fragments: judged, redacted, staged, and when they end the customer's turn, a trigger.

The customer's turn ends when a fragment says so; in chat with any final; in voice with a pause. While it
lasts there is one `listen`, staged when it starts and released when it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from copilot.coaching import VERSION as COACH_VERSION
from copilot.coaching import Coach, Spoken
from copilot.core.conversation import Conversation, is_backchannel
from copilot.core.events import Coached, Feedback, Speech, Suggested, Transcript
from copilot.core.suggestions import Suggestion, already_does
from copilot.core.tracking import Track
from copilot.core.types import Evidence, Fragment, Reading, Speaker, Turn
from copilot.core.views import FragmentResult, StateView
from copilot.engine.pressure import Shed
from copilot.engine.sessions import Session
from copilot.errors import Closed, Conflicting
from copilot.ports import Meter, Unmasking

# A partial whose final does not come ends the turn after so many pauses.
_PARTIAL_PAUSES = 4
# At most one note in so many turns: more would not be read.
_TURNS_A_NOTE = 10
_QUOTED = 200
_CONFLICTS = {
    "other_text": (
        "this revision of the utterance was sent before with another text",
        "same revision, other text",
    ),
    "other_speaker": ("this utterance was said by somebody else", "same utterance, other speaker"),
}


class Taken(Struct, frozen=True, kw_only=True):
    """The answers, the state that goes with them, whether the customer's turn ended, and if it goes on
    (or a partial came), after how many ms of silence it will have ended; `latest` is what was said last."""

    results: tuple[FragmentResult, ...]
    state: StateView
    turn_ended: bool
    pause_ms: int | None
    latest: Fragment | None = None


class Intake:
    """Stages what fragments mean. Used under the session's lock; never waits."""

    def __init__(
        self,
        fingerprint: Callable[[str, str], str],
        meter: Meter,
        *,
        pause_ms: int,
        late_ms: int,
        answers_at_once: bool,
        version: str,
        coach: Coach | None = None,
        sheds: Callable[[Shed], bool] = lambda _: False,
    ) -> None:
        self._sheds = sheds
        self._coach = coach
        self._fingerprint = fingerprint
        self._meter = meter
        self._pause_ms = pause_ms
        self._late_ms = late_ms
        self._answers_at_once = answers_at_once
        self._version = version

    def take(
        self,
        session: Session,
        fragments: Sequence[Fragment],
        now_ms: int,
        listening: Callable[[Session], Suggestion],
    ) -> Taken:
        """Raises Closed, Conflicting; then nothing was staged."""
        conversation = session.conversation
        closed_ms = conversation.close_asked_ms
        if closed_ms is not None and now_ms - closed_ms > self._late_ms:
            raise Closed("this conversation is closed")
        salt = conversation.salt
        prints = [self._fingerprint(one.text, salt) if one.final else "" for one in fragments]
        if len(fragments) > 1:
            self._refuse_conflicts(conversation, fragments, prints)
        results: list[FragmentResult] = []
        ended, pause, glimpsed = False, None, None
        latest: Fragment | None = None
        for fragment, fingerprint in zip(fragments, prints, strict=True):
            result = self._take_one(session, fragment, fingerprint, now_ms)
            self._meter.fragment(result.status, fragment.final)
            results.append(result)
            if result.status != "accepted" or conversation.close_asked_ms is not None:
                continue
            # Not redacted: nothing of a partial is kept or shown but the phase and the mood in this reply.
            unread = fragment.final or result.reason == "unread"
            glimpsed = None if unread else conversation.glimpse(fragment)
            if fragment.speaker == "customer" and not is_backchannel(fragment.text):
                latest = fragment
                ended = self._customer_spoke(session, fragment, now_ms, listening)
                pause = None if ended else self._pause_ms * (1 if fragment.final else _PARTIAL_PAUSES)
            elif fragment.speaker == "agent" and fragment.final and not is_backchannel(fragment.text):
                ended, pause, latest = False, None, fragment
                self._agent_spoke(session, now_ms)
        self._withdraw(session, now_ms, ended and self._answers_at_once)
        state = conversation.state()
        if glimpsed is not None:
            state = _as_glimpsed(state, glimpsed)
        return Taken(results=tuple(results), state=state, turn_ended=ended, pause_ms=pause, latest=latest)

    def _refuse_conflicts(
        self, conversation: Conversation, fragments: Sequence[Fragment], prints: Sequence[str]
    ) -> None:
        """All or nothing: a conflict anywhere in a batch is found before anything is staged."""
        texts: dict[tuple[str, int, bool], str] = {}
        speakers: dict[str, Speaker] = {}
        for fragment, fingerprint in zip(fragments, prints, strict=True):
            verdict = conversation.transcript.judge(fragment, fingerprint)
            if verdict.status == "conflict":
                raise self._conflict(verdict.reason)
            name = (fragment.utterance_id, fragment.revision, fragment.final)
            if texts.setdefault(name, fragment.text) != fragment.text:
                raise self._conflict("other_text")
            said_by = speakers.setdefault(fragment.utterance_id, fragment.speaker) if fragment.final else None
            if said_by not in (None, fragment.speaker):
                raise self._conflict("other_speaker")

    def _conflict(self, reason: str | None) -> Conflicting:
        self._meter.conflict()
        what, detail = _CONFLICTS[reason or "other_text"]
        return Conflicting(what, errors=[{"pointer": "/utterance_id", "detail": detail}])

    def _take_one(
        self, session: Session, fragment: Fragment, fingerprint: str, now_ms: int
    ) -> FragmentResult:
        conversation = session.conversation
        verdict = conversation.transcript.judge(fragment, fingerprint)
        if verdict.status == "conflict":
            raise self._conflict(verdict.reason)
        seq, reason = verdict.seq, verdict.reason
        if verdict.status == "accepted" and fragment.final:
            if conversation.transcript.is_late(fragment.start_ms, fragment.end_ms):
                reason = "placed_late"
            seq = self._stage_final(session, fragment, fingerprint, now_ms)
        elif verdict.status == "accepted":
            conversation.transcript.note_partial(fragment)
            if self._sheds("partials"):
                self._meter.shed("partials")
                reason = "unread"
        return FragmentResult(
            utterance_id=fragment.utterance_id,
            revision=fragment.revision,
            status=verdict.status,
            seq=seq,
            reason=reason,
        )

    def _stage_final(self, session: Session, fragment: Fragment, fingerprint: str, now_ms: int) -> int:
        redacted = session.redactor.take(fragment.utterance_id, fragment.speaker, fragment.text)
        self._unmask(session, redacted.unmasked, now_ms)
        seq = session.stage(
            Transcript(
                utterance_id=fragment.utterance_id,
                revision=fragment.revision,
                speaker=fragment.speaker,
                text=redacted.text,
                start_ms=fragment.start_ms,
                end_ms=fragment.end_ms,
                confidence=fragment.confidence,
                turn_end=fragment.turn_end,
                fingerprint=fingerprint,
            ),
            now_ms,
        )
        change = session.conversation.phase_change()
        if change is not None:
            session.stage(change, now_ms)
        return seq

    def _unmask(self, session: Session, unmaskings: Sequence[Unmasking], now_ms: int) -> None:
        for unmasking in unmaskings:
            session.stage(
                session.conversation.transcript.event_of(unmasking.utterance_id, unmasking.text), now_ms
            )

    def _customer_spoke(
        self,
        session: Session,
        fragment: Fragment,
        now_ms: int,
        listening: Callable[[Session], Suggestion],
    ) -> bool:
        """True when the customer's turn ends with this fragment."""
        session.stop_race()
        session.spare = None
        conversation = session.conversation
        if fragment.final:
            self._note_cutting_in(session, now_ms)
        in_chat = conversation.opening.channel == "chat"
        if fragment.final and (fragment.turn_end or (in_chat and fragment.turn_end is None)):
            self.end_turn(session, now_ms)
            return True
        if not conversation.speaking:
            session.stage(Speech(speaker="customer", state="started"), now_ms)
            session.stage(Suggested(suggestion=listening(session), version=self._version), now_ms)
        return False

    def end_turn(self, session: Session, now_ms: int) -> None:
        """The customer's turn is over; the pause clock stops."""
        session.pause_until = None
        if session.conversation.speaking:
            session.stage(Speech(speaker="customer", state="ended"), now_ms)

    def settle(self, session: Session, now_ms: int) -> None:
        """Nothing follows: the turn is over, and what was masked for what might follow is given back."""
        self.end_turn(session, now_ms)
        self._unmask(session, session.redactor.finish(), now_ms)

    def _agent_spoke(self, session: Session, now_ms: int) -> None:
        """The agent took the turn: nothing is due any more for what the customer said."""
        self.end_turn(session, now_ms)
        if (found := session.conversation.card_said(now_ms)) is not None:
            suggestion_id, saying = found
            said = Feedback(suggestion_id=suggestion_id, verdict="said", share=saying.of_card)
            session.stage(said, now_ms)
        turns = session.conversation.turns.all()
        if turns[-1].speaker == "agent":
            answered = turns[-2] if len(turns) > 1 else None
            self._note(session, turns[-1], answered, now_ms)
        did, proposed = session.conversation.reading.agent_act, session.racing_for
        if did is not None and proposed is not None and already_does(did, proposed):
            session.stop_race()

    def _note_cutting_in(self, session: Session, now_ms: int) -> None:
        """The agent's words came first here, yet they may have been said into the customer's."""
        turns = session.conversation.turns.all()
        if len(turns) > 1 and turns[-1].start_ms < turns[-2].start_ms < turns[-1].end_ms:
            self._note(session, turns[-2], turns[-1], now_ms)

    def _note(self, session: Session, turn: Turn, customer: Turn | None, now_ms: int) -> None:
        """Stages the coach's note on an agent's turn, if it has one and it is time for one."""
        conversation = session.conversation
        noted = conversation.noted_turn
        recent = noted is not None and len(conversation.turns) - noted < _TURNS_A_NOTE
        if self._coach is None or recent or turn.speaker != "agent":
            return
        spoken = Spoken(
            turn=turn,
            customer=customer,
            turns=conversation.turns.all()[: turn.index],
            before=conversation.before,
            after=conversation.reading,
            opening=conversation.opening,
            cut_in=turn.index < len(conversation.turns) - 1,
        )
        note = self._coach(spoken)
        if note is not None:
            words = turn.text[:_QUOTED]
            evidence = Evidence(turn=turn.index, quote=words, start=0, end=len(words), cue=note.rule)
            session.stage(
                Coached(rule=note.rule, text=note.text, evidence=(evidence,), version=COACH_VERSION), now_ms
            )

    def _withdraw(self, session: Session, now_ms: int, answer_follows: bool) -> None:
        """Takes away a card that was overtaken, unless the answer that is due now takes its place."""
        if session.conversation.overtaken and not answer_follows:
            self.withdraw(session, now_ms)

    def withdraw(self, session: Session, now_ms: int) -> None:
        """Takes away what is on show."""
        shown = session.conversation.shown
        if shown is not None:
            gone = msgspec.structs.replace(shown, status="withdrawn", revision=shown.revision + 1)
            session.stage(Suggested(suggestion=gone, version=self._version), now_ms)


def _as_glimpsed(state: StateView, track: Track) -> StateView:
    reading: Reading = track.reading
    return StateView(
        seq=state.seq,
        phase=reading.phase,
        confidence=round(reading.confidence, 3),
        heard=reading.heard,
        heat=reading.heat,
        emotion=reading.emotion,
        cause=reading.cause,
    )
