"""Counts what a set of conversations holds of what it should: causes, moods, trades, kinds of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.errors import Misconfigured
from copilot.shipped import read_yaml
from copilot.transcripts import Script

NEEDS = Path(__file__).parents[1] / "coverage.yaml"

Least = Annotated[int, Field(ge=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TagNeed(_Part):
    """So many conversations with any of these tags."""

    least: Least
    any: tuple[str, ...]


class Needs(_Part):
    """The file `coverage.yaml`: for each group, what must occur and how often at least."""

    conversations: dict[str, Least]
    channel: dict[str, Least]
    cause: dict[str, Least]
    outcome: dict[str, Least]
    trade: dict[str, Least]
    heat: dict[int, Least]
    emotion: dict[str, Least]
    replay: dict[str, Least]
    tags: dict[str, TagNeed]


class Line(NamedTuple):
    """One line of the table: how often something occurs, and how often it must."""

    group: str
    what: str
    there: int
    least: int

    @property
    def met(self) -> bool:
        return self.there >= self.least


def read_needs(path: Path = NEEDS) -> Needs:
    """Raises Misconfigured with the place."""
    try:
        return Needs.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise Misconfigured(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"])
        raise Misconfigured(f"{path}: {where}: {first['msg']}") from error


def coverage(scripts: Sequence[Script], needs: Needs) -> list[Line]:
    """What is needed beside what is there, in the order of the file."""
    counts = _counts(scripts)
    lines = []
    for group, wanted in needs.model_dump(exclude={"tags"}).items():
        lines += [Line(group, str(what), counts[group][what], least) for what, least in wanted.items()]
    for name, need in needs.tags.items():
        having = sum(bool({*script.tags} & {*need.any}) for script in scripts)
        lines.append(Line("people and turns of events", name, having, need.least))
    return lines


def _counts(scripts: Sequence[Script]) -> dict[str, Counter[object]]:
    labels = [turn.labels for script in scripts for turn in script.turns if turn.labels is not None]
    return {
        "conversations": Counter(script.kind.removesuffix("_control") for script in scripts),
        "channel": Counter(script.channel for script in scripts),
        "cause": Counter(script.cause for script in scripts),
        "outcome": Counter(script.outcome for script in scripts),
        "trade": Counter(script.trade for script in scripts),
        "heat": Counter(found.heat for found in labels),
        "emotion": Counter(found.emotion for found in labels),
        "replay": Counter(kind for script in scripts for kind in _replayed(script)),
    }


def _replayed(script: Script) -> Iterator[str]:
    for turn in script.turns:
        if turn.plan:
            yield "planned"
        finals = Counter(part.utterance for part in turn.plan if part.final)
        if finals and max(finals.values()) > 1:
            yield "revised_final"
    for one, other in pairwise(script.turns):
        if one.end_ms is not None and other.start_ms is not None and other.start_ms < one.end_ms:
            yield "crossed"
