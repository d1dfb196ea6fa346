"""What the customer said of the problem by kind (how long, how often, how much, when); earlier contacts."""

from __future__ import annotations

from collections.abc import Mapping

from copilot.core.patterns import Patterns


def mentions_in(text: str, patterns: Patterns, before: Mapping[str, str]) -> dict[str, str]:
    """The claims so far with this turn's: of one kind, the latest stands."""
    found = dict(before)
    for match in patterns.mentions.finditer(text):
        kind = match.lastgroup
        if kind is not None:
            found[kind] = match.group().strip()
    return found


def contacts_in(text: str, patterns: Patterns) -> int | None:
    """How many earlier contacts the customer speaks of: 'this is my third call' speaks of two."""
    most: int | None = None
    for match in patterns.contacts.finditer(text):
        ordinal = match.group("nth") or match.group("nth2")
        if ordinal:
            count = _ordinal(ordinal.lower(), patterns)
        elif match.group("times"):
            count = _count(match.group("times").lower().split()[0], patterns)
        else:
            count = 1
        if count is not None and (most is None or count > most):
            most = count
    return most


def _ordinal(word: str, patterns: Patterns) -> int | None:
    if word[0].isdigit():
        return max(int("".join(c for c in word if c.isdigit())[:2]) - 1, 0)
    return patterns.ordinals.get(word)


def _count(word: str, patterns: Patterns) -> int | None:
    if word.isdigit():
        return min(int(word[:2]), 99)
    return patterns.counts.get(word)
