"""The gates of a release: read from a file, judged on two runs, kept in a report bound by hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.errors import Misconfigured
from copilot.prompts.gate_reports import Gate, GateReport, Subject, transcripts_hash
from copilot.shipped import read_yaml
from evals.gating.verdict import Compared, compare
from evals.metrics.metric import Metric
from evals.runs.results import Head, Run

GATES = Path(__file__).parents[1] / "gates.yaml"

# Named in the report like a metric, though it is judged on every run, whatever the file says.
JUDGED = "conversations judged"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GateRule(_Part):
    """One gate of the file: the name of a metric, and how strictly it is held."""

    metric: str
    kind: Literal["safety", "main"]
    absent: Literal["fails", "fine"] = "fails"


class Gates(_Part):
    """The whole file, with the hash of its bytes. A run on fewer than `conversations` proves nothing."""

    conversations: Annotated[int, Field(ge=1)]
    gates: tuple[GateRule, ...]
    digest: str = ""


def read_gates(path: Path, metrics: Sequence[Metric]) -> Gates:
    """Raises Misconfigured: no such file, not in the form, or a gate on what no metric is called."""
    try:
        raw = path.read_bytes()
        found = Gates.model_validate({**read_yaml(raw), "digest": hashlib.sha256(raw).hexdigest()})
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise Misconfigured(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"])
        raise Misconfigured(f"{path}: {where}: {first['msg']}") from error
    known = {metric.name: metric for metric in metrics}
    for rule in found.gates:
        if rule.metric not in known:
            raise Misconfigured(f"{path}: no metric is called {rule.metric!r}")
        if known[rule.metric].better == "neither":
            raise Misconfigured(
                f"{path}: {rule.metric!r} is neither better high nor low, it cannot be a gate"
            )
    return found


def judge(
    candidate: Run, against: Run, gates: Gates, metrics: Sequence[Metric], made: str
) -> tuple[GateReport, list[Compared]]:
    """The report of all gates, unsealed, and the verdict on every metric. Raises Invalid: not comparable."""
    compared = compare(candidate, against, metrics)
    by_name = {one.metric.name: one for one in compared}
    found = [_judged(candidate, gates.conversations)] + [
        _gate(rule, by_name[rule.metric]) for rule in gates.gates
    ]
    report = GateReport(
        passed=bool(gates.gates) and all(gate.passed for gate in found),
        made=made,
        candidate=subject(candidate.head),
        against=subject(against.head),
        conversations=len(candidate.conversations),
        transcripts_hash=transcripts_hash(candidate.head.transcripts),
        gates_hash=gates.digest,
        runs=(candidate.digest, against.digest),
        gates=tuple(found),
    )
    return report, compared


def subject(head: Head) -> Subject:
    """What a run was about, as the report names it."""
    return Subject(**{name: getattr(head, name) for name in Subject.__struct_fields__})


def _judged(candidate: Run, least: int) -> Gate:
    broken = [conversation for conversation in candidate.conversations if conversation.error is not None]
    missing = sorted(candidate.head.transcripts.keys() - {one.id for one in candidate.conversations})
    judged = len(candidate.conversations) - len(broken)
    why = [f"{judged} conversations, {least} are needed"] if judged < least else []
    why += [f"{one.id}: {one.error}" for one in broken[:3]] + [f"{name}: did not run" for name in missing[:3]]
    return Gate(
        metric=JUDGED,
        kind="safety",
        passed=not why,
        verdict="worse" if why else "same",
        candidate=float(judged),
        why="; ".join(why),
    )


def _gate(rule: GateRule, one: Compared) -> Gate:
    passed, why = _passed(rule, one)
    return Gate(
        metric=rule.metric,
        kind=rule.kind,
        passed=passed,
        verdict=one.verdict,
        candidate=one.candidate,
        against=one.against,
        low=one.low,
        high=one.high,
        why=why,
    )


def _passed(rule: GateRule, one: Compared) -> tuple[bool, str]:
    if one.verdict == "not measured":
        # A figure that was there before and is gone is never fine: nobody would see it get worse.
        lost = one.candidate is None and one.against is not None
        fine = rule.absent == "fine" and not lost
        return fine, "" if fine else f"not measured in {_unmeasured(one)}"
    if rule.kind == "safety" and one.figure_worse:
        return False, _why("worse than before, and safety may not get worse at all", one)
    if one.verdict == "worse":
        return False, _why("worse beyond its interval", one)
    return True, ""


def _unmeasured(one: Compared) -> str:
    if one.candidate is not None:
        return "the run that it is held against"
    return "both runs" if one.against is None else "the candidate"


def _why(what: str, one: Compared) -> str:
    where = f"; most in {', '.join(one.worse_in[:3])}" if one.worse_in else ""
    return what + where
