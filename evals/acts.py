"""How often the policy's next act is right: in the good acts and equal to the best, with intervals."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from msgspec import convert
from rich.console import Console
from rich.table import Table

from copilot.core.policy import decide
from copilot.core.types import Cause, Context, Opening, Reading, Turn
from copilot.ports import Tracker
from copilot.transcripts import Labels, Script, load
from copilot.weights import load_tracker


class Point(NamedTuple):
    """A labelled decision point and what the policy chose there."""

    conversation: str
    labels: Labels
    act: str
    row: str
    text: str


def points(script: Script, tracker: Tracker | None) -> Iterator[Point]:
    """Walks a conversation; without a tracker the state is taken from the labels."""
    opening = Opening(channel=script.channel, context=convert(script.context.model_dump(), Context))
    turns: list[Turn] = []
    track = tracker.start(script.channel) if tracker else None
    agent_act = None
    for scripted in script.turns:
        if scripted.speaker == "system":
            continue
        turn = Turn(index=len(turns), speaker=scripted.speaker, text=scripted.text)
        turns.append(turn)
        labels = scripted.labels
        if tracker and track:
            track = tracker.advance(track, turn)
        if labels is None:
            continue
        if scripted.speaker == "agent":
            agent_act = labels.act
        if scripted.speaker != "customer" or labels.best is None:
            continue
        reading = track.reading if track else labelled(labels, script.cause, agent_act)
        decision = decide(reading, tuple(turns), opening)
        yield Point(script.id, labels, decision.act, decision.row, scripted.text)


def labelled(labels: Labels, cause: Cause | None, agent_act: str | None) -> Reading:
    return Reading(
        phase=labels.phase,
        heat=labels.heat or 0,  # type: ignore[arg-type]
        emotion=labels.emotion or "neutral",
        cause=cause or "other",
        heard=labels.phase != "venting",
        agent_act=agent_act,  # type: ignore[arg-type]
    )


def shares(found: Sequence[Point]) -> tuple[float, float]:
    good = sum(p.act in p.labels.good for p in found)
    best = sum(p.act == p.labels.best for p in found)
    return good / len(found), best / len(found)


def interval(found: Sequence[Point], which: int, rounds: int = 2000) -> tuple[float, float]:
    """The 95 % interval of a share, by drawing whole conversations anew."""
    by_conversation: dict[str, list[Point]] = defaultdict(list)
    for point in found:
        by_conversation[point.conversation].append(point)
    groups = list(by_conversation.values())
    draw = random.Random(7)
    drawn = sorted(
        shares([p for group in draw.choices(groups, k=len(groups)) for p in group])[which]
        for _ in range(rounds)
    )
    return drawn[int(0.025 * rounds)], drawn[int(0.975 * rounds) - 1]


def main(
    data: Annotated[Path, typer.Argument(help="Labelled conversations: .jsonl, .yaml, .turns or a folder.")],
    rows: Annotated[bool, typer.Option(help="Also how each row of the table does.")] = False,
    prompts: Annotated[Path, typer.Option(help="The folder of releases.")] = Path("prompts"),
) -> None:
    """Prints the share of decision points whose act is in the good ones, and equal to the best."""
    scripts = load(data)
    console = Console()
    table = Table("state from", "points", "in good", "95 %", "equal best", "95 %")
    for name, tracker in (("labels", None), ("tracker", load_tracker(prompts))):
        found = [point for script in scripts for point in points(script, tracker)]
        good, best = shares(found)
        good_span, best_span = interval(found, 0), interval(found, 1)
        table.add_row(
            name, str(len(found)), f"{good:.3f}", "{:.3f} to {:.3f}".format(*good_span),
            f"{best:.3f}", "{:.3f} to {:.3f}".format(*best_span),
        )  # fmt: skip
        if rows:
            console.print(by_row(name, found))
    console.print(table)


def by_row(name: str, found: Sequence[Point]) -> Table:
    table = Table("row", "points", "in good", "equal best", "wanted instead", title=f"state from {name}")
    for row, count in Counter(p.row for p in found).most_common():
        mine = [p for p in found if p.row == row]
        good, best = shares(mine)
        wanted = Counter(p.labels.best for p in mine if p.act not in p.labels.good).most_common(4)
        table.add_row(row, str(count), f"{good:.2f}", f"{best:.2f}", " ".join(f"{a}:{n}" for a, n in wanted))
    return table


if __name__ == "__main__":
    typer.run(main)
