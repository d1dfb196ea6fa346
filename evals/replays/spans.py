"""When each turn of a conversation was spoken or sent, by the plan of its fragments."""

from __future__ import annotations

from typing import NamedTuple

from copilot.core.types import Fragment, Speaker
from copilot.replay.planning import Style, plan
from copilot.transcripts import Script


class Span(NamedTuple):
    """One turn, ms since the beginning: its first word, when the first of it was sent, when the last was."""

    turn: int
    speaker: Speaker
    start_ms: int
    heard_ms: int
    end_ms: int


def style_of(script: Script) -> Style:
    """A recogniser sends words as they come, a chat whole messages."""
    return "growing" if script.channel == "voice" else "messages"


def turn_of(utterance_id: str) -> int:
    """The turn that an utterance of a plan belongs to: 't012-1' is of turn 12."""
    return int(utterance_id[1:].partition("-")[0])


def spans(script: Script) -> list[Span]:
    """The turns in order, as the undisturbed plan has them."""
    found: dict[int, Span] = {}
    for step in plan(script, style_of(script)):
        for fragment in step.fragments:
            turn = turn_of(fragment.utterance_id)
            known = found.get(turn, Span(turn, fragment.speaker, fragment.start_ms, step.at_ms, step.at_ms))
            found[turn] = known._replace(
                start_ms=min(known.start_ms, fragment.start_ms), end_ms=max(known.end_ms, step.at_ms)
            )
    return [found[turn] for turn in sorted(found)]


def finals_by_turn(script: Script) -> dict[int, list[Fragment]]:
    """The final fragments of each turn, in the order of the transcript."""
    found: dict[int, list[Fragment]] = {}
    for step in plan(script, "messages"):
        for fragment in step.fragments:
            found.setdefault(turn_of(fragment.utterance_id), []).append(fragment)
    return {turn: found[turn] for turn in sorted(found)}
