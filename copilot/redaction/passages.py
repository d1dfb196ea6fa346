"""What a conversation's numbers add up to: which stay masked, and which are given back."""

from __future__ import annotations

import re
from typing import NamedTuple

from copilot.core.lazy import lazy
from copilot.core.types import Speaker
from copilot.redaction import cards, codes, cues, numbers
from copilot.redaction.codes import Awaiting
from copilot.redaction.cues import Cue
from copilot.redaction.numbers import Run
from copilot.redaction.small_talk import is_thin

DIGITS = "[digits]"
# Fragments without a further piece after which a passage is over, and for which a cue is remembered.
PATIENCE = 6
_CUE_AGE, _CODE_AGE = 8, 5
_KNOWN, _KEPT = 8, 80
_LONGEST = 19
# Of a card's number the first six may be known, but never a stretch of them and more.
_STRETCH = 6
_EDGE, _BARE = 3, 12
_LENGTH_OF_CODES = 4

# Between a thing and its number: 'order number is 12345678'.
_NAMES_IT = re.compile(
    r"[\s:#]{0,4}(?:(?:is|was|number|no|id|says|ref|it's|for|me on|us on|me at|us at)\b[\s:#]{0,4}){0,3}"
)


class Heard:
    """What a fragment's text holds, found once; the rest of it only where a number makes somebody ask."""

    def __init__(self, low: str, runs: list[Run], found: list[Cue]) -> None:
        self.low = low
        self.runs = runs
        self.cues = found

    @property
    def nothing(self) -> bool:
        """Neither a number nor a word that speaks of one."""
        return not (self.runs or self.cues)

    @property
    def plain(self) -> bool:
        """Nothing here can be a code or an expiry, or make the next number one."""
        return all(cue.kind == "other" for cue in self.cues) and all(
            len(run.digits) <= _LENGTH_OF_CODES for run in self.runs
        )

    @lazy
    def owners(self) -> list[Cue | None]:
        """For each number the cue that says what it is."""
        return cues.owners(self.runs, self.cues)

    @lazy
    def led(self) -> bool:
        """Nothing of weight stands before the first number, or at all."""
        return is_thin(self.low[: self.runs[0].start] if self.runs else self.low)

    @lazy
    def open_end(self) -> bool:
        """Nothing of weight stands after the last number."""
        return bool(self.runs) and is_thin(self.low[self.runs[-1].end :])


class Piece(NamedTuple):
    """A number that may be part of a card's: in which utterance, at which place, and who said it."""

    utterance_id: str
    place: int
    speaker: Speaker
    digits: str
    echo: bool


class State(NamedTuple):
    """All that is remembered of a conversation: digits in memory only."""

    subject: str = ""  # what the last cue spoke of: 'card', 'strong' (its number), 'other'
    subject_age: int = 0
    pieces: tuple[Piece, ...] = ()
    about: str = ""  # the subject when the passage began
    sure: bool = False  # the passage is a card's number
    quiet: int = 0
    doubts: int = 0
    awaiting: Awaiting = Awaiting()
    code_age: int = 0
    code: str = ""
    cards: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def calm(self) -> bool:
        """Whether a fragment without numbers and cues only makes what was said before it older."""
        return not (self.pieces or self.sure or self.awaiting.kind or self.code)


def listen(text: str) -> Heard:
    """Finds the numbers and cues of a fragment."""
    low = numbers.folded(text)
    said = numbers.words(low)
    found = cues.find(low) if cues.present(low, said) else []
    runs = cues.outside(numbers.find(low), found) if numbers.present(low, said) else []
    return Heard(low, runs, found)


def aged(state: State) -> State:
    """The state one fragment later."""
    age = state.subject_age + 1
    over = age > _CUE_AGE and not state.pieces
    code_over = state.code_age + 1 > _CODE_AGE
    return state._replace(
        subject="" if over else state.subject,
        subject_age=age,
        quiet=state.quiet + 1,
        code_age=state.code_age + 1,
        awaiting=Awaiting() if code_over else state.awaiting,
        code="" if code_over else state.code,
    )


