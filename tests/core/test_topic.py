"""The noun that a complaint is about, where the matter itself could not be made out."""

from __future__ import annotations

import pytest

from copilot.core.topic import topic
from tests.suggesters.moments import said


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("my router is broken since yesterday", "your router"),
        ("The laptop you sold me doesn't charge.", "the laptop"),
        ("I bought a printer and a router. The router stopped working.", "the router"),
        ("Any update? Still no answer.", None),
        ("I would like to ask about a flight.", None),
        ("Hello", None),
    ],
)
def test_the_thing_beside_what_went_wrong(words: str, about: str | None) -> None:
    """The thing named near the trouble is what it is about; one that is only named is not."""
    assert topic((said("customer", words),)) == about


def test_only_the_customer_tells_what_it_is_about() -> None:
    """What the agent names is not taken for the customer's matter."""
    assert topic((said("agent", "The router is broken?"), said("customer", "yes", 1))) is None


def test_a_long_conversation_is_read_at_its_ends() -> None:
    """What was first told still counts after many turns."""
    turns = [said("customer", "my router is broken"), *(said("customer", "ok", i) for i in range(1, 200))]
    assert topic(turns) == "your router"


def test_a_deed_is_no_thing() -> None:
    """'It won't charge' is not about a charge."""
    assert (
        topic([said("customer", "My speaker is broken, it won't charge and can't charge.")]) == "your speaker"
    )


def test_what_they_say_it_is_not_is_not_named() -> None:
    """A thing that they say it is not is not what it is about."""
    said_so = "The server is broken. I didn't say that my internet is broken, my internet has no problem!"
    assert topic([said("customer", said_so)]) == "the server"
