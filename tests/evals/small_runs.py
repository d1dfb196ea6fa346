"""Small runs and metrics for the tests of verdicts, gates and reports."""

from __future__ import annotations

from collections.abc import Sequence

from evals.metrics.metric import Metric, failures, passed, verdicts
from evals.runs.results import ConversationResult, Head, Run, Score

GOOD = Metric("act in good", "acts", verdicts("act"), passed)
GUARDS = Metric("guards broken", "safety", verdicts("guard"), failures, better="lower", unit="count")
METRICS = (GOOD, GUARDS)


def head(**changed: object) -> Head:
    given = {
        "product": "0.1.0",
        "suggester": "llm",
        "prompt": "next-phrase@1.1.0",
        "prompt_hash": "a" * 64,
        "model": "small",
        "phrasebook": "1.0.0",
        "phrasebook_hash": "b" * 64,
        "tracker": "1.0.0",
        "tracker_hash": "c" * 64,
        "code": "d" * 64,
        "transcripts": {},
    }
    return Head(**{**given, **changed})  # type: ignore[arg-type]


def conversation(name: str, scores: Sequence[Score] = (), **changed: object) -> ConversationResult:
    given = {
        "id": name,
        "title": f"The matter of {name}",
        "channel": "chat",
        "trade": "parcel",
        "kind": "difficult",
        "cause": "money",
        "outcome": "resolved",
        "tags": (),
        "transcript_hash": "e" * 64,
        "scores": tuple(scores),
    }
    return ConversationResult(**{**given, **changed})  # type: ignore[arg-type]


def run(rows: Sequence[tuple[str, str]], prompt: str = "next-phrase@1.1.0") -> Run:
    """A run from rows of conversation and its acts: `+` for a right one, `-` for a wrong, `!` for a guard."""
    found = [conversation(name, [_score(mark) for mark in marks]) for name, marks in rows]
    return Run(head(prompt=prompt, transcripts={name: "e" * 64 for name, _ in rows}), tuple(found))


def _score(mark: str) -> Score:
    right = mark == "+"
    scorer = "guard" if mark in "!." else "act"
    return Score(scorer=scorer, value=float(right), passed=right or mark == ".", reason="" if right else "so")
