"""One conversation's redaction: holds back the digits at a fragment's edge until what follows decides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from copilot import redaction
from copilot.core.types import Speaker
from copilot.ports import Redacted, Unmasking
from copilot.redaction import cards, codes, numbers, passages
from copilot.redaction.passages import DIGITS, Heard, Piece, State, Step
from copilot.redaction.personal import USUAL, Personal, Span
from copilot.redaction.placeholders import Kind

# So many utterances can still be replaced by a revision in their place.
_WINDOW = 32
_NOTHING = Heard("", [], [])


class _Utterance:
    """An utterance as it was heard: its text in memory only, and what is shown of it."""

    __slots__ = ("before", "heard", "labels", "personal", "shown", "speaker", "sure", "text")

    def __init__(self, speaker: Speaker, text: str, before: State) -> None:
        self.speaker = speaker
        self.text = text
        self.before = before
        self.heard = _NOTHING
        self.labels: list[str] = []
        self.personal: list[Span] = []
        self.sure: set[int] = set()
        self.shown = text


class ConversationRedactor:
    """Implements ports.Redactor. Holds true digits in memory only; they go with the object."""

    def __init__(
        self, kinds: Sequence[Callable[[str], str]] | None = None, personal: Collection[Kind] = USUAL
    ) -> None:
        """`kinds` mask a text by itself; `personal` data is followed through the conversation like cards."""
        self._others = redaction.OTHERS if kinds is None else tuple(kinds)
        self._personal = Personal(personal)
        self._state = State()
        self._utterances: dict[str, _Utterance] = {}

    def take(self, utterance_id: str, speaker: Speaker, text: str) -> Redacted:
        """Masks a final fragment. Gives back what earlier fragments held and this one clears."""
        text = numbers.unflooded(text)
        if utterance_id in self._utterances:
            cleared = self._revise(utterance_id, speaker, text)
        else:
            self._keep(utterance_id, _Utterance(speaker, text, self._state))
            cleared = self._hear(utterance_id)
        entry = self._utterances[utterance_id]
        entry.personal = self._personal.hear(utterance_id, speaker, entry.heard)
        entry.shown = self._shown(entry)
        if not cleared:
            return Redacted(entry.shown)
        return Redacted(entry.shown, self._given_back(cleared - {utterance_id}))

    def preview(self, speaker: Speaker, text: str) -> str:
        """Masks a partial: what follows is not known yet, so that every longer number is hidden."""
        text = numbers.unflooded(text)
        entry = _Utterance(speaker, text, self._state)
        entry.heard = passages.listen(text)
        step = Step(self._state, "", speaker, entry.heard).run()
        last = len(step.labels) - 1
        for place, run in enumerate(entry.heard.runs):
            edge = place == last and entry.heard.open_end
            if not step.labels[place] and len(run.digits) >= (2 if edge else 4):
                step.labels[place] = DIGITS
        entry.labels = step.labels
        entry.personal = self._personal.glimpse(speaker, entry.heard)
        return self._shown(entry)

    def recall(self, text: str) -> None:
        """Takes note of a text of this conversation that was stored before a restart."""
        self._personal.recall(text)

    def finish(self) -> tuple[Unmasking, ...]:
        """Gives back what is still held and is no card's number."""
        step = Step(self._state, "", "system", _NOTHING).finish()
        self._state = step.state
        return self._given_back(self._apply(step))

    def _keep(self, utterance_id: str, entry: _Utterance) -> _Utterance:
        self._utterances[utterance_id] = entry
        while len(self._utterances) > _WINDOW:
            oldest = next(iter(self._utterances))
            if any(piece.utterance_id == oldest for piece in self._state.pieces):
                break
            del self._utterances[oldest]
        return entry

    def _hear(self, utterance_id: str) -> set[str]:
        entry = self._utterances[utterance_id]
        entry.before = self._state
        entry.heard = passages.listen(entry.text)
        if entry.heard.nothing and self._state.calm:
            entry.labels = []
            self._state = passages.aged(self._state)
            return set()
        step = Step(self._state, utterance_id, entry.speaker, entry.heard).run()
        entry.labels = step.labels
        self._state = step.state
        return self._apply(step)

    def _revise(self, utterance_id: str, speaker: Speaker, text: str) -> set[str]:
        """Reads the conversation anew from the utterance on. What was a card's number stays one."""
        later = list(self._utterances)
        later = later[later.index(utterance_id) :]
        entry = self._utterances[utterance_id]
        known_cards, known_codes = self._state.cards, self._state.codes
        cards = (*entry.before.cards, *(c for c in known_cards if c not in entry.before.cards))
        codes = (*entry.before.codes, *(c for c in known_codes if c not in entry.before.codes))
        self._state = entry.before._replace(cards=cards, codes=codes)
        entry.speaker, entry.text, entry.sure = speaker, text, set()
        changed: set[str] = set(later)
        for each in later:
            changed |= self._hear(each)
        return changed

    def _apply(self, step: Step) -> set[str]:
        """Writes down what became of the pieces that were held; returns the utterances they stand in."""
        for piece in step.sure:
            if entry := self._utterances.get(piece.utterance_id):
                entry.sure.add(piece.place)
        return {piece.utterance_id for piece in step.cleared if self._clear(piece)}

    def _clear(self, piece: Piece) -> bool:
        entry = self._utterances.get(piece.utterance_id)
        if entry is None or piece.place in entry.sure or piece.place >= len(entry.labels):
            return False
        entry.labels[piece.place] = ""
        return True

    def _given_back(self, changed: set[str]) -> tuple[Unmasking, ...]:
        given = []
        for utterance_id, entry in self._utterances.items():
            if utterance_id in changed:
                shown = self._shown(entry)
                if shown != entry.shown:
                    entry.shown = shown
                    given.append(Unmasking(utterance_id, shown))
        return tuple(given)

    def _shown(self, entry: _Utterance) -> str:
        text = entry.text
        if entry.labels or entry.personal:
            spans: list[tuple[int, int, str]] = []
            for place, (run, label) in enumerate(zip(entry.heard.runs, entry.labels, strict=True)):
                if label or place in entry.sure:
                    spans.append((run.start, run.end, label or DIGITS))
            if entry.personal:
                spans = _typed(spans, entry.personal)
            if spans:  # a placeholder says by itself what a number next to it is
                text = codes.mask(cards.mask(numbers.replaced(text, spans)))
        for mask in self._others:
            text = mask(text)
        return text


def _typed(held: list[tuple[int, int, str]], personal: list[Span]) -> list[tuple[int, int, str]]:
    """Both in one order: a card's number stays one, what else is masked gets the type that is known."""
    firm = [span for span in held if span[2] == cards.LABEL]
    kept = [span for span in personal if _covers(span, firm) or not _meets(span, firm)]
    return sorted([*kept, *(span for span in held if not _meets(span, kept))])


def _covers(span: Span, others: Sequence[tuple[int, int, str]]) -> bool:
    """An IBAN's digits may look like a card's: all of it is taken out then."""
    met = [other for other in others if _meets(span, [other])]
    return bool(met) and all(span.start < start and end <= span.end for start, end, _ in met)


def _meets(span: tuple[int, int, str], others: Sequence[tuple[int, int, str]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end, _ in others)
