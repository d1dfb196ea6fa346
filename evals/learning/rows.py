"""Turns labelled conversations into rows to learn from: a turn's signals, what came before it, its labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from copilot.core.memory import Memory
from copilot.core.phases import likeliest
from copilot.core.signals import Language, Signals, read, remember
from copilot.core.tracker import PhaseTracker
from copilot.core.types import PHASES, Phase, Turn
from copilot.core.words import Words
from copilot.transcripts import Labels, Script
from evals.learning.mishearing import misheard, plain

MISHEARD = 0.09
HEARINGS = ("misheard", "misheard again")


class Row(NamedTuple):
    """One labelled turn. `before` is the phase as labelled, `belief` as a tracker believed it there."""

    script: str
    variant: str
    speaker: str
    place: int
    names: tuple[str, ...]
    before: Phase
    belief: tuple[float, ...]
    labels: Labels


def as_sent(script: Script) -> list[tuple[str, str, Labels | None]]:
    """Speaker, text and labels of each turn that the tracker sees."""
    return [(turn.speaker, turn.text, turn.labels) for turn in script.turns if turn.speaker != "system"]


def variants(script: Script) -> Iterator[tuple[str, list[tuple[str, str, Labels | None]]]]:
    """The conversation as written, as speech arrives, and as speech misheard."""
    turns = as_sent(script)
    yield "sent", turns
    yield "plain", [(speaker, plain(text), labels) for speaker, text, labels in turns]
    for name in HEARINGS:
        yield (
            name,
            [
                (speaker, misheard(plain(text), f"{script.id}/{at}/{name}", MISHEARD), labels)
                for at, (speaker, text, labels) in enumerate(turns)
            ],
        )


def rows(script: Script, language: Language, tracker: PhaseTracker | None = None) -> Iterator[Row]:
    """The rows of every variant. What came before a turn is as labelled, or as a tracker took it."""
    for variant, turns in variants(script):
        yield from _rows(script, variant, turns, language, tracker)


def _rows(
    script: Script,
    variant: str,
    turns: list[tuple[str, str, Labels | None]],
    language: Language,
    tracker: PhaseTracker | None,
) -> Iterator[Row]:
    memory = Memory(channel=script.channel)
    track = tracker.start(script.channel) if tracker else None
    before: Phase = "venting"
    for at, (speaker, text, labels) in enumerate(turns):
        turn = Turn(index=at, speaker="customer" if speaker == "customer" else "agent", text=text)
        if track is not None and isinstance(track.memory, Memory):
            memory = track.memory
        signals = read(turn, memory, language)
        names = (*signals.names, *_words(signals.words))
        if labels is not None:
            yield Row(script.id, variant, speaker, at, names, before, memory.belief, labels)
            before = labels.phase
        if track is not None and tracker is not None:
            track = tracker.advance(track, turn)
        else:
            memory = _as_labelled(memory, turn, signals, labels)


def _as_labelled(memory: Memory, turn: Turn, signals: Signals, labels: Labels | None) -> Memory:
    phase = labels.phase if labels else likeliest(memory.belief)
    belief = tuple(float(name == phase) for name in PHASES)
    if turn.speaker == "agent":
        act = labels.act if labels else None
        asked = "s:question" in signals.names or act == "probe"
        return replace(
            memory,
            belief=belief,
            agent_turns=memory.agent_turns + 1,
            act=act,
            asked=asked,
            waits=signals.waits,
        )
    heat = labels.heat if labels and labels.heat is not None else 0
    return replace(
        memory,
        belief=belief,
        customer_turns=memory.customer_turns + 1,
        complaint=remember(signals.content, memory),
        heat=heat,
        peak=max(memory.peak, heat),
        customer_cues=signals.cued,
    )


def _words(words: Words) -> list[str]:
    norms = words.norms
    return ["w:" + word for word in norms] + [f"w:{first} {second}" for first, second in pairwise(norms)]


def vocabulary(read_rows: Iterable[Row], speaker: str, least: int) -> frozenset[str]:
    """The signals of a speaker that stand in at least so many conversations (cues and marks: in two)."""
    seen: dict[str, set[str]] = {}
    for row in read_rows:
        if row.speaker == speaker:
            for name in row.names:
                seen.setdefault(name, set()).add(row.script)
    counts = Counter({name: len(scripts) for name, scripts in seen.items()})
    return frozenset(
        name for name, count in counts.items() if count >= (least if name.startswith("w:") else 2)
    )
