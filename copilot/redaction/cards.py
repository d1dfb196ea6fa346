"""Payment card numbers: any run of 13 or more digits, and of 8 or more where the words speak of a card.

No check digit is asked for: one misheard digit must not unmask the other fifteen.
"""

from __future__ import annotations

from copilot.redaction import cues, numbers
from copilot.redaction.cues import Cue
from copilot.redaction.numbers import Run

LABEL = "[card]"
SHORTEST = 13
_NAMED = 8


def mask(text: str) -> str:
    """The text with its card numbers replaced."""
    text = numbers.unflooded(text)
    low = numbers.folded(text)
    said = numbers.words(low)
    if not numbers.present(low, said):
        return text
    runs = numbers.find(low)
    found = cues.find(low) if cues.present(low, said) else []
    if not found and all(run.end - run.start < SHORTEST for run in runs):
        return text
    owned = zip(runs, cues.owners(runs, found), strict=True)
    return numbers.replaced(text, [(r.start, r.end, LABEL) for r, owner in owned if is_card(low, r, owner)])


def is_card(low: str, run: Run, owner: Cue | None) -> bool:
    """Whether a number in a folded text is a card's, given the cue nearest to it."""
    size = len(run.digits)
    other = owner is not None and owner.kind == "other"
    if size >= SHORTEST:
        ids = other and numbers.is_list(low, run)
        return not (ids or numbers.is_moment(low, run) or numbers.is_account(low, run))
    return size >= _NAMED and owner is not None and owner.kind == "card" and not numbers.is_date(low, run)
