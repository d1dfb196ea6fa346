"""Good and bad phrases with their context, and how often the guards judge them as their writer did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from copilot.core.types import Draft, Fact, Refusal, Remedy
from copilot.guards import check
from tests.guards.drafts import draft, moment

HERE = Path(__file__).parent
# `fresh` was written last and in another voice; docs/phrases.md tells how the rules did at first sight.
TABLES = ("table.yaml", "fresh.yaml")


def judged(row: dict[str, Any]) -> Refusal | None:
    context = row.get("context") or {}
    said: Draft = draft(row["text"], row.get("act", "acknowledge"))
    return check(
        said,
        moment(
            facts=[Fact(**fact) for fact in context.get("facts") or ()],
            remedies=[Remedy(**remedy) for remedy in context.get("allowed_remedies") or ()],
            turns=[(turn["speaker"], turn["text"]) for turn in row.get("turns") or ()],
            customer=row.get("customer"),
            channel=row.get("channel", "voice"),
            recent=tuple((text, None) for text in row.get("recent") or ()),
        ),
    )


def test_the_table() -> None:
    """Of what the guards refuse at least 0.95 is bad, and of what is bad they refuse at least 0.90."""
    rows = [row for name in TABLES for row in yaml.safe_load((HERE / name).read_text(encoding="utf-8"))]
    refused = [(row, refusal) for row in rows if (refusal := judged(row)) is not None]
    bad = [row for row in rows if not row["ok"]]
    right = [row for row, _ in refused if not row["ok"]]
    wrong = [f"refused, {refusal.rule}: {row['text']}" for row, refusal in refused if row["ok"]]
    passed = [f"passed, {row.get('rule')}: {row['text']}" for row in bad if row not in right]
    report = "\n".join(wrong + passed)
    assert len(rows) >= 330
    assert len(right) >= 0.95 * len(refused), report
    assert len(right) >= 0.90 * len(bad), report
