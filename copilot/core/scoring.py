"""Weighs signals: a sum of weights per answer, and its probabilities. The weights are data, handed in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

WORD = "w:"
Row = tuple[tuple[int, float], ...]


class Scores:
    """Weights of one speaker's turns: per signal, what it adds to each answer (`heat:2`, `to:venting`).

    Answers of one kind stand together.
    """

    def __init__(self, answers: Sequence[str], weights: Mapping[str, Mapping[str, float]]) -> None:
        self.answers = tuple(answers)
        place = self._place = {answer: at for at, answer in enumerate(self.answers)}
        self._rows: dict[str, Row] = {}
        self._words: dict[str, Row] = {}
        self._pairs: dict[str, dict[str, Row]] = {}
        for signal, weighed in weights.items():
            row = tuple((place[answer], weight) for answer, weight in weighed.items())
            if not signal.startswith(WORD):
                self._rows[signal] = row
                continue
            first, _, second = signal.removeprefix(WORD).partition(" ")
            if second:
                self._pairs.setdefault(first, {})[second] = row
            else:
                self._words[first] = row
        kinds = dict.fromkeys(answer[: answer.index(":") + 1] for answer in self.answers)
        self._kinds = {
            kind: (
                min(at for name, at in place.items() if name.startswith(kind)),
                1 + max(at for name, at in place.items() if name.startswith(kind)),
            )
            for kind in kinds
        }
        self._bias = [0.0] * len(self.answers)
        for at, weight in self._rows.get("bias", ()):
            self._bias[at] += weight

    def score(self, signals: Iterable[str], norms: Sequence[str] = ()) -> list[float]:
        """What the signals and the words add up to, answer by answer; each counts once."""
        rows = [self._rows[signal] for signal in dict.fromkeys(signals) if signal in self._rows]
        words = self._words
        rows.extend(words[word] for word in dict.fromkeys(norms) if word in words)
        if len(norms) > 1:
            pairs = self._pairs
            for first, second in dict.fromkeys(pairwise(norms)):
                row = pairs[first].get(second) if first in pairs else None
                if row is not None:
                    rows.append(row)
        sums = self._bias.copy()
        for row in rows:
            for at, weight in row:
                sums[at] += weight
        return sums

    def speaks(self, signal: str, answer: str) -> float:
        """How much a signal says for an answer."""
        at = self._place.get(answer)
        return next((weight for place, weight in self._rows.get(signal, ()) if place == at), 0.0)

    def part(self, sums: Sequence[float], kind: str) -> Sequence[float]:
        """The sums of the answers of one kind (`heat:`), in their order."""
        first, end = self._kinds[kind]
        return sums[first:end]

    def bias(self, kind: str) -> Sequence[float]:
        """What the answers of one kind have before any signal."""
        return self.part(self._bias, kind)

    def named(self, kind: str) -> tuple[str, ...]:
        """The answers of one kind, without its name."""
        first, end = self._kinds[kind]
        return tuple(answer[len(kind) :] for answer in self.answers[first:end])

    def best(self, sums: Sequence[float], kind: str) -> str:
        """The likeliest answer of a kind; of two alike, the first."""
        first, end = self._kinds[kind]
        return self.answers[max(range(first, end), key=sums.__getitem__)][len(kind) :]


def softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
