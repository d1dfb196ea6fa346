"""The phrasebook moves the matter on: after the acknowledgement the one needed question, or the next step."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.core.situation import Situation
from copilot.core.slots import slots
from copilot.core.types import Act, Moment, Opening, Reading
from copilot.guards import check
from copilot.suggesters.phrasebook import Phrasebook, load_phrasebook
from copilot.suggesters.tags import Tag, Tags
from tests.suggesters.moments import moment, said

HELLO = "Hello, how can I help?"


@pytest.fixture(scope="module")
def book() -> Phrasebook:
    return load_phrasebook(Path(__file__).parents[2] / "prompts", check=check)


def after(agent: str, customer: str, matter: str | None = None) -> Moment:
    turns = (said("customer", "Good day."), said("agent", agent, 1), said("customer", customer, 2))
    reading = Reading(heat=1, cause="breakage", matter=matter)
    return moment("acknowledge", reading=reading, turns=turns)


@pytest.mark.parametrize(
    ("agent", "tag"),
    [
        ("Unfortunately that is not covered.", "told_no"),
        ("There is no other way.", "told_no"),
        ("Please wait for three working days.", "told_wait"),
        ("Somebody will get back to you.", "told_wait"),
        ("You would have to contact their office.", "sent_on"),
        ("That is for another department.", "sent_on"),
    ],
)
def test_what_the_agent_said_last_is_answered(book: Phrasebook, agent: str, tag: Tag) -> None:
    """A no, a wait and a sending away are each taken up as such, and none of them after a greeting."""
    at = after(agent, "So I am left with it.")
    draft = book.choose(at)
    assert Tags(at, Situation(at.reading, at.turns, at.opening))[tag]
    assert draft is not None
    chosen = next(phrase for _, phrase in book.phrases if phrase.id == draft.phrase_id)
    assert tag in chosen.tags, draft.text
    greeted = after(HELLO, "So I am left with it.")
    assert not Tags(greeted, Situation(greeted.reading, greeted.turns, greeted.opening))[tag]


@pytest.mark.parametrize(
    ("told", "tag"),
    [
        ("The courier never delivered the lamp.", "on_delivery"),
        ("It won't let me pay.", "on_payment"),
        ("Since the last update nothing works.", "on_update"),
        ("The vase arrived broken.", "on_damage"),
    ],
)
def test_a_subject_gets_its_own_question_or_step(book: Phrasebook, told: str, tag: Tag) -> None:
    """What it is about decides what is asked or done next."""
    draft = book.choose(after(HELLO, told))
    assert draft is not None
    chosen = next(phrase for _, phrase in book.phrases if phrase.id == draft.phrase_id)
    assert tag in chosen.tags, draft.text
    assert "?" in draft.text or "I'm" in draft.text


def test_a_short_answer_is_for_what_was_told_before(book: Phrasebook) -> None:
    """The number that was asked for is looked up for the delivery that it belongs to."""
    turns = (
        said("customer", "My parcel was not delivered."),
        said("agent", "What is the order number?", 1),
        said("customer", "It is AB12345.", 2),
    )
    at = moment("act", reading=Reading(phase="solving"), turns=turns)
    assert Situation(at.reading, at.turns, at.opening).subject == "delivery"


def test_a_state_is_said_as_a_sentence(book: Phrasebook) -> None:
    """'the lamp that doesn't work' is said back as 'the lamp doesn't work'."""
    draft = book.choose(after(HELLO, "I can't use it.", matter="the lamp that doesn't work"))
    assert draft is not None
    assert "the lamp doesn't work" in draft.text.lower()


def test_a_question_that_was_not_understood_is_asked_again(book: Phrasebook) -> None:
    """'What?' gets the agent's own question once more."""
    turns = (
        said("customer", "A quote, please."),
        said("agent", "Of course. What's your postcode?", 1),
        said("customer", "What?", 2),
    )
    at = moment("inform", reading=Reading(phase="solving", heat=0), turns=turns)
    assert slots(at)["asked_back"] == "What's your postcode?"
    draft = book.choose(at)
    assert draft is not None
    assert draft.text.endswith("What's your postcode?")


@pytest.mark.parametrize("asked", ["Your number is #NUMBER#?", "I looked.", "Why?"])
def test_what_cannot_be_asked_again_is_not(asked: str) -> None:
    """A question with a placeholder in it, none at all, or one without a subject is not repeated."""
    assert "asked_back" not in slots(after(asked, "What?"))


