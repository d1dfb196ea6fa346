"""Plants phone numbers, addresses, bank and national numbers, redacts, and looks for what is left.

Run as `python -m evals.redaction_personal --conversations 1000 --seed 1`.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import NamedTuple

from copilot.redaction import ConversationRedactor
from copilot.redaction.personal import USUAL
from copilot.redaction.placeholders import Kind
from evals.planting import addresses, personal
from evals.planting.generating import command
from evals.planting.personal import PersonalCall
from evals.planting.spoken import digits_of

KINDS: tuple[Kind, ...] = (*personal.KINDS, "address")
_STYLES = ("typed", "spoken")


class PersonalScores(NamedTuple):
    """By '<kind> <style>': how many were planted and how many are to be seen; and false masks."""

    planted: Counter[str]
    leaked: Counter[str]
    others: int
    false_masks: int
    cost_us: list[float]
    misses: list[str]

    def recall(self, kind: str, style: str) -> float:
        name = f"{kind} {style}"
        return 1 - self.leaked[name] / max(1, self.planted[name])

    @property
    def precision(self) -> float:
        """Of what was masked, how much was what it was masked as."""
        caught = self.planted.total() - self.leaked.total()
        return caught / max(1, caught + self.false_masks)


def run(conversations: int, seed: int) -> PersonalScores:
    """Redacts so many conversations and counts what is left of what was planted: in one half the usual
    kinds, in the other addresses, for a tenant that wants them out as well."""
    scores = PersonalScores(Counter(), Counter(), 0, 0, [], [])
    others = false_masks = 0
    for made, kinds in (
        (personal.conversation, USUAL),
        (addresses.conversation, (*USUAL, "address")),
    ):
        rng = random.Random(seed)
        for _ in range(conversations):
            seen, masked = _judge(made(rng), ConversationRedactor(personal=kinds), scores)
            others += seen
            false_masks += masked
    return scores._replace(others=others, false_masks=false_masks)


def _judge(call: PersonalCall, redactor: ConversationRedactor, scores: PersonalScores) -> tuple[int, int]:
    versions: dict[str, list[str]] = {}
    for number, fragment in enumerate(call.fragments):
        began = time.thread_time()
        result = redactor.take(str(number), fragment.speaker, fragment.text)
        scores.cost_us.append((time.thread_time() - began) * 1e6)
        versions[str(number)] = [result.text]
        for each in result.unmasked:
            versions[each.utterance_id].append(each.text)
    for each in redactor.finish():
        versions[each.utterance_id].append(each.text)
    others = false_masks = 0
    leaked = False
    for number, fragment in enumerate(call.fragments):
        shown = f" {' '.join(versions[str(number)])} ".lower().replace(",", " ")
        if fragment.about == call.kind:
            secret = any(part in shown for part in call.secrets)
            leaked |= secret or (call.kind != "email" and len(digits_of(shown)) > 1)
        elif fragment.about == "other":
            others += 1
            if versions[str(number)][-1] != fragment.text:
                false_masks += 1
                scores.misses.append(f"false mask: {_trace(call, versions)}")
    scores.planted[f"{call.kind} {call.style}"] += 1
    if leaked:
        scores.leaked[f"{call.kind} {call.style}"] += 1
        scores.misses.append(f"{call.kind} {call.style}: {_trace(call, versions)}")
    return others, false_masks


def _trace(call: PersonalCall, versions: dict[str, list[str]]) -> str:
    return "".join(
        f"\n    {one.speaker[:1]} {one.text}  =>  {versions[str(n)][-1]}"
        for n, one in enumerate(call.fragments)
    )


def report(scores: PersonalScores) -> str:
    """The table of a run."""
    lines = [f"{'planted':<14}{'calls':>8}{'leaked':>8}{'recall':>10}"]
    for kind in KINDS:
        for style in _STYLES:
            name = f"{kind} {style}"
            lines.append(
                f"{name:<14}{scores.planted[name]:>8}{scores.leaked[name]:>8}"
                f"{100 * scores.recall(kind, style):>9.2f}%"
            )
    cost = sorted(scores.cost_us)
    lines += [
        f"precision       {scores.precision:.3f}",
        f"false masks     {scores.false_masks} of {scores.others} look-alikes",
        f"cost a fragment p50 {cost[len(cost) // 2]:.0f} us, p99 {cost[len(cost) * 99 // 100]:.0f} us",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    command(__doc__, run, report)
