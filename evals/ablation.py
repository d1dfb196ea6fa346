"""What each kind of signal brings, and other ways to read the phase: `python -m evals.ablation DATA`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from copilot.core.tracker import PhaseTracker
from copilot.core.types import PHASES
from copilot.transcripts import load
from copilot.weights import released
from evals.learning.rows import Row, rows, vocabulary
from evals.tracking import BY_SOURCE, ROOT, measure, scores
from evals.train_tracker import (
    DATA,
    LEAST,
    Aside,
    Rules,
    answers,
    hand_rules,
    learn,
    learn_kind,
    learned_from,
    table,
)

# Kinds of signal: how their names begin.
GROUPS: dict[str, tuple[str, ...]] = {
    "words and pairs": ("w:",),
    "cues": ("c:", "cc:", "n:", "r:"),
    "place in the turn": ("h:", "t:", "first:", "last:"),
    "marks and length": (
        *("s:question", "s:ends_asking", "s:bang", "s:trails", "s:shouts", "s:capitals", "s:words"),
    ),
    "course of the turn": ("s:wraps", "s:only_", "s:hears_", "s:asks_if", "s:hot", "s:goes", "s:ends_h"),
    "what came before": (
        *("after:", "short:", "p:", "s:was_", "s:heat_before", "s:peak", "s:flared", "s:turn"),
        "s:nothing_told",
    ),
    "naming their problem": ("s:names_it", "s:mostly_theirs"),
}

Weights = dict[str, Any]


class Lessons:
    """The training set as the tracker that stands takes it, read once and learned from in several ways."""

    def __init__(self) -> None:
        self.frame = released(ROOT)
        tracker = PhaseTracker(self.frame)
        self._aside = Aside.of(tracker.language)
        scripts = learned_from(load(DATA))
        self._causes = {script.id: script.cause for script in scripts if script.cause}
        self._rows = [row for script in scripts for row in rows(script, tracker.language, tracker)]

    def without(self, *barred: str) -> Weights:
        """Weights learned without the signals whose names begin so."""
        return learn(self._kept(barred), self._causes, _rules_without(barred), self._aside)

    def from_nothing(self) -> Weights:
        """Weights that start at zero, and not from the rules."""
        return learn(self._rows, self._causes, {"customer": {}, "agent": {}}, self._aside)

    def each_turn_by_itself(self) -> Weights:
        """Phases as classes of a turn: no moves, and nothing of what came before."""
        barred = GROUPS["what came before"]
        kept, rules = self._kept(barred), _rules_without(barred)
        found = by_hand(rules)
        for speaker, own in rules.items():
            known = vocabulary(kept, speaker, LEAST) | own.keys() - {"bias"}
            data = table(kept, speaker, frozenset(name for name in known if self._aside.reads(name)))
            places = [PHASES.index(row.labels.phase) for row in data.rows]
            found[speaker]["weights"] = learn_kind(data, "to", PHASES, places, own)
        return found

    def _kept(self, barred: tuple[str, ...]) -> list[Row]:
        if not barred:
            return self._rows
        return [
            row._replace(names=tuple(name for name in row.names if not name.startswith(barred)))
            for row in self._rows
        ]


def by_hand(rules: Mapping[str, Rules]) -> Weights:
    """The rules alone, as weights."""
    listed = answers()
    return {
        speaker: {"answers": list(getattr(listed, speaker)), "weights": dict(own)}
        for speaker, own in rules.items()
    }


def _rules_without(barred: tuple[str, ...]) -> dict[str, Rules]:
    return {
        speaker: {name: row for name, row in own.items() if not barred or not name.startswith(barred)}
        for speaker, own in hand_rules().items()
    }


def ways(lessons: Lessons) -> Iterator[tuple[str, Weights]]:
    """Everything that is compared, the tracker that stands first."""
    yield "as it stands", dict(lessons.frame.weights)
    yield "rules by hand alone", by_hand(hand_rules())
    yield "learned from nothing", lessons.from_nothing()
    yield "each turn by itself", lessons.each_turn_by_itself()
    yield "learned anew", lessons.without()
    for group, barred in GROUPS.items():
        yield f"· without {group}", lessons.without(*barred)


def compare(data: Sequence[Path], console: Console) -> dict[str, dict[str, dict[str, float]]]:
    """Measures each way on each set, a table a set."""
    lessons = Lessons()
    sets = {path.stem: load(path) for path in data}
    found: dict[str, dict[str, dict[str, float]]] = {name: {} for name in sets}
    for way, weights in ways(lessons):
        tracker = PhaseTracker(lessons.frame._replace(weights=weights))
        for name, scripts in sets.items():
            found[name][way] = scores(measure(scripts, tracker))
    for name, by_way in found.items():
        shown = Table("way", *(row.name for row in BY_SOURCE), title=name)
        for way, values in by_way.items():
            shown.add_row(way, *(f"{values[row.name]:.3f}" for row in BY_SOURCE))
        console.print(shown)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path("build/ablation.json"))
    args = parser.parse_args()
    found = compare(args.data, Console())
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
