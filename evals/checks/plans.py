"""The plan of fragments tells the same as the turn it stands in, in an order that can be sent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from copilot.transcripts import Planned, Script, ScriptTurn
from evals.checks.finding import Finding


def plans(script: Script) -> Iterator[Finding]:
    for turn in script.turns:
        if turn.plan:
            yield from _numbers(turn)
            yield from _finals(turn)
            yield from _order(turn)
            yield from _spans(turn)


def _numbers(turn: ScriptTurn) -> Iterator[Finding]:
    planned = sorted({part.utterance for part in turn.plan})
    if planned != list(range(len(turn.messages))):
        yield Finding(
            turn.i,
            f"the plan has utterances {', '.join(map(str, planned))} for {len(turn.messages)} messages",
            "one utterance a message, counted from 0",
        )


def _finals(turn: ScriptTurn) -> Iterator[Finding]:
    for number, message in enumerate(turn.messages):
        parts = [part for part in turn.plan if part.utterance == number]
        finals = [part for part in parts if part.final]
        if parts and not finals:
            yield Finding(turn.i, f"utterance {number} never becomes final", "a part with `final: true`")
        elif finals and max(finals, key=lambda part: part.revision).text != message:
            yield Finding(
                turn.i,
                f"the last final of utterance {number} is not its message",
                f"{_cut(message)!r}, to the letter",
            )


def _order(turn: ScriptTurn) -> Iterator[Finding]:
    for one, other in pairwise(turn.plan):
        if other.at_ms < one.at_ms:
            yield Finding(
                turn.i,
                f"a part at {other.at_ms} ms stands after one at {one.at_ms} ms",
                "parts in order of at_ms",
            )
    for number in {part.utterance for part in turn.plan}:
        revisions = [part.revision for part in turn.plan if part.utterance == number]
        if any(b <= a for a, b in pairwise(revisions)):
            yield Finding(
                turn.i,
                f"utterance {number} has revisions {', '.join(map(str, revisions))}",
                "each revision higher than the one before",
            )


def _spans(turn: ScriptTurn) -> Iterator[Finding]:
    for part in turn.plan:
        start, end = part.start_ms, part.end_ms
        if start is not None and end is not None and end < start:
            yield Finding(turn.i, f"{_named(part)} ends before it starts", "end_ms at or after start_ms")
        if start is not None and part.at_ms < start:
            yield Finding(
                turn.i,
                f"{_named(part)} is sent at {part.at_ms} ms, before it is said ({start} ms)",
                "at_ms after start_ms",
            )
        if turn.start_ms is None or turn.end_ms is None:
            continue
        if (start is not None and start < turn.start_ms) or (end is not None and end > turn.end_ms):
            yield Finding(
                turn.i,
                f"{_named(part)} is said from {start} to {end} ms, outside the turn",
                f"between {turn.start_ms} and {turn.end_ms} ms",
            )
    if turn.start_ms is None:
        yield Finding(turn.i, "a plan without the turn's times", "start_ms and end_ms on the turn")


def _named(part: Planned) -> str:
    return f"revision {part.revision} of utterance {part.utterance}"


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
