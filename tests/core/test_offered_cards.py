"""Which card the agent may be saying now."""

from __future__ import annotations

import msgspec

from copilot.core.offered_cards import OfferedCards
from tests.core.test_suggestions import card

LAMP = msgspec.structs.replace(card(), id="s1", text="I'm sorry about the broken lamp.")
VISIT = msgspec.structs.replace(card(), id="s2", text="The fitter comes on Friday.")


def test_the_card_on_offer_is_heard_once() -> None:
    """A card is said once; after that it is forgotten."""
    cards = OfferedCards()
    cards.take(LAMP, 0)
    found = cards.said_in("so sorry about that broken lamp", 60_000)
    assert found is not None
    assert found[0] == "s1"
    cards.forget("s1")
    assert cards.said_in("so sorry about that broken lamp", 60_000) is None


def test_one_withdrawn_a_moment_ago_is_still_heard() -> None:
    """A card that went is heard for ten seconds, whether it was withdrawn or another took its place."""
    gone = msgspec.structs.replace(LAMP, status="withdrawn", revision=2)
    for after in (gone, VISIT):
        cards = OfferedCards()
        cards.take(LAMP, 0)
        cards.take(after, 5_000)
        assert cards.said_in("sorry about the broken lamp", 15_000) is not None
        assert cards.said_in("sorry about the broken lamp", 15_001) is None


def test_an_alternative_counts() -> None:
    """Who says another wording on the card says the card."""
    cards = OfferedCards()
    cards.take(msgspec.structs.replace(VISIT, alternatives=("Somebody from the workshop calls you.",)), 0)
    assert cards.said_in("somebody from the workshop calls you", 1) is not None


def test_a_bounded_number_is_kept() -> None:
    """The card before the last one is the oldest that is remembered."""
    cards = OfferedCards()
    for number in range(1, 5):
        cards.take(msgspec.structs.replace(LAMP, id=f"s{number}", text=f"The lamp number {number}."), 0)
    assert cards.said_in("the lamp number 2", 0) is None
    assert cards.said_in("the lamp number 3", 0) is not None
