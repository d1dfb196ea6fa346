"""The command line of a measure on generated conversations: how many, which seed, and some of the misses."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar


class Scored(Protocol):
    @property
    def misses(self) -> Sequence[str]: ...


Scores = TypeVar("Scores", bound=Scored)


def command(what: str | None, run: Callable[[int, int], Scores], report: Callable[[Scores], str]) -> None:
    """Runs it by the arguments given: `run` takes how many conversations and the seed."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", type=int, default=0, help="show so many of the misses")
    given = parser.parse_args()
    scores = run(given.conversations, given.seed)
    print(report(scores))
    for miss in scores.misses[: given.misses]:
        print("\n" + miss)
