"""What a rule sees of a turn."""

from __future__ import annotations

from tests.coaching.turns import spoken


def test_a_turn_as_the_guards_see_a_phrase() -> None:
    """The guards judge the turn's own words, in the moment before it."""
    said = spoken("It’s DONE.")
    assert said.low == "it's done."
    assert said.as_draft.text == "It’s DONE."
    assert said.as_moment.turns == said.turns
