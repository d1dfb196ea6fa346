"""The slots of a phrase, and the grammar of what comes out when they are filled."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.named_matter import matter
from copilot.core.slots import slots
from copilot.core.types import Context, Customer, Fact, Offer, Opening, Promise, Reading, Remedy
from copilot.core.wording import (
    article,
    as_time,
    fill,
    first_name,
    next_remedy,
    ordinal,
    promise_time,
    relevant_fact,
    remedy_deed,
    remedy_noun,
    times,
)
from tests.suggesters.moments import NOWHERE, moment, said

WORDS = st.lists(
    st.sampled_from("the your kettle hour unit old apple two cups that leaks when heated European".split()),
    min_size=1,
    max_size=6,
).map(" ".join)


@given(first=WORDS, second=WORDS)
def test_what_is_filled_reads_as_written_by_hand(first: str, second: str) -> None:
    """Sentences begin with a capital, no slot or double space or doubled stop is left."""
    filled = fill("{a}. I see {a}! a {b}  is it?", {"a": first, "b": second})
    assert not re.search(r"[{}]|  |[.!?]{2}", filled)
    assert all(sentence[0].isupper() for sentence in re.split(r"(?<=[.!?]) ", filled))


@given(words=WORDS)
def test_the_article_fits_what_follows(words: str) -> None:
    """'a' before a consonant's sound, 'an' before a vowel's."""
    filled = fill("Is it a {x}?", {"x": words})
    expected = "an" if words.startswith(("hour", "old", "apple")) else "a"
    assert filled.startswith(f"Is it {expected} ")


@pytest.mark.parametrize(
    ("word", "written"),
    [("hour", "an"), ("unit", "a"), ("European", "a"), ("honest", "an"), ("8", "an"), ("80", "an"),
     ("18", "an"), ("100", "a"), ("umbrella", "an"), ("one", "a"), ("unimportant", "an"), ("used", "a"),
     ("house", "a")],
)  # fmt: skip
def test_articles_go_by_sound(word: str, written: str) -> None:
    """The article goes by how the word sounds, not by its first letter."""
    assert article(word) == written


def test_a_missing_slot_is_an_error() -> None:
    """A phrase is filled whole or not at all."""
    with pytest.raises(KeyError):
        fill("I hear you about {matter}.", {})


def test_a_sentence_does_not_begin_with_a_figure() -> None:
    """A small number at a sentence's start is written as a word."""
    assert fill("{d}, as you said.", {"d": "2 weeks"}) == "Two weeks, as you said."


@pytest.mark.parametrize(
    ("name", "called"),
    [("Imani Okafor", "Imani"), ("Mr. Paul Reyes", "Mr. Reyes"), ("Dr Lee", "Dr Lee"),
     ("jean-luc", "Jean-luc"), ("O'Hara", "O'Hara"), ("#NAME#", None),
     ("[PERSON_NAME]", None), ("x" * 60, None), ("Mr", None),
     (None, None), ("J", None), ("P. Lang", None), ("Guest", None), ("user4711", None), ("José", "José")],
)  # fmt: skip
def test_how_one_addresses_them(name: str | None, called: str | None) -> None:
    """By the first name or by title and family name; what is no name is not used."""
    assert first_name(name) == called


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("the kettle that leaks", "the kettle that leaks"),
        ("the kettle that leaks.", "the kettle that leaks"),
        ("my kettle that leaks", None),
        ("the <b>kettle</b>", None),
        ("the kettle [card] took", None),
        ("one two three four five six seven eight nine ten eleven twelve thirteen", None),
        ("", None),
        (None, None),
    ],
)
def test_a_matter_is_used_only_where_it_reads_right(words: str | None, kept: str | None) -> None:
    """Long, marked-up or first-person words are not put into a phrase."""
    assert matter(words) == kept


def test_a_thing_and_what_happens_to_them_are_told_apart() -> None:
    """'the kettle that leaks' is a thing, 'not being able to pay' is what happens to them."""
    thing = slots(moment(reading=Reading(matter="the kettle that leaks")))
    plight = slots(moment(reading=Reading(matter="not being able to pay")))
    assert "thing" in thing
    assert "plight" not in thing
    assert "plight" in plight
    assert "thing" not in plight


