"""The slots of a phrase are worked out when a phrase asks for them."""

from __future__ import annotations

import pytest

from copilot.core.situation import Situation
from copilot.core.slots import SLOTS, Slots, slots
from tests.suggesters.moments import moment, rich_opening, rich_reading, said

AT = moment(
    reading=rich_reading(),
    opening=rich_opening(),
    turns=(said("customer", "My kettle leaks, and I have waited two weeks. When does the new one come?"),),
)


def test_a_slot_says_the_same_whichever_was_asked_before() -> None:
    """What one phrase asked for changes nothing for the next."""
    for first in SLOTS:
        asked = Slots(AT, Situation(AT.reading, AT.turns, AT.opening))
        assert asked[first] == slots(AT).get(first), first
        assert {name: words for name in SLOTS if (words := asked[name])} == slots(AT), first


def test_a_slot_that_nobody_asked_for_is_not_worked_out() -> None:
    """Most phrases have no slots, and most moments need few."""
    asked = Slots(AT, Situation(AT.reading, AT.turns, AT.opening))
    assert asked["name"] == slots(AT)["name"]
    assert set(asked) == {"name"}


def test_what_is_no_slot_is_an_error() -> None:
    """A phrase with a slot of another name is a fault of its author's."""
    with pytest.raises(KeyError):
        Slots(AT, Situation(AT.reading, AT.turns, AT.opening))["weather"]
