"""Good and bad phrases with their context, and how often the guards judge them as their writer did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from copilot.core.types import Draft, Fact, Moment, Refusal, Remedy
from copilot.guards import GUARDS, check, standing
from copilot.shipped import read_yaml
from tests.guards.drafts import draft, moment

HERE = Path(__file__).parent
# `fresh` was written last and in another voice; docs/phrases.md tells how the rules did at first sight.
TABLES = ("table.yaml", "fresh.yaml")


def said(row: dict[str, Any]) -> Draft:
    return draft(row["text"], row.get("act", "acknowledge"))


def told(row: dict[str, Any]) -> Moment:
    context = row.get("context") or {}
    return moment(
        facts=[Fact(**fact) for fact in context.get("facts") or ()],
        remedies=[Remedy(**remedy) for remedy in context.get("allowed_remedies") or ()],
        turns=[(turn["speaker"], turn["text"]) for turn in row.get("turns") or ()],
        customer=row.get("customer"),
        channel=row.get("channel", "voice"),
        recent=tuple((text, None) for text in row.get("recent") or ()),
    )


def judged(row: dict[str, Any]) -> Refusal | None:
    return check(said(row), told(row))


def test_the_table() -> None:
    """Of what the guards refuse at least 0.95 is bad, and of what is bad they refuse at least 0.90."""
    rows = [row for name in TABLES for row in read_yaml((HERE / name).read_text(encoding="utf-8"))]
    refused = [(row, refusal) for row in rows if (refusal := judged(row)) is not None]
    bad = [row for row in rows if not row["ok"]]
    right = [row for row, _ in refused if not row["ok"]]
    wrong = [f"refused, {refusal.rule}: {row['text']}" for row, refusal in refused if row["ok"]]
    passed = [f"passed, {row.get('rule')}: {row['text']}" for row in bad if row not in right]
    report = "\n".join(wrong + passed)
    assert len(rows) >= 330
    assert len(right) >= 0.95 * len(refused), report
    assert len(right) >= 0.90 * len(bad), report


def test_what_is_known_beforehand_changes_no_verdict() -> None:
    """The rules that are left for a standing text judge it as all of them do, at its own moment and at
    others."""
    rows = [row for name in TABLES for row in read_yaml((HERE / name).read_text(encoding="utf-8"))]
    moments = [told(row) for row in rows]
    fewer = 0
    for place, row in enumerate(rows):
        text = said(row)
        left = standing(text)
        fewer += len(GUARDS) - len(left)
        for at in (moments[place], *moments[place % 90 :: 90]):
            assert check(text, at, left) == check(text, at)
    assert fewer > len(rows) * len(GUARDS) / 2
