"""Reports of passed gates: read them, and hold them to what is about to be released.

A report is made where the evals are (`agent-copilot evals gate`) and read anywhere, also on a server that has
no evals. It is bound by hashes to prompt, model, tracker, phrasebook and transcripts, and sealed by a hash of
its own: the seal shows that a report was changed by mistake, it is no signature against forgers.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from copilot.errors import Conflicting, Invalid

FORMAT = "agent-copilot/gate-report@1"
MAX_BYTES = 1024 * 1024


class Subject(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was run: `prompt` is `name@version`, hashes are SHA-256 in hex; without a model both are None."""

    suggester: str
    prompt: str | None = None
    prompt_hash: str | None = None
    model: str | None = None
    phrasebook: str
    phrasebook_hash: str
    tracker: str
    tracker_hash: str


class Gate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One gate and what came of it: the metric of both, the difference with its 95 % interval, and why."""

    metric: str
    kind: Literal["safety", "main"]
    passed: bool
    verdict: Literal["better", "worse", "cannot tell", "same", "not measured"]
    candidate: float | None = None
    against: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""


class GateReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`transcripts_hash` covers the names and hashes of all `conversations` that both ran on; `runs` are the
    hashes of the two result files; `gates_hash` is that of the file of gates; `made` is a date."""

    format: str = FORMAT
    passed: bool
    made: str
    candidate: Subject
    against: Subject
    conversations: int
    transcripts_hash: str
    gates_hash: str
    runs: tuple[str, str]
    gates: tuple[Gate, ...]
    seal: str = ""


class Installed(NamedTuple):
    """What a version runs with here, to be compared with what its gate was run with. None is not compared."""

    model: str | None = None
    tracker_hash: str | None = None
    phrasebook_hash: str | None = None


class Expected(NamedTuple):
    """What is about to be released, and what it will run with. None is not compared."""

    prompt: str
    prompt_hash: str
    model: str | None = None
    tracker_hash: str | None = None
    phrasebook_hash: str | None = None


def sealed(report: GateReport) -> GateReport:
    """The same with the hash of all that it says."""
    return replace(report, seal=_hash(report))


def dumps(report: GateReport) -> bytes:
    """The bytes of a report file, sealed: deterministic, indented for people."""
    encoded = msgspec.json.encode(sealed(report), order="sorted")
    return msgspec.json.format(encoded, indent=1) + b"\n"


def parse(raw: bytes) -> GateReport:
    """A report from a file's bytes. Raises Invalid: none, another format, or changed since."""
    if len(raw) > MAX_BYTES:
        raise Invalid(f"a gate report has at most {MAX_BYTES} bytes")
    try:
        report = msgspec.json.decode(raw, type=GateReport)
    except msgspec.DecodeError as error:
        raise Invalid(f"not a gate report: {error}") from error
    if report.format != FORMAT:
        raise Invalid(f"the gate report's format is {report.format}, this is {FORMAT}")
    if report.seal != _hash(report):
        raise Invalid("the gate report was changed after it was made: its seal does not match")
    return report


def read(path: Path) -> GateReport:
    """Raises Invalid, with the file."""
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise Invalid(f"{path}: {error.strerror}") from error
    except Invalid as error:
        raise Invalid(f"{path}: {error}") from error


def verify(report: GateReport, expected: Expected) -> None:
    """Raises Conflicting, with all that differs, unless the report says that exactly this may be released."""
    wrong = [f"the gate did not pass: {'; '.join(failed(report)) or 'no gate was judged'}"]
    if report.passed and report.gates and all(gate.passed for gate in report.gates):
        wrong.clear()
    for name, wanted in expected._asdict().items():
        covered = getattr(report.candidate, name)
        if wanted is not None and covered != wanted:
            wrong.append(
                f"{name.replace('_', ' ')} is {_short(wanted)}, the report is about {_short(covered)}"
            )
    if wrong:
        raise Conflicting(f"this gate report does not cover {expected.prompt}: " + "; ".join(wrong))


def failed(report: GateReport) -> list[str]:
    """The gates that did not pass, each with its reason."""
    return [f"{gate.metric}: {gate.why or gate.verdict}" for gate in report.gates if not gate.passed]


def transcripts_hash(transcripts: dict[str, str]) -> str:
    """One hash for a set of conversations, from the hash of each by its id."""
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(transcripts.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _hash(report: GateReport) -> str:
    return hashlib.sha256(msgspec.json.encode(replace(report, seal=""), order="sorted")).hexdigest()


def _short(value: str | None) -> str:
    if value is None:
        return "none"
    return f"{value[:12]}…" if len(value) == 64 else value
