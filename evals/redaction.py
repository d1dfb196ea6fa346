"""Plants card numbers and look-alikes in made-up conversations, redacts them, and lets an adversary search.

Run as `python -m evals.redaction --conversations 1000 --seed 1`.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import NamedTuple

from copilot.redaction import ConversationRedactor
from evals.planting.generating import command
from evals.planting.numbers import STYLES, Call, Planted, conversation
from evals.planting.spoken import digits_of

_FIRST_KNOWN, _LAST_KNOWN = 6, 4


class Scores(NamedTuple):
    """What the adversary found, and what was masked for nothing."""

    cards: Counter[str]
    leaked: Counter[str]
    codes: int
    code_leaks: int
    expiries: int
    expiry_leaks: int
    numbers: int
    false_masks: int
    cost_us: list[float]
    misses: list[str]

    def recall(self, family: str) -> float:
        return 1 - self.leaked[family] / max(1, self.cards[family])


# --- the adversary --------------------------------------------------------------------------------


def recovered(number: str, stored: str) -> bool:
    """Whether a stretch of the number that is longer than what may be known stands in the stored digits."""
    digits = digits_of(stored)
    return any(number[i : i + 7] in digits for i in range(len(number) - 6))


def _leaks(fragment: Planted, stored: str, number: str) -> bool:
    """Whether a fragment shows digits of the card between the first six and the last four."""
    start, end = fragment.part
    if not digits_of(stored):
        return False
    return end > _FIRST_KNOWN and start < len(number) - _LAST_KNOWN


def run(conversations: int, seed: int) -> Scores:
    """Redacts so many conversations and counts what the adversary finds."""
    scores = Scores(Counter(), Counter(), 0, 0, 0, 0, 0, 0, [], [])
    totals: Counter[str] = Counter()
    rng = random.Random(seed)
    for _ in range(conversations):
        _judge(conversation(rng), scores, totals)
    return scores._replace(
        codes=totals["codes"],
        code_leaks=totals["code_leaks"],
        expiries=totals["expiries"],
        expiry_leaks=totals["expiry_leaks"],
        numbers=totals["numbers"],
        false_masks=totals["false_masks"],
    )


def _judge(call: Call, scores: Scores, totals: Counter[str]) -> None:
    redactor = ConversationRedactor()
    stored: list[tuple[str, str]] = []
    for fragment in call.fragments:
        began = time.thread_time()
        result = redactor.take(fragment.utterance_id, fragment.speaker, fragment.text)
        scores.cost_us.append((time.thread_time() - began) * 1e6)
        stored.append((fragment.utterance_id, result.text))
        stored += [(each.utterance_id, each.text) for each in result.unmasked]
    stored += [(each.utterance_id, each.text) for each in redactor.finish()]
    final = dict(stored)
    everything = " ".join(text for _, text in stored)
    leaked = call.family is not None and recovered(call.number, everything)
    for fragment in call.fragments:
        versions = " ".join(text for name, text in stored if name == fragment.utterance_id)
        if fragment.carries == "card":
            leaked = leaked or _leaks(fragment, versions, call.number)
        elif fragment.carries in ("code", "expiry"):
            shown = bool(digits_of(versions))
            totals["codes" if fragment.carries == "code" else "expiries"] += 1
            totals["code_leaks" if fragment.carries == "code" else "expiry_leaks"] += shown
            if shown:
                scores.misses.append(f"{fragment.carries} {call.code}: {_trace(call, final)}")
        elif fragment.carries == "number":
            totals["numbers"] += 1
            if final[fragment.utterance_id] != fragment.text:
                totals["false_masks"] += 1
                scores.misses.append(f"false mask of {fragment.text}: {_trace(call, final)}")
    if call.family is not None:
        scores.cards[call.family] += 1
        scores.cards[call.style] += 1
        if leaked:
            scores.leaked[call.family] += 1
            scores.leaked[call.style] += 1
            scores.misses.append(f"card {call.style}: {_trace(call, final)}")


def _trace(call: Call, final: dict[str, str]) -> str:
    return "".join(f"\n    {f.speaker[:1]} {f.text}  =>  {final[f.utterance_id]}" for f in call.fragments)


def report(scores: Scores) -> str:
    """The table of a run."""
    lines = [f"{'planted as':<14}{'cards':>8}{'leaked':>8}{'recall':>10}"]
    for name in ("digits", "spoken", "misheard", *STYLES):
        lines.append(
            f"{name:<14}{scores.cards[name]:>8}{scores.leaked[name]:>8}{100 * scores.recall(name):>9.2f}%"
        )
    cost = sorted(scores.cost_us)
    share = 100 * scores.false_masks / max(1, scores.numbers)
    lines += [
        f"codes           {scores.code_leaks} of {scores.codes} fragments show a digit",
        f"expiries        {scores.expiry_leaks} of {scores.expiries} fragments show a digit",
        f"false masks     {scores.false_masks} of {scores.numbers} other numbers ({share:.2f} %)",
        f"cost a fragment p50 {cost[len(cost) // 2]:.0f} us, p99 {cost[len(cost) * 99 // 100]:.0f} us ",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    command(__doc__, run, report)
