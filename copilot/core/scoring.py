"""Weighs signals: a sum of weights per answer. The weights are data, handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from struct import Struct

WORD = "w:"
_NOTHING: Mapping[str, float] = {}
# A signal's weights are whole thousandths, packed into one integer with so many bits for each answer: adding
# two rows is one addition, whatever the number of answers, and exact in any order.
_PARTS = 1000
_LANE = 32
_MIDDLE = 1 << (_LANE - 1)


class Scores:
    """Weights of one speaker's turns: per signal, what it adds to each answer (`heat:2`, `to:venting`).

    Answers of one kind stand together.
    """

    def __init__(self, answers: Sequence[str], weights: Mapping[str, Mapping[str, float]]) -> None:
        self.answers = tuple(answers)
        place = self._place = {answer: at for at, answer in enumerate(self.answers)}
        self._rows: list[int] = []
        self._signals: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._pairs: dict[str, dict[str, int]] = {}
        self._said = {signal: row for signal, row in weights.items() if not signal.startswith(WORD)}
        for at, (signal, weighed) in enumerate(weights.items()):
            self._rows.append(sum(round(weighed[name] * _PARTS) << (_LANE * place[name]) for name in weighed))
            if not signal.startswith(WORD):
                self._signals[signal] = at
                continue
            first, _, second = signal.removeprefix(WORD).partition(" ")
            if second:
                self._pairs.setdefault(first, {})[second] = at
            else:
                self._words[first] = at
        kinds = dict.fromkeys(answer[: answer.index(":") + 1] for answer in self.answers)
        self._kinds = {
            kind: (
                min(at for name, at in place.items() if name.startswith(kind)),
                1 + max(at for name, at in place.items() if name.startswith(kind)),
            )
            for kind in kinds
        }
        self._named = {
            kind: tuple(answer[len(kind) :] for answer in self.answers[first:end])
            for kind, (first, end) in self._kinds.items()
        }
        # Each lane starts in its middle, so that no sum is negative.
        self._start = sum(_MIDDLE << (_LANE * at) for at in range(len(self.answers)))
        if "bias" in self._signals:
            self._start += self._rows[self._signals["bias"]]
        self._read = Struct(f"<{len(self.answers)}I").unpack
        self._bias = self.score(())

    def score(self, signals: Iterable[str], norms: Sequence[str] = ()) -> list[float]:
        """What the signals and the words add up to, answer by answer; each counts once."""
        pairs = self._pairs
        found = {*map(self._signals.get, signals), *map(self._words.get, norms)}
        found.update(pairs[first].get(word) for first, word in pairwise(norms) if first in pairs)
        found.discard(None)
        total = sum(map(self._rows.__getitem__, found), self._start)  # type: ignore[arg-type]
        lanes = self._read(total.to_bytes(len(self.answers) * _LANE // 8, "little"))
        return [(lane - _MIDDLE) / _PARTS for lane in lanes]

    def says(self, signal: str) -> Mapping[str, float]:
        """How much a signal says for each answer that it says anything for."""
        return self._said.get(signal, _NOTHING)

    def part(self, sums: Sequence[float], kind: str) -> Sequence[float]:
        """The sums of the answers of one kind (`heat:`), in their order."""
        first, end = self._kinds[kind]
        return sums[first:end]

    def bias(self, kind: str) -> Sequence[float]:
        """What the answers of one kind have before any signal."""
        return self.part(self._bias, kind)

    def named(self, kind: str) -> tuple[str, ...]:
        """The answers of one kind, without its name."""
        return self._named[kind]

    def best(self, sums: Sequence[float], kind: str) -> str:
        """The likeliest answer of a kind; of two alike, the first."""
        part = self.part(sums, kind)
        return self._named[kind][part.index(max(part))]
