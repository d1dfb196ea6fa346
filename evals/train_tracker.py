"""Learns the tracker's weights from the project's own conversations: `python -m evals.train_tracker`."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack

from copilot.core.phases import MOVES, moves
from copilot.core.signals import Language
from copilot.core.tracker import FADING, PhaseTracker, Released
from copilot.core.types import ACTS, CAUSES, EMOTIONS, PHASES
from copilot.shipped import read_yaml
from copilot.transcripts import Script, load
from copilot.weights import LIVE, released
from evals.learning.fitting import Array, alike, fit, in_order, one_hot
from evals.learning.rows import Row, rows, vocabulary

HELD_OUT = 7  # one conversation in so many is kept from learning, chosen by its name
FOLDS = 3
LEAST = 4
BALANCE = {"to": 0.0, "heat": 0.2, "emotion": 0.3, "act": 0.2, "cause": 0.35}
PENALTY = {"to": 100.0, "heat": 60.0, "emotion": 100.0, "act": 35.0, "cause": 40.0}
SCALE = {"w": 0.7, "bias": 3.0}
# Writers differ most in which emotion they hear, and words of the phase are those of grammar alone.
WORDS = {"to": 0.65, "heat": 1.0, "emotion": 0.45, "act": 1.0}
OWN = 0.6  # how freely a move's own weights leave those of the phase it arrives at
SMALLEST = 0.04
TRUST = 1.0  # how far the rules by hand are where learning starts
DATA = Path("evals/training")
RULES = Path("evals/tracker_rules.yaml")
# What real customers are more or less of than ours are: a few steps, for all conversations alike.
LEAN = {
    "heat:0": 0.4,
    "heat:2": -0.35,
    "heat:3": -0.05,
    "emotion:anger": -0.8,
    "emotion:frustration": 0.4,
    "emotion:relief": -0.8,
    "cause:breakage": 0.4,
}
# A phase that is seldom counts as much as one that is frequent, and a change that nobody notices costs more
# than one noticed for nothing: that the work goes on is believed a little less than it is likely.
DOUBT = {
    "customer": {"to:solving": -0.15, "to:acknowledged": 0.2, "to:closing": 0.1},
    "agent": {"to:solving": -0.2, "to:acknowledged": 0.3},
}


Rules = Mapping[str, Mapping[str, float]]


class Answers(NamedTuple):
    customer: tuple[str, ...]
    agent: tuple[str, ...]


def answers() -> Answers:
    to = tuple(f"to:{phase}" for phase in PHASES)
    return Answers(
        customer=(
            *to,
            *(f"move:{move}" for move in moves("customer")),
            *(f"heat:{heat}" for heat in range(4)),
            *(f"emotion:{emotion}" for emotion in EMOTIONS),
            *(f"cause:{cause}" for cause in CAUSES),
        ),
        agent=(*to, *(f"move:{move}" for move in moves("agent")), *(f"act:{act}" for act in ACTS)),
    )


def held_out(script: Script) -> bool:
    return int(hashlib.sha256(script.id.encode()).hexdigest(), 16) % HELD_OUT == 0


class Aside(NamedTuple):
    """What the moves of the phase are not read from: the signals of what a turn is about, plain words but
    those of grammar, and what the other side said last."""

    topics: frozenset[str] = frozenset()
    grammar: frozenset[str] = frozenset()

    @classmethod
    def of(cls, language: Language) -> Aside:
        return cls(
            frozenset("c:" + cue for cue in language.topics),
            frozenset("w:" + word for word in language.function_words),
        )

    def reads(self, name: str) -> bool:
        if name.startswith("w:"):
            return name in self.grammar
        return not name.startswith("p:") and name not in self.topics


class Table(NamedTuple):
    """Rows of one speaker as a matrix over the signals that are kept."""

    rows: list[Row]
    names: tuple[str, ...]
    matrix: csr_matrix


def table(read_rows: Sequence[Row], speaker: str, known: frozenset[str]) -> Table:
    chosen = [row for row in read_rows if row.speaker == speaker]
    names = ("bias", *sorted(known))
    place = {name: at for at, name in enumerate(names)}
    scale = np.array([SCALE.get(name.split(":")[0], 1.0) for name in names])
    pointers, columns = [0], []
    for row in chosen:
        found = {0, *(place[name] for name in row.names if name in place)}
        columns.extend(sorted(found))
        pointers.append(len(columns))
    values = scale[columns]
    matrix = csr_matrix((values, columns, pointers), shape=(len(chosen), len(names)))
    return Table(chosen, names, matrix)


def _spread(
    weights: Array, names: Sequence[str], kind: Sequence[str], into: dict[str, dict[str, float]]
) -> None:
    for at, name in enumerate(names):
        scale = SCALE.get(name.split(":")[0], 1.0)
        for column, answer in enumerate(kind):
            weight = float(weights[at, column]) * scale
            if abs(weight) >= SMALLEST:
                into.setdefault(name, {})[answer] = round(weight, 3)


def _prior(names: Sequence[str], kind: Sequence[str], rules: Rules) -> Array:
    """The rules as weights to start from, in the scale of the matrix."""
    prior = np.zeros((len(names), len(kind)))
    for at, name in enumerate(names):
        scale = SCALE.get(name.split(":")[0], 1.0)
        for column, answer in enumerate(kind):
            prior[at, column] = rules.get(name, {}).get(answer, 0.0) * TRUST / scale
    return prior


def _freely(names: Sequence[str], kind: str) -> Array:
    """How freely a signal's weights move for this kind of answer."""
    return np.array([WORDS[kind] if name.startswith("w:") else 1.0 for name in names])


