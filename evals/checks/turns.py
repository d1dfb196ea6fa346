"""Turns alternate, say something, and stand in order of time; context values are usable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from copilot.transcripts import Script
from evals.checks.finding import Finding


def turns(script: Script) -> Iterator[Finding]:
    yield from _head(script)
    before: str | None = None
    for turn in script.turns:
        if not turn.messages or not all(message.strip() for message in turn.messages):
            yield Finding(turn.i, "a message is empty", "each turn has one message or more, each with words")
        if turn.speaker == before and turn.speaker != "system":
            yield Finding(
                turn.i,
                f"the {turn.speaker} speaks again without the other in between",
                "one turn with several messages: a turn lasts until the other speaks",
            )
        before = turn.speaker
    yield from _times(script)


def _head(script: Script) -> Iterator[Finding]:
    if not script.turns:
        yield Finding(None, "no turns", "at least one turn")
    for name, count in Counter(fact.name for fact in script.context.facts).items():
        if count > 1:
            yield Finding(None, f"the fact {name} stands there {count} times", "each fact once")
    for remedy in script.context.allowed_remedies:
        if remedy.limit is not None and remedy.currency is None and remedy.unit is None:
            yield Finding(
                None, f"the limit of {remedy.kind} is a bare number", "a `currency` or a `unit` with it"
            )


def _times(script: Script) -> Iterator[Finding]:
    timed = [turn for turn in script.turns if turn.start_ms is not None or turn.end_ms is not None]
    started = -1
    for turn in timed:
        if turn.start_ms is None or turn.end_ms is None:
            yield Finding(turn.i, "only one of start_ms and end_ms is given", "both, or none")
            continue
        if turn.end_ms <= turn.start_ms:
            yield Finding(
                turn.i, f"ends at {turn.end_ms} ms, starts at {turn.start_ms}", "end_ms after start_ms"
            )
        if turn.start_ms < started:
            yield Finding(
                turn.i,
                f"starts at {turn.start_ms} ms, before the turn above it ({started} ms)",
                "turns in the order in which they start; they may cross",
            )
        started = turn.start_ms
    if timed and len(timed) < len(script.turns):
        missing = next(turn for turn in script.turns if turn not in timed)
        yield Finding(
            missing.i, "has no times, while others have", "start_ms and end_ms on all turns, or on none"
        )