class Step:
    """One fragment's effect: reads it against the state, labels its numbers, says what is cleared."""

    def __init__(self, state: State, utterance_id: str, speaker: Speaker, heard: Heard) -> None:
        self.state = state
        self.utterance_id = utterance_id
        self.speaker = speaker
        self.heard = heard
        self.labels: list[str] = []
        self.cleared: list[Piece] = []
        self.sure: list[Piece] = []
        self.joined = False

    def run(self) -> Step:
        """Reads the fragment. What it found stands in `state`, `labels`, `cleared` and `sure`."""
        self.state = aged(self.state)
        heard = self.heard
        if (self.state.pieces or self.state.sure) and not heard.led and not self._echoes():
            self._interrupt()
        place = 0
        named = self._codes()
        for _, item in cues.sweep(heard.runs, heard.cues):
            if isinstance(item, Cue):
                self._cue(item)
            else:
                self.labels.append(self._label(place, item, named[place]))
                place += 1
        ended = self.joined and heard.runs and not heard.open_end
        if ended and not self._carded() and not self.state.sure:
            self._close()
        if not self.joined and self.state.quiet > PATIENCE:
            self._close()
        return self

    def finish(self) -> Step:
        """Nothing follows any more."""
        self._close()
        return self

    # --- what the words around the numbers do --------------------------------------------------

    def _interrupt(self) -> None:
        """Something of weight was said: a number nobody called a card's is over."""
        state = self.state
        if state.sure and not self.heard.cues and self._only_counts():
            self.state = state._replace(doubts=state.doubts + 1)
            if state.doubts:
                self._close()
            return
        if not state.pieces or state.sure or self._carded():
            return
        named = state.about == "other" or state.doubts
        if named or any(piece.speaker == self.speaker for piece in state.pieces):
            self._close()
        else:
            self.state = state._replace(doubts=1)

    def _only_counts(self) -> bool:
        return all(codes.is_counting(self.heard.low, run) for run in self.heard.runs)

    def _cue(self, cue: Cue) -> None:
        if cue.kind == "other":
            if cue.strong or not self._carded():
                self._close()
                if self.state.subject != "other" or self.state.subject_age:
                    self.state = self.state._replace(subject="other", subject_age=0)
        elif cue.kind == "card":
            if self.state.about == "other":
                self._close()
            elif self.state.pieces and not self.state.about:
                self.state = self.state._replace(about="strong" if cue.strong else "card")
            strong = cue.strong or (self.state.subject == "strong" and not self.state.pieces)
            self.state = self.state._replace(subject="strong" if strong else "card", subject_age=0)
        elif cue.kind == "code":
            self.state = self.state._replace(code_age=0)

    def _carded(self) -> bool:
        return self.state.about in ("card", "strong") and bool(self.state.pieces)

    def _echoes(self) -> bool:
        said = self._said()
        return any(len(run.digits) > 3 and run.digits in said for run in self.heard.runs)

    # --- what a number is ----------------------------------------------------------------------

    def _codes(self) -> list[str]:
        """The labels of codes and expiries, said by this text or asked for before it."""
        state, heard = self.state, self.heard
        if not (state.awaiting.kind or state.code) and heard.plain:
            return [""] * len(heard.runs)
        fresh = state.awaiting if heard.led or state.awaiting.got else Awaiting()
        skip = {
            run.start for run in heard.runs if len(run.digits) > _LENGTH_OF_CODES and self._known(run.digits)
        }
        labels, awaiting = codes.scan(heard.low, heard.runs, heard.cues, fresh, skip)
        coded = [run for run, label in zip(heard.runs, labels, strict=True) if label == codes.CODE]
        said = "".join(run.digits for run in coded)
        if said:
            whole = state.code + said
            recent = {whole, said, *(run.digits for run in coded)}
            kept = tuple(
                c for c in sorted(recent) if 3 <= len(c) <= _LENGTH_OF_CODES and c not in state.codes
            )
            # The window stays open: the rest of the code or its read-back may follow.
            self.state = state._replace(
                code=whole[-8:], codes=(state.codes + kept)[-4 * _KNOWN :], code_age=0, awaiting=awaiting
            )
        elif awaiting.kind or not state.awaiting.kind:
            opened = bool(awaiting.kind) and awaiting is not state.awaiting
            self.state = state._replace(awaiting=awaiting, code_age=0 if opened else state.code_age)
        return labels

    def _label(self, place: int, run: Run, named: str) -> str:
        heard, state = self.heard, self.state
        owner = heard.owners[place]
        size = len(run.digits)
        if cards.is_card(heard.low, run, owner):
            self._card(run)
            return cards.LABEL
        if size >= cards.SHORTEST:
            return ""
        if named:
            return named
        if self._known(run.digits):
            return cards.LABEL
        if run.digits in state.codes:
            return codes.CODE
        at_edge = state.code and size <= _LENGTH_OF_CODES and (heard.led or heard.open_end)
        if at_edge and not codes.is_counting(heard.low, run):
            return codes.CODE
        if owner is not None and owner.kind == "other":
            named_so = owner.strong or _NAMES_IT.fullmatch(heard.low, owner.end, run.start)
            joins = bool(state.pieces) and self._carded() and not named_so
        else:
            joins = bool(state.pieces or state.sure) and self._joins(place, run)
        if joins or self._begins(place, run):
            self._join(place, run)
            return DIGITS
        return ""

    def _joins(self, place: int, run: Run) -> bool:
        """Whether a number goes on with, or repeats, the one that is being said."""
        heard, state = self.heard, self.state
        first, last = place == 0 and heard.led, place == len(heard.runs) - 1 and heard.open_end
        if numbers.is_date(heard.low, run) or not self._digit(run, first, last):
            return False
        if state.sure:
            return first or last or (state.subject in ("card", "strong") and codes.is_small(heard.low, run))
        if self._carded():
            return first or last or len(run.digits) > 1
        return first or (last and self._weighs(run)) or (len(run.digits) > 3 and run.digits in self._said())

    def _begins(self, place: int, run: Run) -> bool:
        """Whether a number may be the beginning of a card's that goes on in what follows."""
        heard, state = self.heard, self.state
        last = place == len(heard.runs) - 1 and heard.open_end
        carded = state.subject in ("card", "strong")
        if numbers.is_date(heard.low, run):
            return False
        if last and self._weighs(run):
            return True
        if last and heard.led and place == 0 and self._digit(run, True, last):
            # A fragment that is hardly more than the number; 'oh' and 'one' alone are words.
            bare = run.start <= _BARE and heard.low[run.start : run.end] not in ("oh", "o", "one")
            if carded or bare:
                return True
        owner = heard.owners[place]
        if owner is not None and owner.kind == "other":
            return False
        return carded and state.subject == "strong" and len(run.digits) > 3 and codes.is_small(heard.low, run)

    def _digit(self, run: Run, first: bool, last: bool) -> bool:
        """Whether a lone number word is meant as a digit and not as in 'one of them'."""
        low = self.heard.low
        if run.words > 1 or len(run.digits) > 1 or low[run.start].isdigit():
            return True
        return first and (last or self._carded() or self.state.sure) and not codes.is_counting(low, run)

    def _weighs(self, run: Run) -> bool:
        alone = run.words == 1 and not self.heard.low[run.start].isdigit()
        money = run.start > 0 and self.heard.low[run.start - 1] in "$£€¥"
        return len(run.digits) >= _EDGE and not alone and not money

    def _known(self, digits: str) -> bool:
        """Whether these digits are a piece of a card that was said, and more than its last four."""
        size = len(digits)
        for card in self.state.cards:
            if size >= 4 and digits in card and not (size == 4 and card.endswith(digits)):
                return True
            if any(digits[i : i + _STRETCH] in card for i in range(size - _STRETCH + 1)):
                return True
        return False

    # --- the passage ---------------------------------------------------------------------------

    def _said(self) -> str:
        return "".join(piece.digits for piece in self.state.pieces if not piece.echo)

    def _join(self, place: int, run: Run) -> None:
        state = self.state
        if not state.pieces and not state.sure:
            state = state._replace(about=state.subject, doubts=0)
        piece = Piece(self.utterance_id, place, self.speaker, run.digits, self._is_echo(run))
        pieces = (*state.pieces, piece)
        quiet = state.quiet if piece.echo else 0
        self.state = state._replace(pieces=pieces, quiet=quiet, doubts=0, subject_age=0)
        self.joined = True
        if state.sure or self._total() >= cards.SHORTEST:
            self._settle()

    def _is_echo(self, run: Run) -> bool:
        said = self._said()
        if any(piece.speaker != self.speaker for piece in self.state.pieces):
            theirs = "".join(p.digits for p in self.state.pieces if p.speaker != self.speaker and not p.echo)
            return run.digits in theirs
        # The same number said again; one of few different digits may well be a card's second half.
        return len(run.digits) > 4 and run.digits == said and len(set(run.digits)) > 3

    def _total(self) -> int:
        state = self.state
        sizes: dict[str, int] = {}
        for piece in state.pieces:
            if not piece.echo:
                sizes[piece.speaker] = sizes.get(piece.speaker, 0) + len(piece.digits)
        # What was asked for as an order or a phone number is read back, not carried on, by the other.
        return max(sizes.values(), default=0) if state.about == "other" else sum(sizes.values())

    def _settle(self) -> None:
        """It is a card's number: what was held stays masked for good, and its digits are known."""
        state = self.state
        said = self._said()
        if state.sure and state.cards:
            whole = state.cards[-1] + said if said not in state.cards[-1] else state.cards[-1]
            known = (*state.cards[:-1], whole[:_KEPT])
        else:
            known = (*state.cards, said)[-_KNOWN:]
        self.sure.extend(state.pieces)
        self.state = state._replace(pieces=(), sure=True, doubts=0, cards=known, subject_age=0)

    def _card(self, run: Run) -> None:
        if run.digits not in self.state.cards:
            self.state = self.state._replace(cards=(*self.state.cards, run.digits[:_KEPT])[-_KNOWN:])
        goes_on = self.heard.led and run is self.heard.runs[0] and self.state.about != "other"
        fits = len(self._said()) + len(run.digits) <= _LONGEST
        if self._carded() or self._known(self._said()) or (goes_on and fits):
            self.sure.extend(self.state.pieces)
        else:
            self._close()  # another number came before: with this one it would be too long for a card's
        self.state = self.state._replace(pieces=(), sure=True, doubts=0, quiet=0, subject_age=0)
        self.joined = True

    def _close(self) -> None:
        """The passage is over. What words called a card's number stays masked, the rest is given back."""
        state = self.state
        if state.about == "strong" and len(self._said()) >= 8:
            self._settle()
        state = self.state
        if state.pieces or state.sure or state.about or state.doubts:  # as a rule there is none
            self.cleared.extend(state.pieces)
            self.state = state._replace(pieces=(), sure=False, about="", doubts=0)
