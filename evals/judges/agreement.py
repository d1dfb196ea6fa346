"""Does the judge agree with people? Measured on suggestions that people marked; only then may it decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import mean, median_low
from typing import Annotated

import yaml
from msgspec import Meta, Struct, ValidationError, convert

from copilot.errors import Invalid
from copilot.shipped import read_yaml
from copilot.transcripts import Script
from evals.judges.model import Judge, Mark, Opinion

MARKS = ("fitness", "empathy", "clarity")
# Landis and Koch call 0.61 and more substantial; fewer items than this say nothing.
ENOUGH = 0.6
LEAST = 20


class People(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A suggestion and the marks that people gave it, one mark a person and the same people throughout."""

    conversation: str
    turn: Annotated[int, Meta(ge=0)]
    phrase: str
    fitness: tuple[Mark, ...]
    empathy: tuple[Mark, ...]
    clarity: tuple[Mark, ...]


class Agreement(Struct, frozen=True, kw_only=True):
    """Weighted kappa with people by mark (1: as one, 0: as by chance), and the people's own where there are
    several: the mean over every two of them. `usable` says whether the judge may be used for a gate."""

    items: int
    people: int
    kappa: dict[str, float]
    among_people: dict[str, float]
    usable: bool


def load_people(path: Path) -> list[People]:
    """Raises Invalid with the place, also where not all were marked by the same number of people."""
    try:
        found = convert(read_yaml(path.read_text(encoding="utf-8")), list[People], strict=False)
    except OSError as error:
        raise Invalid(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, ValidationError) as error:
        raise Invalid(f"{path}: {error}") from error
    for number, item in enumerate(found, 1):
        if {len(getattr(item, mark)) for mark in MARKS} != {max(1, len(found[0].fitness))}:
            raise Invalid(
                f"{path}: number {number}, '{item.phrase}': one mark a person, the same people throughout"
            )
    return found


async def measure(judge: Judge, people: Sequence[People], scripts: Mapping[str, Script]) -> Agreement:
    """Asks the judge about every suggestion that people marked. Raises Invalid for an unknown conversation,
    NotRecorded, LiveCallFailed, NoOpinion."""
    opinions: list[Opinion] = []
    for item in people:
        script = scripts.get(item.conversation)
        if script is None or item.turn >= len(script.turns):
            raise Invalid(f"people marked turn {item.turn} of {item.conversation}: there is none")
        opinions.append(await judge.mark(script, item.turn, item.phrase))
    return agreement(people, opinions)


def agreement(people: Sequence[People], opinions: Sequence[Opinion]) -> Agreement:
    """The judge's marks beside the people's median."""
    found: dict[str, float] = {}
    among: dict[str, float] = {}
    for mark in MARKS:
        theirs = [getattr(item, mark) for item in people]
        given = [getattr(opinion, mark) for opinion in opinions]
        found[mark] = round(kappa([median_low(marks) for marks in theirs], given), 3)
        readers = list(zip(*theirs, strict=True))
        if len(readers) > 1:
            among[mark] = round(mean(kappa(one, other) for one, other in combinations(readers, 2)), 3)
    usable = len(people) >= LEAST and all(value >= ENOUGH for value in found.values())
    marked = len(people[0].fitness) if people else 0
    return Agreement(items=len(people), people=marked, kappa=found, among_people=among, usable=usable)


def kappa(one: Sequence[int], other: Sequence[int]) -> float:
    """Cohen's kappa with quadratic weights: far apart counts more than side by side. 0 where nothing varies:
    who gives everything the same mark agrees by chance alone."""
    if len(one) != len(other):
        raise ValueError("two readers mark the same items")
    apart = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / max(1, len(one))
    ones, others = Counter(one), Counter(other)
    chance = sum(m * n * (a - b) ** 2 for a, m in ones.items() for b, n in others.items()) / max(
        1, len(one) ** 2
    )
    return 1 - apart / chance if chance else 0.0
