"""Recall, false masks and cost of redaction on made-up conversations, as rows of the bench's table."""

from __future__ import annotations

from collections.abc import Iterator

from evals import redaction, redaction_personal

_CONVERSATIONS, _SEED = 1_000, 1
Row = tuple[str, str, str]


def rows() -> Iterator[Row]:
    """What was measured, the figure, the target."""
    cards = redaction.run(_CONVERSATIONS, _SEED)
    for family, target in (("digits", 99.9), ("spoken", 99.0), ("misheard", 97.0)):
        yield f"card numbers taken out, {family}", f"{100 * cards.recall(family):.2f} %", f"≥ {target} %"
    yield "fragments that show a digit of a card's code", str(cards.code_leaks), "0"
    yield "other numbers masked", f"{100 * cards.false_masks / cards.numbers:.2f} %", "≤ 1 %"
    personal = redaction_personal.run(_CONVERSATIONS, _SEED)
    for kind in redaction_personal.KINDS:
        typed, spoken = (personal.recall(kind, style) for style in ("typed", "spoken"))
        yield f"{kind} taken out, typed / spoken", f"{100 * typed:.2f} / {100 * spoken:.2f} %", "≥ 98 / 95 %"
    yield "precision of personal data taken out", f"{personal.precision:.3f}", "≥ 0.80"
    cost = sorted(cards.cost_us + personal.cost_us)
    yield (
        "redaction of a fragment with such numbers, p99 ms",
        f"{cost[len(cost) * 99 // 100] / 1e3:.2f}",
        "≤ 5",
    )
