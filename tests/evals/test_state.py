"""The dialogues that the state is measured on are whole, and the measure counts as it says."""

from __future__ import annotations

from collections import Counter

import pytest

from copilot.core.types import Evidence, Question, Reading
from evals.state import KINDS, holds, judge, load, pairs, wilson

EVIDENCE = Evidence(turn=0, quote="", start=0, end=0)


def test_the_dialogues_are_whole() -> None:
    """There are at least 110, of one to five turns each, no two alike, with known kinds only."""
    entries = load()
    assert len(entries) >= 110
    assert len({entry.turns for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.channel in ("voice", "chat")
        assert 1 <= len(entry.turns) <= 5
        assert all(turn.speaker in ("customer", "agent") and turn.text for turn in entry.turns)
        assert entry.expect
        assert set(entry.expect) <= set(KINDS)


def test_every_kind_is_exercised() -> None:
    """Each kind is expected in at least 25 dialogues, and in some of them there is something to find."""
    expected = Counter(kind for entry in load() for kind in entry.expect)
    assert all(expected[kind] >= 25 for kind in KINDS), expected
    found = Counter(kind for entry in load() for kind, value in entry.expect.items() if value)
    assert all(found[kind] >= 10 for kind in KINDS), found


def test_the_values_have_their_shape() -> None:
    """A promise has a text and a time or none, an offer a known outcome, and a mention a known kind."""
    for entry in load():
        for promise in entry.expect.get("promises", ()):
            assert set(promise) == {"text", "by"}
        for offer in entry.expect.get("offers", ()):
            assert offer["outcome"] in ("open", "accepted", "refused")
        assert set(entry.expect.get("mentions", ())) <= {"duration", "count", "amount", "day"}


@pytest.mark.parametrize(
    ("text", "key", "right"),
    [
        ("I'll call you back by Friday", "call", True),
        ("I'll ring you", "call/ring", True),
        ("I recall it", "call", False),
        ("your bill of $40.", "40 bill", True),
        (None, "bill", False),
    ],
)
def test_a_key_is_found_by_whole_words(text: str | None, key: str, right: bool) -> None:
    """Every word of a key must stand in the text as a word of its own, one of those with a slash."""
    assert holds(text, key) is right


def test_pairs_leave_nothing_over() -> None:
    """What is too much is as wrong as what is missing, and the order does not matter."""
    same = str.__eq__
    assert pairs(["a", "b"], ["b", "a"], same)
    assert not pairs(["a"], ["a", "b"], same)
    assert not pairs(["a", "b"], ["a"], same)
    assert pairs([], [], same)


def test_a_dialogue_is_judged_kind_by_kind() -> None:
    """An empty state is right where nothing is expected, and wrong where something is."""
    entry = load()[0]._replace(expect={"questions": ["when next"], "promises": [], "contacts": None})
    asked = Reading(questions=(Question(text="When is the next one?", evidence=EVIDENCE),))
    assert [one.right for one in judge(entry, Reading())] == [False, True, True]
    assert all(one.right for one in judge(entry, asked))


def test_the_interval_holds_the_share() -> None:
    """The interval lies around the share, within 0 and 1, and narrows with the number."""
    low, high = wilson(9, 10)
    assert 0 < low < 0.9 < high < 1
    narrow = wilson(90, 100)
    assert narrow[1] - narrow[0] < high - low
    assert wilson(10, 10)[1] == pytest.approx(1.0)
