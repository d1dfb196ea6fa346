"""What the customer said of the problem by kind (how long, how often, how much, when); earlier contacts."""

from __future__ import annotations

from collections.abc import Mapping

from copilot.core.lexicon import Hit
from copilot.core.patterns import Patterns
from copilot.core.words import Words

_SAID = "say_"
_CONTACT = "contact_"
_MOST = 99


def mentions_in(
    words: Words, hits: list[Hit], patterns: Patterns, before: Mapping[str, str]
) -> dict[str, str]:
    """The claims so far with this turn's: of one kind, the latest stands."""
    found = dict(before)
    reached = -1
    for hit in hits:
        if hit.last > reached and hit.cue.startswith(_SAID):
            found[hit.cue.removeprefix(_SAID)] = words.quote(hit.first, hit.last)[0]
            reached = hit.last
    amount = patterns.amount.search(words.text) if any(sign in words.text for sign in "$€£") else None
    if amount is not None:
        found["amount"] = amount.group()
    return found


def contacts_in(words: Words, hits: list[Hit], patterns: Patterns) -> int | None:
    """How many earlier contacts the customer speaks of: 'this is my third call' speaks of two."""
    most: int | None = None
    for hit in hits:
        if not hit.cue.startswith(_CONTACT):
            continue
        said = words.norms[hit.first : hit.last + 1]
        if hit.cue == "contact_nth":
            count = next((patterns.ordinals[word] for word in said if word in patterns.ordinals), None)
        elif hit.cue == "contact_times":
            count = next((number for word in said if (number := _number(word, patterns)) is not None), 1)
        else:
            count = 1
        if count is not None and (most is None or count > most):
            most = count
    return most


def _number(word: str, patterns: Patterns) -> int | None:
    return min(int(word[:3]), _MOST) if word.isdecimal() else patterns.counts.get(word)