@pytest.mark.parametrize(
    ("matter", "named"),
    [
        ("the kettle that leaks", "the kettle"),
        ("the faulty pump", "the pump"),
        ("the annoying lamp that doesn't work", "the lamp"),
        ("your parcels that have not come", "your parcels"),
        ("your order being late", "your order"),
        ("the unpaid charges", "the charges"),
        ("the wrong town", None),
        ("your refund", None),
        ("the $40 that you paid", None),
        ("not being able to pay", None),
    ],
)
def test_a_thing_is_named_without_its_trouble(matter: str, named: str | None) -> None:
    """What reads after 'wrong with' is the thing alone: neither what is wrong, nor what is asked for it."""
    assert slots(moment(reading=Reading(matter=matter))).get("object") == named


@pytest.mark.parametrize(
    ("said_by_customer", "known"),
    [
        ("I've been waiting for 3 weeks now", True),
        ("3 weeks and still nothing", True),
        ("it took me 3 weeks", True),
        ("I paid 3 weeks in advance", False),
    ],
)
def test_a_duration_is_echoed_only_if_they_suffered_it(said_by_customer: str, known: bool) -> None:
    """The length of a contract is not a time that they waited."""
    reading = Reading(mentions={"duration": "3 weeks"})
    assert (
        "duration" in slots(moment(reading=reading, turns=(said("customer", said_by_customer),)))
    ) is known


@pytest.mark.parametrize(
    ("value", "name", "worded"),
    [
        ("24 hours", "callback", "within 24 hours"),
        ("within two days", "callback", "within two days"),
        ("By Friday", "callback", "by Friday"),
        ("Friday at 3 pm", "callback", "on Friday at 3 pm"),
        ("Thursday", "next_visit", "on Thursday"),
        ("Thursday", "callback", "by Thursday"),
        ("2026-11-24", "delivery_date", "by November 24"),
        ("24", "callback_hours", "within 24 hours"),
        ("1", "response_days", "within 1 day"),
        ("tomorrow", "callback", "tomorrow"),
        ("3-5 business days", "refund_time", "within 3-5 business days"),
        ("soonish", "callback", None),
        ("", "callback", None),
        ("2026-99-24", "delivery_date", None),
    ],
)
def test_a_time_of_the_context_reads_after_a_verb(value: str, name: str, worded: str | None) -> None:
    """'You'll hear from us ...' takes a time with its preposition, or none."""
    assert as_time(value, name) == worded


def test_only_a_fact_about_the_next_step_is_a_time_to_give() -> None:
    """A birthday is a date, and nobody is told to expect something by it."""
    assert promise_time((Fact(name="birth_date", value="2001-01-02"),)) is None
    assert promise_time((Fact(name="last_update", value="Monday"),)) is None
    assert promise_time((Fact(name="callback within", value="4 hours"),)) == "within 4 hours"


def test_the_fact_that_they_ask_about() -> None:
    """A fact is said when the last words of the customer name it."""
    facts = (Fact(name="return_window", value="30 days"), Fact(name="opening hours", value="9 to 5"))
    asked = moment(turns=(said("customer", "What are your opening hours?"),))
    assert relevant_fact(facts, asked) == "the opening hours are 9 to 5"
    assert relevant_fact(facts, moment(turns=(said("customer", "It leaks."),))) is None


@pytest.mark.parametrize(
    ("remedy", "noun", "deed"),
    [
        (Remedy(kind="refund"), "a refund", "offer you a refund"),
        (Remedy(kind="store_credit", limit=15, currency="EUR"), "a store credit of up to €15",
         "offer you a store credit of up to €15"),
        (Remedy(kind="discount", limit=10, unit="percent"), "a discount of up to 10%",
         "offer you a discount of up to 10%"),
        (Remedy(kind="waiver", wording="waive the late fee"), None, "waive the late fee"),
        (Remedy(kind="refund", wording="refund of the late fee"), "a refund of the late fee",
         "offer you a refund of the late fee"),
        (Remedy(kind="replacement", wording="a new kettle."), "a new kettle", "offer you a new kettle"),
        (Remedy(kind="upgrade", wording="upgrade"), "an upgrade", "offer you an upgrade"),
        (Remedy(kind="pick_up", wording="A van comes for it"), None, None),
        (Remedy(kind="pick_up", wording="the return fee waived"), None, None),
    ],
)  # fmt: skip
def test_a_remedy_reads_after_i_can(remedy: Remedy, noun: str | None, deed: str | None) -> None:
    """A remedy's wording becomes a thing or a deed, by what it is."""
    assert remedy_noun(remedy) == noun
    assert remedy_deed(remedy) == deed


