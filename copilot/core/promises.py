"""What the agent promised, by when, and whether it was kept."""

from __future__ import annotations

from copilot.core.patterns import Patterns
from copilot.core.sentences import sentences
from copilot.core.types import Evidence, Promise, Turn

_MOST = 5
_LONGEST = 40


def promised(turn: Turn, patterns: Patterns, before: tuple[Promise, ...]) -> tuple[Promise, ...]:
    """The promises so far with those of an agent's turn, the newest kept."""
    found = list(before)
    for start, end in sentences(turn.text):
        text = turn.text[start:end]
        if text.endswith("?"):
            continue
        opening = patterns.promise.search(text)
        if opening is None:
            continue
        doing = patterns.promised_doing.search(text, opening.end())
        when = patterns.by.search(text, opening.end())
        if when is None and (doing is None or doing.start() - opening.end() > _LONGEST):
            continue
        quote = text[opening.start() :].rstrip(" .!")
        at = start + opening.start()
        evidence = Evidence(turn=turn.index, quote=quote, start=at, end=at + len(quote), cue="promise")
        found.append(Promise(text=quote, by=when.group().strip() if when else None, evidence=evidence))
    return tuple(found[-_MOST:])
