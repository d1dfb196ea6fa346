"""The transcript: which fragments count, and where each stands.

Fragments count in order of arrival. A final is never reopened and only a higher revision replaces it; a
partial steers, and is forgotten. A final that comes within WINDOW_MS of the latest one is put where its
`start_ms` belongs; one that comes later stands where it arrived (its clock may be wrong).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from copilot.core.events import Transcript as TranscriptEvent
from copilot.core.types import Fragment, Said

WINDOW_MS = 5_000
# Partials of utterances whose final never comes are forgotten once this many others have come.
_PARTIALS_KEPT = 64

Status = Literal["accepted", "duplicate", "stale", "conflict"]


class Verdict(NamedTuple):
    """What becomes of a fragment; `seq` is where the one that made it a duplicate or stale stands."""

    status: Status
    reason: str | None = None
    seq: int | None = None


class _Entry:
    """One utterance as it stands."""

    __slots__ = ("end_ms", "fingerprint", "revision", "seq", "speaker", "start_ms", "text", "utterance_id")

    def __init__(self, event: TranscriptEvent, seq: int) -> None:
        self.utterance_id = event.utterance_id
        self.speaker = event.speaker
        self.start_ms = event.start_ms
        self.replace(event, seq)

    def replace(self, event: TranscriptEvent, seq: int) -> None:
        self.revision = event.revision
        self.fingerprint = event.fingerprint
        self.text = event.text
        self.end_ms = event.end_ms
        self.seq = seq


class Transcript:
    """The fold of transcript events; also judges fragments that have not been stored yet."""

    def __init__(self) -> None:
        self._order: list[_Entry] = []
        self._by_id: dict[str, _Entry] = {}
        self._partials: dict[str, tuple[int, str]] = {}
        self._latest_end = -1
        self._latest_start = -1

    def __len__(self) -> int:
        return len(self._order)

    def judge(self, fragment: Fragment, fingerprint: str) -> Verdict:
        """What becomes of a fragment. A conflict is the same revision with another text, or an utterance that
        somebody else said: two lines that number theirs alike must not put words into each other's mouths."""
        entry = self._by_id.get(fragment.utterance_id)
        if fragment.final:
            if entry is None:
                return Verdict("accepted")
            if fragment.speaker != entry.speaker:
                return Verdict("conflict", "other_speaker", entry.seq)
            known, same = entry.revision, entry.fingerprint == fingerprint
        elif entry is not None:
            return Verdict("stale", "utterance_final", entry.seq)
        else:
            partial = self._partials.get(fragment.utterance_id)
            if partial is None:
                return Verdict("accepted")
            known, same = partial[0], partial[1] == fragment.text
        seq = entry.seq if entry else None
        if fragment.revision > known:
            return Verdict("accepted")
        if fragment.revision < known:
            return Verdict("stale", "older_revision", seq)
        if not same:
            return Verdict("conflict", "other_text", seq)
        return Verdict("duplicate", "same_revision", seq)

    def event_of(self, utterance_id: str, text: str) -> TranscriptEvent:
        """The utterance as it stands with its digits given back: an unmasking revision. Raises KeyError."""
        entry = self._by_id[utterance_id]
        return TranscriptEvent(
            utterance_id=utterance_id,
            revision=entry.revision,
            speaker=entry.speaker,
            text=text,
            start_ms=entry.start_ms,
            end_ms=entry.end_ms,
            fingerprint=entry.fingerprint,
            unmasked=True,
        )

    def note_partial(self, fragment: Fragment) -> None:
        """Remembers an accepted partial, so that an older one does not overtake it."""
        self._partials.pop(fragment.utterance_id, None)
        self._partials[fragment.utterance_id] = (fragment.revision, fragment.text)
        while len(self._partials) > _PARTIALS_KEPT:
            del self._partials[next(iter(self._partials))]

    def is_late(self, start_ms: int, end_ms: int) -> bool:
        """Would a final with these times be put before one that is there?"""
        return start_ms < self._latest_start and self._latest_end - end_ms <= WINDOW_MS

    def apply(self, event: TranscriptEvent, seq: int) -> bool:
        """Folds one stored final in. True when it is a new utterance, False when it revised one."""
        self._partials.pop(event.utterance_id, None)
        entry = self._by_id.get(event.utterance_id)
        if entry is not None:
            entry.replace(event, seq)
            self._latest_end = max(self._latest_end, event.end_ms)
            return False
        entry = _Entry(event, seq)
        place = len(self._order)
        if self.is_late(event.start_ms, event.end_ms):
            place = next(i for i, other in enumerate(self._order) if other.start_ms > event.start_ms)
        self._order.insert(place, entry)
        self._by_id[event.utterance_id] = entry
        self._latest_start = max(self._latest_start, event.start_ms)
        self._latest_end = max(self._latest_end, event.end_ms)
        return True

    def said(self) -> tuple[Said, ...]:
        """The utterances in their order."""
        return tuple(
            Said(
                utterance_id=entry.utterance_id,
                speaker=entry.speaker,
                text=entry.text,
                start_ms=entry.start_ms,
                end_ms=entry.end_ms,
                seq=entry.seq,
            )
            for entry in self._order
        )