def test_a_remedy_worded_as_a_clause_is_only_announced() -> None:
    """A wording that is a sentence of its own stands after a colon, and nowhere else."""
    worded = Opening(
        context=Context(allowed_remedies=(Remedy(kind="pick_up", wording="A van comes for it."),))
    )
    known = slots(moment(opening=worded))
    assert known["remedy_line"] == "a van comes for it"
    assert "remedy_do" not in known


@pytest.mark.parametrize(
    ("words", "known"), [("You told me Friday!", True), ("I was at the shop on Friday.", False)]
)
def test_a_day_is_echoed_only_if_they_were_told_it(words: str, known: bool) -> None:
    """Any day that comes up is not one that they were promised."""
    at = moment(reading=Reading(mentions={"day": "Friday"}), turns=(said("customer", words),))
    assert ("day" in slots(at)) is known


def test_the_next_remedy_is_one_not_proposed_yet() -> None:
    """What was proposed is not proposed again; after the last one there is none."""
    both = (Remedy(kind="replacement"), Remedy(kind="credit"))
    opening = Opening(context=Context(allowed_remedies=both))

    def after(*texts: str) -> Remedy | None:
        offers = tuple(Offer(text=text, outcome="refused", evidence=NOWHERE) for text in texts)
        return next_remedy(moment(reading=Reading(offers=offers), opening=opening))

    assert after() == both[0]
    assert after("a replacement") == both[1]
    assert after("a replacement", "a credit") is None


def test_counts_as_one_says_them() -> None:
    """Earlier contacts read as 'once', 'twice', 'three times'; this one is the next."""
    assert [times(n) for n in (None, 0, 1, 2, 3, 99)] == [None, None, "once", "twice", "three times", None]
    assert [ordinal(n) for n in (None, 0, 1, 2)] == [None, None, "second", "third"]


def test_an_unknown_thing_is_no_slot() -> None:
    """Only what is known is there to be filled in."""
    assert slots(moment(opening=Opening(customer=Customer(name="#NAME#")))) == {}


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("the Undue charging", "the undue charging"),
        ("no answer", None),
        ("your prs-org that won't charge", None),
        ("not being able to access", None),
        ("not being able to get on either of them leaving with empty seats", None),
        ("your parcel that has not come", "your parcel that has not come"),
        ("you 30 crowns being taken", None),
        ("the crates away from you being taken", None),
        ("the lamp you cant", None),
        ("the lamp that you can't switch on", "the lamp that you can't switch on"),
    ],
)
def test_what_cannot_be_said_is_no_matter(said: str, named: str | None) -> None:
    """A matter that breaks off, is too long, or stands for what was taken out is not named at all."""
    assert matter(said) == named


@pytest.mark.parametrize(
    ("by", "kept"), [("by Friday", True), ("within two minutes", False), ("as soon as I have it", False)]
)
def test_only_a_time_is_promised_again(by: str, kept: bool) -> None:
    """A promised time is said again where it is one that still lies ahead."""
    promise = Promise(text="I call you", by=by, evidence=NOWHERE)
    assert ("promise_by" in slots(moment(reading=Reading(promises=(promise,))))) == kept


def test_a_time_in_the_matter_is_not_said_twice() -> None:
    """Where the matter names the duration, the duration is no slot of its own."""
    turns = (said("customer", "I have been waiting for two weeks for the lamp."),)
    reading = Reading(matter="having to wait for two weeks", mentions={"duration": "two weeks"})
    assert "duration" not in slots(moment(reading=reading, turns=turns))
