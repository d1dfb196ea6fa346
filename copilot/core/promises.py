"""What the agent promised, by when, and whether it was kept."""

from __future__ import annotations

from msgspec.structs import replace

from copilot.core.patterns import Patterns
from copilot.core.sentences import sentences
from copilot.core.types import Evidence, Promise, Turn
from copilot.core.words import Words, folded

_MOST = 5
_LONGEST = 40
_TELLING = 4
_BARE = 4


def promised(turn: Turn, patterns: Patterns, before: tuple[Promise, ...]) -> tuple[Promise, ...]:
    """The promises so far with those of an agent's turn, the newest kept; one that is said again while it is
    open stands once, where it was said last."""
    found = list(before)
    for start, end in sentences(turn.text):
        text = turn.text[start:end]
        if text.endswith("?") or not any(part in text for part in patterns.promise_parts):
            continue
        low = folded(text)
        opening = patterns.promise.search(low)
        if opening is None:
            continue
        doing = patterns.promised_doing.search(low, opening.end())
        when = patterns.by.search(low, opening.end())
        if when is None and (doing is None or doing.start() - opening.end() > _LONGEST):
            continue
        quote = text[opening.start() :].rstrip(" .!")
        at = start + opening.start()
        evidence = Evidence(turn=turn.index, quote=quote, start=at, end=at + len(quote), cue="promise")
        norms = Words(quote).norms
        found = [
            one for one in found if one.kept or not (one.text == quote or Words(one.text).norms == norms)
        ]
        by = text[when.start() : when.end()].strip() if when else None
        found.append(Promise(text=quote, by=by, evidence=evidence))
    return tuple(found[-_MOST:])


def fulfilled(
    turn: Turn, patterns: Patterns, idle: frozenset[str], before: tuple[Promise, ...]
) -> tuple[Promise, ...]:
    """The promises after an agent's turn that reports something done: each one whose words the report takes
    up is kept; a bare 'done' keeps the newest. `idle` are words that tell nothing."""
    if all(promise.kept for promise in before):
        return before
    after = list(before)
    for start, end in sentences(turn.text):
        report = turn.text[start:end]
        if report.endswith("?") or patterns.fulfilled.search(folded(report)) is None:
            continue
        done = _telling(report, patterns, idle)
        open_ones = [at for at, promise in enumerate(after) if not promise.kept]
        met = [at for at in open_ones if _alike(_telling(after[at].text, patterns, idle), done)]
        if not met and len(report.split()) <= _BARE:
            met = open_ones[-1:]
        for at in met:
            after[at] = replace(after[at], kept=True)
    return tuple(after)


def _telling(text: str, patterns: Patterns, idle: frozenset[str]) -> set[str]:
    """The words that say what is to be done, in their present form; by when is left out."""
    kept, at = [], 0
    for when in patterns.by.finditer(folded(text)):
        kept.append(text[at : when.start()])
        at = when.end()
    words = Words(" ".join((*kept, text[at:]))).norms
    present = {patterns.done_forms.get(word, word) for word in words if word not in idle}
    return {word for word in present if len(word) >= _TELLING}


def _alike(promised_words: set[str], done: set[str]) -> bool:
    """'refund' is taken up by 'refunded'."""
    return any(word.startswith(other) or other.startswith(word) for word in promised_words for other in done)
