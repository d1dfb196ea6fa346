"""Which a reader prefers: the phrasebook's phrase, or what the human agent then said.

`draw` writes two sheets for a reader who is not told which is which, the second with the sides changed, and
a key; `judge` reads the verdicts and says how often the phrase was preferred. Sheets quote the conversations:
keep them where the conversations are kept.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from msgspec.structs import replace

from copilot import guards
from copilot.core.types import Turn
from copilot.ports import Tracker
from copilot.suggesters.phrasebook import Phrasebook, load_phrasebook
from copilot.transcripts import Script, load
from copilot.weights import load_tracker
from evals.matter_named import moments

_TURNS_SHOWN = 6
_CHARACTERS = 500
_ROUNDS = 2_000
_LINE = re.compile(r"(\d+)\s*:\s*([AB=])\s*(.*)")
app = typer.Typer()


class Pair(NamedTuple):
    """A decision point: what was said until then, the phrase, and what the human agent said next."""

    conversation: str
    turns: tuple[Turn, ...]
    phrase: str
    human: str
    act: str


def pairs(script: Script, tracker: Tracker, book: Phrasebook) -> list[Pair]:
    """The labelled decision points at which both the phrasebook and the human said something."""
    spoken = [turn for turn in script.turns if turn.speaker != "system"]
    found: list[Pair] = []
    recent: list[tuple[str, str | None]] = []
    for moment in moments(script, tracker):
        at = len(moment.turns)
        draft = book.choose(replace(moment, recent=tuple(recent[-20:])))
        if draft is None or moment.decision.silence is not None:
            continue
        recent.append((draft.text, draft.phrase_id))
        if at < len(spoken) and spoken[at].speaker == "agent" and spoken[at].text.strip():
            found.append(Pair(script.id, moment.turns, draft.text, spoken[at].text.strip(), draft.act))
    return found


def sheet(drawn: Sequence[Pair], phrase_first: Sequence[bool]) -> str:
    """What the reader gets: each point with two things to say next, A and B."""
    parts = [
        "What would you want the agent to say next? For each number write `N: A`, `N: B` or `N: =`, and why."
    ]
    for number, (pair, first) in enumerate(zip(drawn, phrase_first, strict=True), 1):
        a, b = (pair.phrase, pair.human) if first else (pair.human, pair.phrase)
        told = [f"  {turn.speaker}: {turn.text[-_CHARACTERS:]}" for turn in pair.turns[-_TURNS_SHOWN:]]
        parts.append(
            "\n".join([f"--- {number}", *told, f"  A) {a[:_CHARACTERS]}", f"  B) {b[:_CHARACTERS]}"])
        )
    return "\n\n".join(parts) + "\n"


@app.command()
def draw(
    data: Annotated[Path, typer.Argument(help="Labelled conversations.")],
    out: Annotated[Path, typer.Option(help="The folder for sheets and key.")],
    seed: int = 1,
    points: int = 100,
    prompts: Path = Path("prompts"),
) -> None:
    """Writes sheet-1.txt, sheet-2.txt (sides changed) and key.json."""
    tracker, book = load_tracker(prompts), load_phrasebook(prompts, check=guards.check)
    every = [pair for script in load(data) for pair in pairs(script, tracker, book)]
    chance = random.Random(seed)
    drawn = chance.sample(every, min(points, len(every)))
    sides = [chance.random() < 0.5 for _ in drawn]
    out.mkdir(parents=True, exist_ok=True)
    (out / "sheet-1.txt").write_text(sheet(drawn, sides), encoding="utf-8")
    (out / "sheet-2.txt").write_text(sheet(drawn, [not side for side in sides]), encoding="utf-8")
    key = [
        {"conversation": p.conversation, "act": p.act, "phrase": "A" if side else "B"}
        for p, side in zip(drawn, sides, strict=True)
    ]
    (out / "key.json").write_text(json.dumps(key, indent=1), encoding="utf-8")
    print(f"{len(drawn)} of {len(every)} points drawn with seed {seed} into {out}")


def verdicts(text: str) -> dict[int, str]:
    return {int(hit[1]): hit[2] for hit in map(_LINE.match, text.splitlines()) if hit}


def scores(key: Sequence[dict[str, str]], first: dict[int, str], second: dict[int, str]) -> list[float]:
    """For each point 1 where the phrase was preferred, 0 where it was not, 0.5 for a tie; of two readings in
    both orders the mean."""
    other = {"A": "B", "B": "A"}
    found: list[float] = []
    for number, row in enumerate(key, 1):
        readings = [(first.get(number), row["phrase"]), (second.get(number), other[row["phrase"]])]
        points = [0.5 if said == "=" else float(said == side) for said, side in readings if said]
        if points:
            found.append(sum(points) / len(points))
    return found


def interval(found: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean, by drawing points anew."""
    chance = random.Random(7)
    means = sorted(sum(chance.choices(found, k=len(found))) / len(found) for _ in range(_ROUNDS))
    return means[int(0.025 * _ROUNDS)], means[int(0.975 * _ROUNDS) - 1]


@app.command()
def judge(
    folder: Annotated[Path, typer.Argument(help="Where key.json and verdicts-1.txt, verdicts-2.txt are.")],
) -> None:
    """Prints how often the phrase was preferred, ties half, with the interval, and by act."""
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    read = [
        verdicts(path.read_text(encoding="utf-8")) if path.exists() else {}
        for path in (folder / "verdicts-1.txt", folder / "verdicts-2.txt")
    ]
    found = scores(key, *read)
    low, high = interval(found)
    print(f"{len(found)} points: preferred {sum(found) / len(found):.3f} ({low:.3f} to {high:.3f})")
    by_act: dict[str, list[float]] = {}
    for row, point in zip(key, found, strict=False):
        by_act.setdefault(row["act"], []).append(point)
    for act, mine in sorted(by_act.items(), key=lambda item: -len(item[1])):
        print(f"  {act:<12} {len(mine):>3}  {sum(mine) / len(mine):.2f}")


if __name__ == "__main__":
    app()
