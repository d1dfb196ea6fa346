"""The customer's problem as a phrase in their own words, second person, that reads right after 'about'."""

from __future__ import annotations

import re
from typing import NamedTuple

from copilot.core.patterns import MatterPattern, Patterns
from copilot.core.placeholders import worded
from copilot.core.types import Evidence, Turn
from copilot.core.words import folded

_MOST_WORDS = 12
_FEWEST_WORDS = 2
_READ = 400
# 'I didn't say that the problem is the line': what it is not.
_DENIED = re.compile(r"(?:n['’]t|not) (?:say|saying|said|mean|claim)\b[^.!?]*$")


class Matter(NamedTuple):
    phrase: str
    evidence: Evidence


def matter_in(turn: Turn, said: frozenset[str], patterns: Patterns) -> Matter | None:
    """The first statement of a problem in a customer's turn, or None when no pattern is sure of one. `said`
    are the turn's words: a pattern is only tried when they hold one of each group it needs."""
    low = folded(turn.text)[:_READ]
    for pattern in patterns.matter:
        if any(group.isdisjoint(said) for group in pattern.needs):
            continue
        match = pattern.says.search(low)
        if match is None or _DENIED.search(low[: match.start()]):
            continue
        matter = _phrase(pattern, match, turn, patterns)
        if matter is not None:
            return matter
    return None


def _phrase(pattern: MatterPattern, match: re.Match[str], turn: Turn, patterns: Patterns) -> Matter | None:
    text = turn.text
    groups = {name: text[slice(*match.span(name))] if match[name] else "" for name in match.groupdict()}
    end = match.end()
    if "rest" in groups:
        groups["rest"] = _kept(groups["rest"], patterns)
        end = match.start("rest") + len(groups["rest"])
        opening = groups["rest"].lower().split(maxsplit=1)
        if not opening or opening[0] in patterns.matter_pronouns:
            return None
    groups = {name: worded(value, "I gave") for name, value in groups.items()}
    thing = groups.get("thing", "").lower().split()
    if any(word in patterns.matter_not for word in thing) or any(_masked(value) for value in groups.values()):
        return None
    swapped = {name: in_second_person(value, patterns) for name, value in groups.items()}
    words = pattern.phrase.format(**swapped).split()
    said = [word for word, before in zip(words, ["", *words], strict=False) if word.lower() != before.lower()]
    if len(said) < _FEWEST_WORDS:
        return None
    evidence = Evidence(
        turn=turn.index, quote=text[match.start() : end], start=match.start(), end=end, cue="matter"
    )
    return Matter(" ".join(said), evidence)


def _kept(rest: str, patterns: Patterns) -> str:
    """The clause only, not too long, and not breaking off in the middle."""
    stop = patterns.matter_ends.search(folded(rest))
    if stop:
        rest = rest[: stop.start()]
    words = list(re.finditer(r"\S+", rest))[:_MOST_WORDS]
    while words and words[-1].group().lower().strip("'’\"()") in patterns.matter_loose:
        words.pop()
    return rest[: words[-1].end()] if words else ""


def _masked(value: str) -> bool:
    """What was masked, and could not be named, cannot be said aloud."""
    return any(mark in value for mark in "#[<@")


def in_second_person(text: str, patterns: Patterns) -> str:
    """'my parcel' as 'your parcel', in lower case where it was shouted."""
    if text.isupper():
        text = text.lower()

    def turned(match: re.Match[str]) -> str:
        word = match.group()
        return patterns.swap.get(word.lower().replace("’", "'").replace("`", "'"), word)

    return re.sub(r"[\w'’`]+", turned, text)