def learn_moves(data: Table, speaker: str, rules: Rules, aside: Aside) -> dict[str, dict[str, float]]:
    """Weights of the phases a turn leads to, and of each move beside them. Of plain words only those of
    grammar are read, and what it is about is not."""
    own = [at for at, name in enumerate(data.names) if aside.reads(name)]
    names = [data.names[at] for at in own]
    freely = _freely(names, "to")
    starts = list(MOVES[speaker])
    picked, before, targets, shares = [], [], [], []
    for at, row in enumerate(data.rows):
        for phase in starts:
            share = 0.5 * (row.before == phase) + 0.5 * row.belief[PHASES.index(phase)]
            if share > 0.05 and row.labels.phase in MOVES[speaker][phase]:
                picked.append(at)
                before.append(starts.index(phase))
                targets.append(PHASES.index(row.labels.phase))
                shares.append(share)
    shared = csr_matrix(data.matrix[picked][:, own].multiply(freely[None, :]))
    blocks = [shared]
    priors = [_prior(names, [f"to:{phase}" for phase in PHASES], rules)]
    for place, start in enumerate(starts):
        here = np.array([OWN if begun == place else 0.0 for begun in before])
        blocks.append(csr_matrix(shared.multiply(here[:, None])))
        priors.append(_prior(names, [f"move:{start}>{phase}" for phase in PHASES], rules) / OWN)
    allowed = np.array(
        [[float(phase in MOVES[speaker][starts[begun]]) for phase in PHASES] for begun in before]
    )
    weights = fit(
        csr_matrix(hstack(blocks)),
        one_hot(targets, len(PHASES)),
        allowed,
        np.array(shares),
        np.vstack(priors),
        alike(len(PHASES), PENALTY["to"]),
    )
    into: dict[str, dict[str, float]] = {}
    arrivals = [f"to:{phase}" for phase in PHASES]
    weights[0] += np.array([DOUBT[speaker].get(arrival, 0.0) for arrival in arrivals]) / SCALE["bias"]
    _spread(weights[: len(names)] * freely[:, None], names, arrivals, into)
    for place, start in enumerate(starts):
        block = weights[(place + 1) * len(names) : (place + 2) * len(names)] * OWN * freely[:, None]
        columns = [PHASES.index(phase) for phase in MOVES[speaker][start]]
        _spread(block[:, columns], names, [f"move:{start}>{phase}" for phase in MOVES[speaker][start]], into)
    return into


def learn_kind(
    data: Table, kind: str, names: Sequence[str], places: Sequence[int | None], rules: Rules
) -> dict[str, dict[str, float]]:
    """Weights of one kind of answer over the rows that have it."""
    labelled = [(at, place) for at, place in enumerate(places) if place is not None]
    picked = [at for at, _ in labelled]
    targets = one_hot([place for _, place in labelled], len(names))
    counts = targets.sum(axis=0)
    balance = np.where(counts > 0, (len(picked) / np.maximum(counts, 1)) ** BALANCE[kind], 0.0)
    weight = targets @ balance
    weight /= weight.mean()
    answers = [f"{kind}:{name}" for name in names]
    prior = _prior(data.names, answers, rules)
    penalty = (in_order if kind == "heat" else alike)(len(names), PENALTY[kind])
    freely = _freely(data.names, kind)
    matrix = csr_matrix(data.matrix[picked].multiply(freely[None, :]))
    weights = fit(matrix, targets, np.ones_like(targets), weight, prior, penalty)
    weights *= freely[:, None]
    weights[0] += np.array([LEAN.get(answer, 0.0) for answer in answers]) / SCALE["bias"]
    into: dict[str, dict[str, float]] = {}
    _spread(weights, data.names, answers, into)
    return into


