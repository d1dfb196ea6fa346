"""Tests of spans: when each turn was spoken, by the plan."""

from __future__ import annotations

from itertools import pairwise

from evals.replays.spans import finals_by_turn, spans, turn_of
from tests.fakes.evals import script, turn


def test_turns_follow_each_other() -> None:
    """Each turn has one span, in order, that ends when its last words were sent."""
    found = spans(script())
    assert [span.turn for span in found] == [0, 1, 2, 3, 4]
    assert [span.speaker for span in found[:2]] == ["customer", "agent"]
    assert all(span.start_ms <= span.heard_ms <= span.end_ms for span in found)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(found))


def test_a_chat_is_heard_a_message_at_a_time() -> None:
    """In chat nothing of a message is heard before it is sent; in voice the words are."""
    voice, chat = spans(script("voice"))[0], spans(script("chat"))[0]
    assert chat.heard_ms == chat.end_ms
    assert voice.heard_ms < voice.end_ms


def test_finals_are_grouped_by_their_turn() -> None:
    """Every message of a turn is a final fragment of it."""
    found = finals_by_turn(script(turns=[turn("customer", "One.", "Two."), turn("agent", "Three.")]))
    assert {number: [f.text for f in fragments] for number, fragments in found.items()} == {
        0: ["One.", "Two."],
        1: ["Three."],
    }
    assert turn_of("t1012-3") == 1012
