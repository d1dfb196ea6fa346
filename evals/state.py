"""Measures what the state says beside the phase: `python -m evals.state [--errors] [FILE]`.

Each short dialogue is judged after its last turn, kind by kind, all or nothing: one question too many is as
wrong as one that is missing.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from copilot.core.types import Reading, Turn
from copilot.ports import Tracker
from copilot.shipped import read_yaml, shipped
from copilot.weights import load_tracker

TURNS = Path(__file__).parent / "state" / "turns.yaml"
_Z = 1.959964  # 95 in 100 of a normal distribution lie within so many standard deviations
_WORD = re.compile(r"[\w$€£%.'-]*\w")


class Entry(NamedTuple):
    """A dialogue and what a careful reader expects after its last turn, by kind."""

    channel: Any
    turns: tuple[Turn, ...]
    expect: Mapping[str, Any]


class Judged(NamedTuple):
    """One expectation of one dialogue, and what the state said instead or as well."""

    kind: str
    right: bool
    expected: Any
    found: Any
    entry: Entry


def load(path: Path = TURNS) -> list[Entry]:
    raw = read_yaml(path.read_text(encoding="utf-8"))
    return [
        Entry(
            channel=row["channel"],
            turns=tuple(Turn(index=i, **turn) for i, turn in enumerate(row["turns"])),
            expect=row["expect"],
        )
        for row in raw
    ]


# --- whether the state says it --------------------------------------------------------------------


def _words(text: str) -> set[str]:
    words = {word.strip("$€£%.'-") for word in _WORD.findall(text.lower().replace("’", "'"))}
    return words | {part for word in words for part in re.split(r"[-'.]", word)}


def holds(text: str | None, key: str) -> bool:
    """Whether every word of the key stands in the text; of 'call/ring' either will do."""
    if text is None:
        return False
    words = _words(text)
    return all(any(_words(choice) <= words for choice in word.split("/")) for word in key.split())


def pairs(expected: Sequence[Any], found: Sequence[Any], fits: Callable[[Any, Any], bool]) -> bool:
    """Whether the two can be paired off with nothing left on either side."""
    if not expected or not found:
        return not expected and not found
    first, rest = expected[0], expected[1:]
    return any(
        fits(first, one) and pairs(rest, [*found[:at], *found[at + 1 :]], fits)
        for at, one in enumerate(found)
    )


def _matter(expected: Sequence[str] | None, reading: Reading) -> tuple[bool, Any]:
    if expected is None:
        return reading.matter is None, reading.matter
    return any(holds(reading.matter, key) for key in expected), reading.matter


def _heard(expected: bool, reading: Reading) -> tuple[bool, Any]:
    return reading.heard is expected, reading.heard


def _questions(expected: Sequence[str], reading: Reading) -> tuple[bool, Any]:
    found = [question.text for question in reading.questions]
    return pairs(expected, found, lambda key, text: holds(text, key)), found


def _promises(expected: Sequence[Mapping[str, Any]], reading: Reading) -> tuple[bool, Any]:
    found = [(promise.text, promise.by) for promise in reading.promises if not promise.kept]

    def fits(want: Mapping[str, Any], one: tuple[str, str | None]) -> bool:
        text, by = one
        return holds(text, want["text"]) and (by is None if want["by"] is None else holds(by, want["by"]))

    return pairs(expected, found, fits), found


def _offers(expected: Sequence[Mapping[str, str]], reading: Reading) -> tuple[bool, Any]:
    found = [(offer.text, offer.outcome) for offer in reading.offers]

    def fits(want: Mapping[str, str], one: tuple[str, str]) -> bool:
        return holds(one[0], want["text"]) and one[1] == want["outcome"]

    return pairs(expected, found, fits), found


def _contacts(expected: int | None, reading: Reading) -> tuple[bool, Any]:
    return (reading.contacts or None) == expected, reading.contacts


def _mentions(expected: Mapping[str, str], reading: Reading) -> tuple[bool, Any]:
    right = all(holds(reading.mentions.get(kind), text) for kind, text in expected.items())
    return right, reading.mentions


KINDS: Mapping[str, Callable[[Any, Reading], tuple[bool, Any]]] = {
    "matter": _matter,
    "heard": _heard,
    "questions": _questions,
    "promises": _promises,
    "offers": _offers,
    "contacts": _contacts,
    "mentions": _mentions,
}


# --- the measure ----------------------------------------------------------------------------------


def read(entry: Entry, tracker: Tracker) -> Reading:
    """The state right after the dialogue's last turn."""
    track = tracker.start(entry.channel)
    for turn in entry.turns:
        track = tracker.advance(track, turn)
    return track.reading


def judge(entry: Entry, reading: Reading) -> list[Judged]:
    judged = []
    for kind, expected in entry.expect.items():
        right, found = KINDS[kind](expected, reading)
        judged.append(Judged(kind, right, expected, found, entry))
    return judged


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share, which stays within 0 and 1 also when all or none are right."""
    if total == 0:
        return 0.0, 1.0
    share, square = right / total, _Z * _Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = _Z * math.sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def table(judged: Sequence[Judged]) -> Table:
    """All of a kind, and apart those where there is something to find: an empty state scores the rest."""
    drawn = Table(title="State after the last turn")
    for name in ("kind", "right", "total", "share", "95 % interval", "something to find"):
        drawn.add_column(name, justify="left" if name == "kind" else "right")
    for kind in KINDS:
        own = [one for one in judged if one.kind == kind]
        full = [one for one in own if one.expected not in (None, False, [], {})]
        right = sum(one.right for one in own)
        low, high = wilson(right, len(own))
        share = right / len(own) if own else 0.0
        some = f"{sum(one.right for one in full)}/{len(full)}"
        drawn.add_row(kind, str(right), str(len(own)), f"{share:.2f}", f"{low:.2f} to {high:.2f}", some)
    return drawn


def errors(judged: Sequence[Judged], console: Console) -> None:
    for one in judged:
        if one.right:
            continue
        console.print(f"[bold]{one.kind}[/bold]: expected {escape(repr(one.expected))}", end="")
        console.print(f", found {escape(repr(one.found))}")
        for turn in one.entry.turns:
            console.print(f"    {turn.speaker}: {escape(turn.text)}", highlight=False)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measures the state beside the phase.")
    parser.add_argument("file", nargs="?", type=Path, default=TURNS)
    parser.add_argument("--errors", action="store_true", help="list what is wrong")
    options = parser.parse_args(arguments)
    tracker: Tracker = load_tracker(shipped())
    judged = [one for entry in load(options.file) for one in judge(entry, read(entry, tracker))]
    console = Console(soft_wrap=True)
    if options.errors:
        errors(judged, console)
    console.print(table(judged))


if __name__ == "__main__":
    main()