def learn_causes(data: Table, causes: Mapping[str, str], rules: Rules) -> dict[str, dict[str, float]]:
    """Weights of the cause: a conversation is the sum of its customer turns, the later ones fading."""
    groups: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(data.rows):
        groups.setdefault((row.script, row.variant), []).append(at)
    names, pointers, columns, values, targets = [], [0], [], [], []
    for (script, _), members in groups.items():
        if script not in causes:
            continue
        for turn, at in enumerate(members):
            columns.append(at)
            values.append(fading(turn))
        pointers.append(len(columns))
        names.append(script)
        targets.append(CAUSES.index(causes[script]))
    gather = csr_matrix((values, columns, pointers), shape=(len(names), len(data.rows)))
    topical = np.array([float(name.startswith("c:")) for name in data.names])
    whole = (gather @ data.matrix).multiply(topical[None, :]).tolil()
    whole[:, 0] = SCALE["bias"]
    whole = csr_matrix(whole)
    target = one_hot(targets, len(CAUSES))
    balance = (len(names) / np.maximum(target.sum(axis=0), 1)) ** BALANCE["cause"]
    weight = target @ balance
    answers = [f"cause:{cause}" for cause in CAUSES]
    prior = _prior(data.names, answers, rules)
    penalty = alike(len(CAUSES), PENALTY["cause"])
    weights = fit(whole, target, np.ones_like(target), weight / weight.mean(), prior, penalty)
    weights[0] += np.array([LEAN.get(answer, 0.0) for answer in answers]) / SCALE["bias"]
    into: dict[str, dict[str, float]] = {}
    _spread(weights, data.names, answers, into)
    return into


def fading(turn: int) -> float:
    return 1.0 / (1.0 + FADING * turn)


def learn(
    read_rows: Sequence[Row],
    causes: Mapping[str, str],
    rules: Mapping[str, Rules],
    aside: Aside,
) -> dict[str, Any]:
    """All weights from rows; no move of the phase is read from what is `aside`."""
    listed = answers()
    result: dict[str, Any] = {}
    for speaker in ("customer", "agent"):
        own = rules[speaker]
        data = table(read_rows, speaker, vocabulary(read_rows, speaker, LEAST) | own.keys() - {"bias"})
        weights = learn_moves(data, speaker, own, aside)
        labels = [row.labels for row in data.rows]
        if speaker == "customer":
            emotions = [EMOTIONS.index(label.emotion) if label.emotion else None for label in labels]
            learned = [
                learn_kind(data, "heat", "0123", [label.heat for label in labels], own),
                learn_kind(data, "emotion", EMOTIONS, emotions, own),
                learn_causes(data, causes, own),
            ]
        else:
            acts = [ACTS.index(label.act) if label.act else None for label in labels]
            learned = [learn_kind(data, "act", ACTS, acts, own)]
        for part in learned:
            for name, row in part.items():
                weights.setdefault(name, {}).update(row)
        result[speaker] = {"answers": list(getattr(listed, speaker)), "weights": weights}
    return result


def train(scripts: Sequence[Script], frame: Released, rules: Mapping[str, Rules]) -> dict[str, Any]:
    """Two rounds: from what was labelled, then from what trackers of the first took before a turn."""
    language = PhaseTracker(frame).language
    causes = {script.id: script.cause for script in scripts if script.cause}
    aside = Aside.of(language)
    by_label = [row for script in scripts for row in rows(script, language)]
    taken: list[Row] = []
    for fold in range(FOLDS):
        apart = {script.id for at, script in enumerate(scripts) if at % FOLDS == fold}
        weights = learn([row for row in by_label if row.script not in apart], causes, rules, aside)
        tracker = PhaseTracker(frame._replace(weights=weights))
        for script in scripts:
            if script.id in apart:
                taken.extend(rows(script, language, tracker))
    return learn(taken, causes, rules, aside)


def hand_rules() -> dict[str, Rules]:
    """What each signal says for each answer in the writer's own judgement, by speaker."""
    rules: dict[str, Rules] = read_yaml(RULES.read_text(encoding="utf-8"))
    return rules


def learned_from(scripts: Sequence[Script]) -> list[Script]:
    """Those that are not held out."""
    return [script for script in scripts if not held_out(script)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=Path(f"prompts/tracker/{LIVE}/en/weights.json"))
    parser.add_argument("--all", action="store_true", help="learn from the held-out slice as well")
    args = parser.parse_args()
    scripts = load(args.data) if args.all else learned_from(load(args.data))
    weights = train(scripts, released(Path("prompts")), hand_rules())
    text = json.dumps(weights, separators=(",", ":"), sort_keys=True)
    args.out.write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")
    print(f"{len(scripts)} conversations, {len(text) // 1024} KiB")


if __name__ == "__main__":
    main()
