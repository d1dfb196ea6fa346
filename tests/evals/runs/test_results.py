"""Tests of the result file: the same run is the same bytes, and what is no result says where."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from copilot.errors import Invalid
from evals.runs.results import ConversationResult, Head, Run, Score, Timing, dumps, read, write, write_timings

HEAD = Head(
    product="agent-copilot@checkout",
    suggester="phrasebook",
    phrasebook="phrasebook@1.0.0",
    phrasebook_hash="b" * 64,
    tracker="tracker@1.0.0",
    tracker_hash="c" * 64,
    code="d" * 64,
    transcripts={"two": "2" * 64, "one": "1" * 64},
)


def conversation(name: str) -> ConversationResult:
    return ConversationResult(
        id=name,
        title="",
        channel="chat",
        trade="bank",
        kind="difficult",
        cause=None,
        outcome="",
        tags=("hurried",),
        transcript_hash="1" * 64,
        scores=(Score(scorer="length", value=12.0),),
    )


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    """What was written is read again, conversations in the order of their ids."""
    file = tmp_path / "deep" / "run.jsonl"
    write(file, Run(HEAD, (conversation("two"), conversation("one"))))
    assert read(file) == Run(HEAD, (conversation("one"), conversation("two")))
    assert [path.name for path in file.parent.iterdir()] == ["run.jsonl"]


def test_the_order_of_the_work_leaves_no_trace() -> None:
    """The same conversations in another order, with the same hashes in another order, are the same bytes."""
    one = Run(HEAD, (conversation("one"), conversation("two")))
    other = Run(
        structs.replace(HEAD, transcripts={"one": "1" * 64, "two": "2" * 64}), one.conversations[::-1]
    )
    assert dumps(one) == dumps(other)
    assert one.digest == other.digest
    assert one.digest != Run(HEAD, one.conversations[:1]).digest


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b'{"product": 1}\n', "line 1"),
        (dumps(Run(HEAD, ())) + b"{}\n", "line 2"),
        (dumps(Run(HEAD, ())).replace(b"eval-run@1", b"eval-run@9"), "eval-run@9"),
    ],
)
def test_what_is_no_result_is_refused_with_its_place(tmp_path: Path, content: bytes, says: str) -> None:
    """A file of another kind, version or shape is Invalid, and the message says where."""
    file = tmp_path / "run.jsonl"
    file.write_bytes(content)
    with pytest.raises(Invalid, match=says):
        read(file)


def test_measured_times_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    """Times are written a conversation a line, ordered by id."""
    file = tmp_path / "run.timings.jsonl"
    write_timings(
        file,
        [
            Timing(conversation="b", total_ms=2.0, point_ms=1.0),
            Timing(conversation="a", total_ms=1.0, point_ms=1.0),
        ],
    )
    assert [line[17:18] for line in file.read_text().splitlines()] == ["a", "b"]
