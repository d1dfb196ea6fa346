"""How right the coach's notes are: on labelled agent turns, with the tracker that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from msgspec import convert

from copilot.coaching import Spoken, coach
from copilot.core.types import Context, Opening, Turn
from copilot.ports import Tracker
from copilot.shipped import read_yaml
from copilot.weights import load_tracker

TURNS = Path(__file__).parent / "coaching" / "turns.yaml"


class Judged(NamedTuple):
    """What a coach would say first of a turn, what the rules say; None for nothing."""

    wanted: str | None
    said: str | None
    text: str


def spoken_in(row: dict[str, Any], tracker: Tracker) -> Spoken:
    """The last turn of a labelled dialogue, with what the tracker read before and after it."""
    opening = Opening(context=convert(row.get("context") or {}, Context))
    turns = tuple(
        Turn(
            index=index,
            speaker=turn["speaker"],
            text=turn["text"],
            start_ms=turn.get("start_ms", index * 10_000),
            end_ms=turn.get("end_ms", index * 10_000 + 5_000),
        )
        for index, turn in enumerate(row["turns"])
    )
    track = before = tracker.start(opening.channel)
    for turn in turns:
        before, track = track, tracker.advance(track, turn)
    return Spoken(
        turn=turns[-1],
        customer=turns[-2] if len(turns) > 1 and turns[-2].speaker == "customer" else None,
        turns=turns[:-1],
        before=before.reading,
        after=track.reading,
        opening=opening,
    )


def judged(tracker: Tracker, path: Path = TURNS) -> Iterator[Judged]:
    for row in read_yaml(path.read_text(encoding="utf-8")):
        note = coach(spoken_in(row, tracker))
        yield Judged(row["note"], note.rule if note else None, row["turns"][-1]["text"])


def precision(rows: list[Judged]) -> float:
    """The share of the notes that a coach would give on that turn, and first."""
    noted = [row for row in rows if row.said is not None]
    return sum(row.said == row.wanted for row in noted) / max(1, len(noted))


def recall(rows: list[Judged]) -> float:
    wanted = [row for row in rows if row.wanted is not None]
    return sum(row.said == row.wanted for row in wanted) / max(1, len(wanted))


def main(
    turns: Annotated[Path, typer.Argument(help="Labelled turns.")] = TURNS,
    prompts: Annotated[Path, typer.Option(help="The folder of releases.")] = Path("prompts"),
    misses: Annotated[bool, typer.Option(help="Also list the turns that were judged otherwise.")] = False,
) -> None:
    """Prints how often a note is right, and how many of those that are due are given."""
    rows = list(judged(load_tracker(prompts), turns))
    print(f"{len(rows)} turns  precision {precision(rows):.3f}  recall {recall(rows):.3f}")
    for row in rows if misses else ():
        if row.said != row.wanted:
            print(f"{row.said or '-':<22} wanted {row.wanted or '-':<22} {row.text}")


if __name__ == "__main__":
    typer.run(main)
