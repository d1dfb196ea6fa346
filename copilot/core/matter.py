"""The customer's problem as a phrase in their own words, second person, that reads right after 'about'."""

from __future__ import annotations

import re
from typing import NamedTuple

from copilot.core.patterns import MatterPattern, Patterns
from copilot.core.types import Evidence, Turn

_MOST_WORDS = 12
_LEAST_LETTERS = 4
_READ = 700
_WORD = re.compile(r"[\w'’`-]+|[^\w\s]")


class Matter(NamedTuple):
    phrase: str
    evidence: Evidence


def matter_in(turn: Turn, patterns: Patterns) -> Matter | None:
    """The first statement of a problem in a customer's turn, or None when no pattern is sure of one."""
    text = turn.text[:_READ]
    best: tuple[int, Matter] | None = None
    for pattern in patterns.matter:
        match = pattern.says.search(text)
        if match is None:
            continue
        matter = _phrase(pattern, match, turn, patterns)
        if matter is not None and (best is None or match.start() < best[0]):
            best = (match.start(), matter)
    return best[1] if best else None


def _phrase(pattern: MatterPattern, match: re.Match[str], turn: Turn, patterns: Patterns) -> Matter | None:
    groups = dict(match.groupdict())
    end = match.end()
    if "rest" in groups:
        rest = match.group("rest")
        stop = patterns.matter_ends.search(rest)
        kept = rest[: stop.start()] if stop else rest
        words = list(re.finditer(r"\S+", kept))
        if len(words) > _MOST_WORDS:
            kept = kept[: words[_MOST_WORDS - 1].end()]
        kept = kept.rstrip()
        end = match.start("rest") + len(kept)
        groups["rest"] = kept
        if not kept.strip() and pattern.bare is None:
            return None
    if any(_unfit(value) for value in groups.values() if value):
        return None
    swapped = {name: in_second_person(value or "", patterns) for name, value in groups.items()}
    phrase = " ".join(pattern.phrase.format(**swapped).split())
    if len(phrase) < _LEAST_LETTERS:
        return None
    quote = turn.text[match.start() : end]
    evidence = Evidence(turn=turn.index, quote=quote, start=match.start(), end=end, cue="matter")
    return Matter(phrase, evidence)


def _unfit(value: str) -> bool:
    """A masked thing cannot be said aloud, and a question is no statement."""
    return any(mark in value for mark in "#[<@")


def in_second_person(text: str, patterns: Patterns) -> str:
    """'my parcel' as 'your parcel', in lower case where it was shouted."""
    if text.isupper():
        text = text.lower()

    def turned(match: re.Match[str]) -> str:
        word = match.group()
        return patterns.swap.get(word.lower().replace("’", "'").replace("`", "'"), word)

    return re.sub(r"[\w'’`]+", turned, text)
