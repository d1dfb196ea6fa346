"""One conversation on a line of time: turns, heat, phases and cards as shares of its length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evals.runs.results import CardResult, ConversationResult, Score

_HOTTEST = 3
_TICKS = 6
_STEPS_MS = (5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000)


class Block(NamedTuple):
    """A stretch of time in percent of the whole, with its look, its words and the turn that it leads to."""

    left: float
    width: float
    look: str
    label: str
    title: str
    turn: int | None = None


class Lane(NamedTuple):
    name: str
    look: str
    blocks: tuple[Block, ...]


class Timeline(NamedTuple):
    """`heat` holds two lines of SVG points, labelled and read, on a field of 100 by 3."""

    lanes: tuple[Lane, ...]
    heat: tuple[str, str]
    ticks: tuple[tuple[float, str], ...]


def timeline(candidate: ConversationResult, against: ConversationResult | None) -> Timeline:
    """The turns are the candidate's; what the other run read and showed stands in lanes of its own."""
    length = _length(candidate)
    lanes = [
        Lane("Customer", "turns", tuple(_turns(candidate, "customer", length))),
        Lane("Agent", "turns", tuple(_turns(candidate, "agent", length))),
        Lane("Phase, labelled", "phases", tuple(_bands(_labelled(candidate), length))),
        Lane("Phase, read", "phases", tuple(_bands(_read(candidate), length))),
    ]
    if against is not None and _read(against) != _read(candidate):
        lanes.append(Lane("Phase, read before", "phases", tuple(_bands(_read(against), length))))
    if candidate.replay is not None:
        lanes.append(Lane("Cards", "cards", tuple(_cards(candidate.replay.cards, length))))
    if against is not None and against.replay is not None:
        lanes.append(Lane("Cards before", "cards", tuple(_cards(against.replay.cards, length))))
    return Timeline(tuple(lanes), (_heat(candidate, length, 0), _heat(candidate, length, 1)), _ticks(length))


def clock(ms: float) -> str:
    """Minutes and seconds, as on a player."""
    seconds = int(ms // 1000)
    return f"{seconds // 60}:{seconds % 60:02}"


def _length(conversation: ConversationResult) -> int:
    ends = [turn.end_ms for turn in conversation.turns]
    if conversation.replay is not None:
        ends.append(conversation.replay.length_ms)
        ends += [card.ended_ms for card in conversation.replay.cards]
    return max([*ends, 1])


def _share(ms: float, length: int) -> float:
    return round(100 * min(max(ms / length, 0.0), 1.0), 2)


def _block(start: float, end: float, length: int, *words: str, turn: int | None = None) -> Block:
    left = _share(start, length)
    look, label, title = words
    return Block(left, round(_share(end, length) - left, 2), look, label, title, turn)


def _turns(conversation: ConversationResult, speaker: str, length: int) -> Iterator[Block]:
    for turn in conversation.turns:
        if turn.speaker == speaker:
            title = f"{clock(turn.start_ms)} {turn.text}"
            yield _block(turn.start_ms, turn.end_ms, length, speaker, str(turn.index), title, turn=turn.index)


def _labelled(conversation: ConversationResult) -> list[tuple[int, str]]:
    labels = [(turn.end_ms, str(turn.labels.phase)) for turn in conversation.turns if turn.labels]
    return [(0, "venting"), *labels] if labels else []


def _read(conversation: ConversationResult) -> list[tuple[int, str]]:
    """As the replay's readers were told it; without a replay as the tracker read it turn by turn."""
    if conversation.replay is not None:
        return [(0, "venting"), *((change.at_ms, str(change.phase)) for change in conversation.replay.phases)]
    read = [(turn.end_ms, str(turn.tracked.phase)) for turn in conversation.turns if turn.tracked]
    return [(0, "venting"), *read] if read else []


def _bands(changes: Sequence[tuple[int, str]], length: int) -> Iterator[Block]:
    kept = [change for at, change in enumerate(changes) if at == 0 or change[1] != changes[at - 1][1]]
    for at, (start, phase) in enumerate(kept):
        end = kept[at + 1][0] if at + 1 < len(kept) else length
        if end > start:
            yield _block(start, end, length, phase, phase, f"{phase}, {clock(start)} to {clock(end)}")


def _cards(cards: Sequence[CardResult], length: int) -> Iterator[Block]:
    for card in cards:
        silent = card.offered.silence is not None
        look = "silence" if silent else "card"
        if _fails(card.scores):
            look += " bad"
        words = f"says nothing ({card.offered.silence})" if silent else card.offered.text
        title = (
            f"{card.offered.act}, {clock(card.appeared_ms)} to {clock(card.ended_ms)}, {card.ending}: {words}"
        )
        label = "…" if silent else str(card.offered.act)
        yield _block(card.appeared_ms, card.ended_ms, length, look, label, title, turn=card.turn)


def _fails(scores: Sequence[Score]) -> bool:
    return any(score.passed is False for score in scores)


def _heat(conversation: ConversationResult, length: int, which: int) -> str:
    """A line in steps: what is labelled (0) or read (1) holds from the end of a customer turn on."""
    points: list[str] = []
    before: int | None = None
    for turn in conversation.turns:
        source = (turn.labels, turn.tracked)[which]
        if turn.speaker != "customer" or source is None or source.heat is None:
            continue
        left = _share(turn.end_ms, length)
        if before is not None:
            points.append(f"{left},{_HOTTEST - before}")
        points.append(f"{left},{_HOTTEST - source.heat}")
        before = source.heat
    if before is not None:
        points.append(f"100,{_HOTTEST - before}")
    return " ".join(points)


def _ticks(length: int) -> tuple[tuple[float, str], ...]:
    step = next((step for step in _STEPS_MS if length / step <= _TICKS), _STEPS_MS[-1])
    return tuple((_share(at, length), clock(at)) for at in range(0, length, step))
