"""Street addresses and postcodes, where a tenant wants them out."""

from __future__ import annotations

import pytest

from copilot.core.types import Speaker
from copilot.redaction import ConversationRedactor, addresses
from copilot.redaction.personal import mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("I live at 12 Green Lane", "I live at [address]"),
        ("twenty one old mill road please", "[address] please"),
        ("flat 3, 7b high street", "[address]"),
        ("postcode is SW1A 1AA", "postcode is [address]"),
        ("a hundred and six a lower farm way", "[address]"),
        ("Flat 3, 12 St John's Road, Leeds LS11 3AB please", "[address] please"),
        ("40 Oak Hill Trail, Austin, TX 77389-1203.", "[address]."),
        ("nine elm court dayton ohio four four oh two five", "[address]"),
        ("it goes to 4 The Maltings, Kendal LA9 4QX", "it goes to [address]"),
        ("s w one a one double a", "[address]"),
        ("l s eleven three p q thanks", "[address] thanks"),
        ("p o box two nine nine six", "[address]"),
        ("I waited 3 weeks on the road", "I waited 3 weeks on the road"),
        ("5 people in our street have it", "5 people in our street have it"),
        ("it is a 2 hour drive, or 3 by train", "it is a 2 hour drive, or 3 by train"),
        ("I have two close friends", "I have two close friends"),
        ("half past five, whichever way", "half past five, whichever way"),
    ],
)
def test_an_address_is_masked_where_it_is_wanted(text: str, shown: str) -> None:
    """And left alone where it is not."""
    assert mask(text, ("address",)) == shown
    assert mask(text) == text
    assert addresses.find("") == []


def heard(*lines: tuple[Speaker, str]) -> str:
    """The last line, once the conversation is over."""
    redactor = ConversationRedactor(personal=("address",))
    shown = {str(n): redactor.take(str(n), speaker, text).text for n, (speaker, text) in enumerate(lines)}
    shown |= {each.utterance_id: each.text for each in redactor.finish()}
    return shown[str(len(lines) - 1)]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("it's twelve willowbank", "it's [address 1]"),
        ("38A Orchard Side, thanks", "[address 1], thanks"),
        ("unit seven fairview and it's the blue door", "[address 1] and it's the blue door"),
        ("four four oh two five", "[address 1]"),
        ("2 different drivers came", "2 different drivers came"),
        ("oh, yeah", "oh, yeah"),
        ("two close friends who left you", "two close friends who left you"),
    ],
)
def test_what_has_no_form_is_masked_as_an_answer(said: str, shown: str) -> None:
    """A name without a kind of street, or a zip by itself: where somebody asked, and only as an answer."""
    assert heard(("agent", "What is the delivery address?"), ("customer", said)) == shown
    assert heard(("agent", "What happened then?"), ("customer", said)) == said


def test_an_address_may_be_announced() -> None:
    """By who lives there, without a question."""
    assert heard(("customer", "I live at 5 fairview")) == "I live at [address 1]"
    line = "I live at number 12 and work from nine to five."
    assert heard(("customer", line)) == line
