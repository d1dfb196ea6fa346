"""Conversations on file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.errors import Invalid
from copilot.transcripts import load
from tests.wire.processes import ROOT

COMPACT = """# a note
= one channel=voice domain=parcel cause=expectation tags=hurried,repeat-contact author=x
S | You are next.
C venting 2 anger acknowledge acknowledge,apologise | where is it // I called twice
A solving probe | May I have the number?

= two
C solving 0 neutral act act | 1234
"""


def test_the_compact_format_is_read(tmp_path: Path) -> None:
    """A head and a line a turn give conversations with labels and messages."""
    (tmp_path / "x.turns").write_text(COMPACT)
    one, two = load(tmp_path / "x.turns")
    assert (one.id, one.channel, one.trade, one.tags) == (
        "one",
        "voice",
        "parcel",
        ("hurried", "repeat-contact"),
    )
    assert one.turns[1].messages == ("where is it", "I called twice")
    labels = one.turns[1].labels
    assert labels is not None
    assert (labels.heat, labels.best, labels.good) == (2, "acknowledge", ("acknowledge", "apologise"))
    assert one.turns[0].labels is None
    assert [turn.i for turn in one.turns] == [0, 1, 2]
    assert two.turns[0].text == "1234"


def test_formats_say_the_same(tmp_path: Path) -> None:
    """The same conversation reads the same from JSON Lines and YAML."""
    raw = {
        "id": "a",
        "turns": [{"speaker": "agent", "messages": ["hi"], "labels": {"phase": "venting", "act": "listen"}}],
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(raw) + "\n\n")
    (tmp_path / "b.yaml").write_text(json.dumps(raw))
    assert load(tmp_path / "a.jsonl") == load(tmp_path / "b.yaml")
    assert len(load(tmp_path)) == 2


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.jsonl", "{", "line 1"),
        ("a.jsonl", '{"id": "a"}', "turns"),
        ("a.jsonl", '{"id": "a", "turns": [{"speaker": "bot", "messages": []}]}', "speaker"),
        ("a.jsonl", '{"id": "a", "turns": [], "other": 1}', "other"),
        ("a.yaml", "a: [", "YAML"),
        ("a.turns", "C venting | hello", "line 1"),
        ("a.turns", "= a\nC raging 1 anger act act | hello", "phase"),
        ("a.txt", "", "not a transcript file"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, name: str, text: str, told: str) -> None:
    """A file that is no transcript is refused in one line that says where."""
    (tmp_path / name).write_text(text)
    with pytest.raises(Invalid, match=told):
        load(tmp_path / name)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is an error of the caller's."""
    with pytest.raises(Invalid):
        load(tmp_path / "none.yaml")


@pytest.mark.parametrize("folder", ["prompts/demo", "evals/transcripts", "evals/training"])
def test_our_own_conversations_load(folder: str) -> None:
    """Every conversation of the project is in the format, with ids of their own and labels that agree."""
    scripts = load(ROOT / folder)
    assert len({script.id for script in scripts}) == len(scripts) > 0
    for script in scripts:
        for turn in script.turns:
            if turn.speaker == "customer":
                assert turn.labels is not None
                assert turn.labels.best in turn.labels.good, f"{script.id} {turn.i}"
                assert not set(turn.labels.good) & set(turn.labels.never), f"{script.id} {turn.i}"


def test_no_text_stands_in_training_and_evaluation() -> None:
    """What the tracker learned from is not what it is judged on."""
    trained = {
        m.lower() for s in load(ROOT / "evals/training") for t in s.turns for m in t.messages if len(m) > 40
    }
    judged = {m.lower() for s in load(ROOT / "evals/transcripts") for t in s.turns for m in t.messages}
    assert not trained & judged
