"""What the agent offered and what became of it: the customer's next turn takes it, refuses it, or neither."""

from __future__ import annotations

from msgspec.structs import replace

from copilot.core.patterns import Patterns
from copilot.core.sentences import sentences
from copilot.core.types import Evidence, Offer, Turn
from copilot.core.words import folded

_MOST = 5
_BARE = 6


def offered(turn: Turn, patterns: Patterns, before: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """The offers so far with those of an agent's turn, the newest kept."""
    found = list(before)
    last = 0
    low = folded(turn.text)
    for start, end in sentences(low):
        text = low[start:end]
        opened, last = last, start
        if patterns.offer.search(text) is None or patterns.not_an_offer.search(text):
            continue
        if len(text.split()) <= _BARE and text.endswith("?"):
            if found and found[-1].evidence.turn == turn.index:
                continue  # 'Would you like that?' asks about the offer just made
            start = opened  # … or makes one of what was said before it
        quote = turn.text[start:end]
        evidence = Evidence(turn=turn.index, quote=quote, start=start, end=end, cue="offer")
        found.append(Offer(text=quote, outcome="open", evidence=evidence))
    return tuple(found[-_MOST:])


def settled(turn: Turn, patterns: Patterns, before: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """The offers after a customer's turn: an answer goes to the newest open one."""
    if not before or before[-1].outcome != "open":
        return before
    low = folded(turn.text)
    if patterns.declined.search(low):
        return (*before[:-1], replace(before[-1], outcome="refused"))
    if patterns.taken.search(low):
        return (*before[:-1], replace(before[-1], outcome="accepted"))
    return before
