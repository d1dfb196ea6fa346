"""How far other readers' labels agree with the transcripts': `python -m evals.agreement [FILE]`.

A reader's file holds labels only, a line a turn; see the heads of those in evals/readers for the form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from copilot.errors import CopilotError, Invalid
from copilot.transcripts import Labels, Script, load
from evals.metrics.accuracy import accuracy, within
from evals.metrics.intervals import interval
from evals.metrics.kappa import kappa
from evals.metrics.tally import Tally, together

READERS = Path(__file__).parent / "readers"
TRANSCRIPTS = Path(__file__).parent / "transcripts"


class Reading(NamedTuple):
    """One conversation as another reader labelled it, with a word on how natural it reads."""

    id: str
    natural: str
    labels: dict[int, Labels]


class Row(NamedTuple):
    """A kind of label and the pairs (first reader, other reader) that two labellings of a turn give."""

    name: str
    pairs: Callable[[Labels, Labels], Iterator[tuple[object, object]]]
    ordered: bool = False


def _both(field: str) -> Callable[[Labels, Labels], Iterator[tuple[object, object]]]:
    def pairs(one: Labels, other: Labels) -> Iterator[tuple[object, object]]:
        if getattr(one, field) is not None and getattr(other, field) is not None:
            yield getattr(one, field), getattr(other, field)

    return pairs


def _acts(one: Labels, other: Labels) -> Iterator[tuple[object, object]]:
    """Whether an act is good, for each act that either of them named good or ruled out as never."""
    if one.good and other.good:
        for act in sorted({*one.good, *other.good, *one.never}):
            yield act in one.good, act in other.good


def _best_in_good(one: Labels, other: Labels) -> Iterator[tuple[object, object]]:
    if one.best is not None and other.best is not None:
        yield True, other.best in one.good


ROWS = (
    Row("phase", _both("phase")),
    Row("heat", _both("heat"), ordered=True),
    Row("emotion", _both("emotion")),
    Row("act of the agent", _both("act")),
    Row("best act", _both("best")),
    Row("good or not, act by act", _acts),
    Row("their best among our good", _best_in_good),
)


def read(path: Path) -> list[Reading]:
    """A reader's file, or all of a folder. Raises Invalid with the line."""
    if path.is_dir():
        return [reading for file in sorted(path.glob("*.txt")) for reading in read(file)]
    found: list[Reading] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Invalid(f"{path}: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("= "):
            name, _, natural = line[2:].partition(" | ")
            found.append(Reading(name.strip(), natural.strip(), {}))
            continue
        try:
            turn, labels = _turn(line.split())
            found[-1].labels[turn] = labels
        except (ValueError, IndexError, ValidationError) as error:
            raise Invalid(f"{path.name}, line {number}: no labels of a turn: {line.strip()!r}") from error
    return found


def _turn(words: list[str]) -> tuple[int, Labels]:
    match words:
        case [turn, phase, act]:
            return int(turn), Labels.model_validate({"phase": phase, "act": act})
        case [turn, phase, heat, emotion, best, good]:
            given = {"phase": phase, "heat": int(heat), "emotion": emotion, "best": best}
            return int(turn), Labels.model_validate({**given, "good": good.split(",")})
        case _:
            raise ValueError(words)


def compared(scripts: Sequence[Script], readings: Sequence[Reading]) -> dict[str, list[Tally]]:
    """For each kind of label the tally of each conversation. Raises Invalid if one is not there."""
    known = {script.id: script for script in scripts}
    found: dict[str, list[Tally]] = {row.name: [] for row in ROWS}
    for reading in readings:
        if reading.id not in known:
            raise Invalid(f"there is no conversation {reading.id}")
        for row in ROWS:
            tally: Tally = Counter()
            for turn in known[reading.id].turns:
                if turn.labels is not None and turn.i in reading.labels:
                    tally.update(row.pairs(turn.labels, reading.labels[turn.i]))
            found[row.name].append(tally)
    return found


def differences(
    scripts: Sequence[Script], readings: Sequence[Reading]
) -> Iterator[tuple[str, int, str, str]]:
    """Conversation, turn, text, and what the two say of it, wherever phase, heat, act or best differ."""
    known = {script.id: script for script in scripts}
    for reading in readings:
        for turn in known[reading.id].turns:
            mine, theirs = turn.labels, reading.labels.get(turn.i)
            if mine is None or theirs is None:
                continue
            apart = [
                f"{name} {getattr(mine, name)} / {getattr(theirs, name)}"
                for name in ("phase", "heat", "emotion", "act", "best")
                if getattr(mine, name) != getattr(theirs, name)
            ]
            if apart:
                yield reading.id, turn.i, turn.text, "; ".join(apart)


def table(found: dict[str, list[Tally]]) -> Table:
    shown = Table("label", "pairs", "agree", "95 %", "kappa", "95 %", "within one")
    for row in ROWS:
        tallies = found[row.name]
        whole = together(tallies)
        spans = ["{:.2f}–{:.2f}".format(*interval(tallies, score)) for score in (accuracy, kappa)]
        one_label = len({first for first, _ in whole}) < 2
        shown.add_row(
            row.name, str(whole.total()), f"{accuracy(whole):.3f}", spans[0],
            "–" if one_label else f"{kappa(whole):.2f}", "–" if one_label else spans[1],
            f"{within(whole, 1):.3f}" if row.ordered else "",
        )  # fmt: skip
    return shown


def main(
    file: Annotated[Path, typer.Argument(help="A reader's labels, or a folder of them.")] = READERS,
    data: Annotated[Path, typer.Option(help="The transcripts.")] = TRANSCRIPTS,
    show: Annotated[bool, typer.Option("--show", help="Also where the two differ.")] = False,
) -> None:
    """Prints agreement and Cohen's kappa for each kind of label, with bootstrap intervals."""
    console = Console()
    try:
        readings = read(file)
        scripts = load(data)
        found = compared(scripts, readings)
    except CopilotError as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from error
    if show:
        for name, turn, text, apart in differences(scripts, readings):
            console.print(f"{name} {turn}: {apart}\n    {text}", markup=False, highlight=False)
    turns = sum(len(reading.labels) for reading in readings)
    console.print(f"{len(readings)} conversations, {turns} turns, read twice")
    console.print(table(found))


if __name__ == "__main__":
    typer.run(main)
