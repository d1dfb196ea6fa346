"""Lines of an export as conversations."""

from __future__ import annotations

from evals.converters import Line, assembled


def test_lines_become_turns() -> None:
    """What one speaker says until the other speaks is one turn; conversations may be mixed in the file."""
    lines = [
        Line("A 1", "customer", "hi"),
        Line("b", "agent", "hello"),
        Line("A 1", "customer", " it broke "),
        Line("A 1", "agent", "oh"),
        Line("A 1", "customer", " "),
    ]
    one, two = assembled(lines, "chat", "calls")
    assert (one.id, one.channel, one.source, two.id) == ("a-1", "chat", "calls", "b")
    assert [(turn.i, turn.speaker, turn.messages) for turn in one.turns] == [
        (0, "customer", ("hi", "it broke")),
        (1, "agent", ("oh",)),
    ]
    assert all(turn.labels is None for turn in one.turns)


def test_times_put_lines_in_order() -> None:
    """With times on every line, what was said first stands first; a turn lasts to its last word."""
    lines = [
        Line("a", "agent", "two", 50, 90),
        Line("a", "customer", "one", 0, 40),
        Line("a", "agent", "three", 95, 120),
    ]
    [script] = assembled(lines, "voice", "")
    assert [(turn.speaker, turn.start_ms, turn.end_ms) for turn in script.turns] == [
        ("customer", 0, 40),
        ("agent", 50, 120),
    ]
    [untimed] = assembled([*lines, Line("a", "customer", "bye")], "voice", "")
    assert untimed.turns[0].start_ms is None


def test_card_numbers_are_taken_out() -> None:
    """A card number, also one split over two messages, is not in what goes to disk."""
    lines = [Line("a", "customer", "it's 4111 1111"), Line("a", "customer", "1111 1111 thanks")]
    [script] = assembled(lines, "chat", "")
    assert "1111" not in script.turns[0].text


def test_names_that_fall_together_are_kept_apart() -> None:
    """Two conversations whose names make the same file name get two."""
    found = assembled(
        [Line("a/1", "agent", "x"), Line("a 1", "agent", "y"), Line("?", "agent", "z")], "chat", ""
    )
    assert [script.id for script in found] == ["a-1", "a-1-2", "conversation"]
