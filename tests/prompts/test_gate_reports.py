"""Reports of passed gates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from copilot.errors import Conflicting, Invalid
from copilot.prompts.gate_reports import (
    Expected,
    Gate,
    GateReport,
    Subject,
    dumps,
    parse,
    read,
    transcripts_hash,
    verify,
)

SUBJECT = Subject(
    suggester="llm",
    prompt="next-phrase@1.1.0",
    prompt_hash="a" * 64,
    model="small",
    phrasebook="1.0.0",
    phrasebook_hash="b" * 64,
    tracker="1.0.0",
    tracker_hash="c" * 64,
)
REPORT = GateReport(
    passed=True,
    made="2026-01-02",
    candidate=SUBJECT,
    against=replace(SUBJECT, prompt="next-phrase@1.0.0", prompt_hash="d" * 64),
    conversations=2,
    transcripts_hash=transcripts_hash({"one": "e" * 64, "two": "f" * 64}),
    gates_hash="0" * 64,
    runs=("1" * 64, "2" * 64),
    gates=(Gate(metric="act in good", kind="main", passed=True, verdict="better"),),
)
EXPECTED = Expected("next-phrase@1.1.0", "a" * 64, "small", "c" * 64, "b" * 64)


def test_a_report_reads_back_and_covers_what_it_was_made_for() -> None:
    """What was written is read with its seal, and covers prompt, model, tracker and phrasebook."""
    back = parse(dumps(REPORT))
    assert replace(back, seal="") == REPORT
    assert dumps(back) == dumps(REPORT)
    verify(back, EXPECTED)
    verify(back, Expected("next-phrase@1.1.0", "a" * 64))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (EXPECTED._replace(prompt="next-phrase@1.2.0"), "prompt is next-phrase@1.2.0"),
        (EXPECTED._replace(prompt_hash="9" * 64), "prompt hash is 999999999999…"),
        (EXPECTED._replace(model="large"), "model is large, the report is about small"),
        (EXPECTED._replace(tracker_hash="9" * 64), "tracker hash"),
        (EXPECTED._replace(phrasebook_hash="9" * 64), "phrasebook hash"),
    ],
)
def test_a_report_of_something_else_does_not_count(changed: Expected, told: str) -> None:
    """A prompt, model, tracker or phrasebook other than the one that was judged is refused by name."""
    with pytest.raises(Conflicting, match=told):
        verify(REPORT, changed)


def test_a_gate_that_failed_covers_nothing() -> None:
    """A report that did not pass is refused with its reasons, also if it says of itself that it passed."""
    worse = Gate(metric="guards", kind="safety", passed=False, verdict="worse", why="two more refusals")
    for report in (replace(REPORT, passed=False, gates=(worse,)), replace(REPORT, gates=(worse,))):
        with pytest.raises(Conflicting, match="guards: two more refusals"):
            verify(report, EXPECTED)
    with pytest.raises(Conflicting, match="no gate was judged"):
        verify(replace(REPORT, gates=()), EXPECTED)


def test_a_report_that_was_changed_is_refused(tmp_path: Path) -> None:
    """The seal shows every later change; what is no report is told with the file."""
    raw = json.loads(dumps(REPORT))
    raw["candidate"]["prompt_hash"] = "9" * 64
    file = tmp_path / "gate.json"
    for text, told in (
        (json.dumps(raw), "changed after it was made"),
        ("{}", "not a gate report"),
        (json.dumps({**raw, "format": "other"}), "format"),
        (" " * (1024 * 1024 + 1), "at most"),
    ):
        file.write_text(text)
        with pytest.raises(Invalid, match=rf"gate\.json.*{told}"):
            read(file)
    with pytest.raises(Invalid, match=r"none\.json"):
        read(tmp_path / "none.json")


def test_the_hash_of_a_set_does_not_depend_on_its_order() -> None:
    """The same conversations have the same hash in any order, another one changes it."""
    one = transcripts_hash({"a": "1", "b": "2"})
    assert one == transcripts_hash({"b": "2", "a": "1"})
    assert one != transcripts_hash({"a": "1", "b": "3"})