@pytest.mark.parametrize(
    ("told", "waited"),
    [
        ("I have been waiting for two weeks.", True),
        ("I bought it less than two weeks ago.", False),
        ("It was more than two weeks ago.", False),
    ],
)
def test_how_long_ago_is_not_how_long_they_waited(told: str, waited: bool) -> None:
    """Only a time that they waited is said back as one."""
    turns = (said("customer", told),)
    at = moment(reading=Reading(mentions={"duration": "two weeks"}), turns=turns)
    assert ("duration" in slots(at)) is waited


def test_nothing_is_opened_that_cannot_be_found(book: Phrasebook) -> None:
    """Who has given nothing to find them by is asked for it; once they have, it is opened."""
    told = said("customer", "My parcel was never delivered, and I have had enough of it.")
    first = book.choose(moment(reading=Reading(heat=1), turns=(told,)))
    assert first is not None
    assert "number" in first.text
    given = said("customer", "My parcel AB12345 was never delivered, and I have had enough of it.")
    then = book.choose(moment(reading=Reading(heat=1), turns=(given,)))
    assert then is not None
    assert "number" not in then.text, then.text


def test_a_repair_goes_step_by_step(book: Phrasebook) -> None:
    """What was tried already is not asked for again: the next step comes."""
    turns = [said("customer", "The app does not work."), said("agent", "Since when?", 1)]
    turns += [said("customer", "Since May.", 2), said("agent", "Is it the same every day?", 3)]
    turns += [said("customer", "Yes, every day.", 4), said("agent", "And on the tablet?", 5)]
    turns.append(said("customer", "There too.", 6))
    reading = Reading(phase="solving", heat=0, cause="breakage")
    first = book.choose(moment("probe", reading=reading, turns=tuple(turns)))
    assert first is not None
    assert "private window" in first.text
    turns += [said("agent", first.text, 7), said("customer", "The same.", 8)]
    then = book.choose(moment("probe", reading=reading, turns=tuple(turns)))
    assert then is not None
    assert "sign in again" in then.text


def test_an_interview_asks_in_its_order(book: Phrasebook) -> None:
    """On the phone the next question is the first that nobody has asked yet."""
    turns = [said("customer", "I want an insurance quote."), said("agent", "Is it for a car?", 1)]
    turns += [said("customer", "It is.", 2), said("agent", "Who are you insured with?", 3)]
    turns.append(said("customer", "With nobody.", 4))
    reading = Reading(phase="solving", heat=0)
    voice = Opening(channel="voice")
    draft = book.choose(moment("probe", reading=reading, turns=tuple(turns), opening=voice))
    assert draft is not None
    assert "own your home" in draft.text


@pytest.mark.parametrize(
    ("told", "tag", "other"),
    [
        ("I already told you which lamp it is.", "said_before", "Every time I switch it on it dims."),
        ("I won't give you my phone number.", "guards_data", "I will give you my phone number."),
        ("How can I get hold of them?", "wants_contact", "I can't enter my postal address."),
        ("I don't understand which button it is.", "unclear", "How can you let them sell this?"),
        ("Probably my fault, sorry.", "self_blame", "How is this my fault?"),
        ("I called about it on Monday.", "came_before", "I restart it for the tenth time."),
        ("It dims, you idiots, you useless idiots, shit, shit!", "insults_on", "It dims, you idiots."),
    ],
)
def test_a_tag_is_for_who_says_so(told: str, tag: Tag, other: str) -> None:
    """What a phrase takes for said was said: words that only sound like it do not count."""
    for text, holds in ((told, True), (other, False)):
        at = after(HELLO, text)
        assert Tags(at, Situation(at.reading, at.turns, at.opening))[tag] is holds, text


@pytest.mark.parametrize("act", ["acknowledge", "inform", "act", "probe"])
def test_who_guards_their_data_is_not_asked_for_more(book: Phrasebook, act: Act) -> None:
    """'I won't give you my address' comes before whatever it was about."""
    turns = (said("customer", "My parcel was not delivered."), said("agent", "What is your address?", 1))
    turns += (said("customer", "I won't give you my address, where is the parcel", 2),)
    draft = book.choose(moment(act, reading=Reading(phase="solving", heat=1), turns=turns))
    assert draft is not None
    assert "guards" in (draft.phrase_id or ""), draft.text


def test_a_first_insult_is_not_scolded(book: Phrasebook) -> None:
    """In a complaint one insult is for the matter; who goes on is asked to leave them out."""
    first = said("customer", "The lamp dims, and you idiots sent me the same one.", 0)
    reading = Reading(heat=3, cause="breakage")
    draft = book.choose(moment("acknowledge", reading=reading, turns=(first,)))
    assert draft is not None
    assert "insults" not in draft.text
    again = (first, said("agent", "I see.", 1), said("customer", "It dims, you useless idiots!", 2))
    then = book.choose(moment("acknowledge", reading=reading, turns=again))
    assert then is not None
    assert "insults" in then.text, then.text
