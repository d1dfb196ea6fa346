"""How well the copilot knows that a card was said: on labelled pairs of a card and what the agent said."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from copilot.core.said import said
from copilot.shipped import read_yaml

PAIRS = Path(__file__).parent / "said" / "pairs.yaml"


class Pair(NamedTuple):
    card: str
    turn: str
    same: bool


class Score(NamedTuple):
    """`wrong` are pairs taken for the card that are not, `missed` those that are and were not taken."""

    precision: float
    recall: float
    wrong: list[Pair]
    missed: list[Pair]


def load_pairs(path: Path = PAIRS) -> list[Pair]:
    rows = read_yaml(path.read_text(encoding="utf-8"))
    return [Pair(row["card"], row["said"], row["same"]) for row in rows]


def score(pairs: list[Pair]) -> Score:
    taken = [pair for pair in pairs if said(pair.card, pair.turn) is not None]
    right = [pair for pair in taken if pair.same]
    same = [pair for pair in pairs if pair.same]
    return Score(
        len(right) / max(1, len(taken)),
        len(right) / max(1, len(same)),
        [pair for pair in taken if not pair.same],
        [pair for pair in same if pair not in right],
    )


def halves(pairs: list[Pair], seed: int = 11) -> tuple[list[Pair], list[Pair]]:
    """The half that the matcher was worked on with, and the one that was held out."""
    drawn = list(pairs)
    random.Random(seed).shuffle(drawn)
    return drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]


def main(
    pairs: Annotated[Path, typer.Argument(help="Labelled pairs.")] = PAIRS,
    misses: Annotated[bool, typer.Option(help="Also list the pairs that were judged wrong.")] = False,
) -> None:
    """Prints precision and recall of the whole and of both halves."""
    every = load_pairs(pairs)
    worked, held = halves(every)
    for name, part in (("all", every), ("worked with", worked), ("held out", held)):
        found = score(part)
        print(f"{name:<12} {len(part):>4} pairs  precision {found.precision:.3f}  recall {found.recall:.3f}")
    if misses:
        found = score(every)
        for name, wrong in (("taken", found.wrong), ("missed", found.missed)):
            for pair in wrong:
                print(f"{name}: {pair.card} | {pair.turn}")


if __name__ == "__main__":
    typer.run(main)
