"""Personal data is taken out where it is said, also in answer to a question, in parts, and read back."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.core.types import Speaker
from copilot.redaction import ConversationRedactor, redact_text

Line = tuple[Speaker, str]


def run(*lines: Line) -> list[str]:
    redactor = ConversationRedactor()
    shown: dict[str, str] = {}
    for number, (speaker, text) in enumerate(lines):
        result = redactor.take(str(number), speaker, text)
        shown[str(number)] = result.text
        shown |= {each.utterance_id: each.text for each in result.unmasked}
    shown |= {each.utterance_id: each.text for each in redactor.finish()}
    return list(shown.values())


def test_a_phone_number_in_parts_is_one_placeholder() -> None:
    """Asked for by one, said in pieces by the other, read back, and told from what follows."""
    assert run(
        ("agent", "What is the best phone number for you?"),
        ("customer", "it's oh seven seven"),
        ("agent", "mm-hm"),
        ("customer", "double oh nine double oh"),
        ("customer", "one two three"),
        ("agent", "so oh seven seven double oh nine double oh one two three?"),
        ("customer", "yes, I waited two weeks and my order 12345678 is late"),
        ("agent", "I will call you on 07700 900123"),
    )[1:] == [
        "it's [phone 1]",
        "mm-hm",
        "[phone 1]",
        "[phone 1]",
        "so [phone 1]?",
        "yes, I waited two weeks and my order 12345678 is late",
        "I will call you on [phone 1]",
    ]


def test_an_address_in_parts_is_masked() -> None:
    """Spelled, joined, and with the domain in the next fragment."""
    assert run(
        ("agent", "and your email address?"),
        ("customer", "j o h n underscore ninety"),
        ("agent", "okay"),
        ("customer", "at blue river dot org"),
    )[1:] == ["[email 1]", "okay", "[email 1]"]


def test_bank_details_are_masked() -> None:
    """An IBAN by itself; sort code and account number where a bank's are asked for."""
    assert run(
        ("customer", "my iban is GB29 NWBK 6016 1331 9268 19 thanks"),
        ("agent", "and the sort code?"),
        ("customer", "twelve thirty four fifty six"),
        ("agent", "and the account number"),
        ("customer", "12345678"),
        ("customer", "great, I paid 35 pounds"),
    ) == [
        "my iban is [bank 1] thanks",
        "and the sort code?",
        "[bank 2]",
        "and the account number",
        "[bank 2]",
        "great, I paid 35 pounds",
    ]


def test_what_says_who_somebody_is_is_masked() -> None:
    """With the letters that belong to it."""
    assert run(
        ("agent", "your national insurance number please"),
        ("customer", "Q Q one two three four five six C"),
        ("customer", "and my passport is 533401372"),
    )[1:] == ["[id 1]", "and my passport is [id 2]"]


@pytest.mark.parametrize(
    "text",
    [
        "my phone broke 3 days ago, I bought 2 phones",
        "I was at home at 5 and nobody came",
        "order 12345678 that I paid $250 for",
        "my bank charged 35 pounds",
        "it is the third email in two weeks",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    """Counts, prices, dates and the numbers of things are no personal data."""
    assert run(("customer", text)) == [text]


def test_a_partial_is_masked_and_not_remembered() -> None:
    """What is shown of a partial is masked, and the conversation goes on as if it had not come."""
    redactor = ConversationRedactor()
    assert redactor.preview("customer", "write to jane@example.com") == "write to [email 1]"
    assert redactor.preview("customer", "my phone number is") == "my phone number is"
    assert redactor.take("a", "customer", "1234567 never came").text == "1234567 never came"


def test_a_revision_is_read_where_it_stood() -> None:
    """The same utterance again answers the same question."""
    redactor = ConversationRedactor()
    redactor.take("a", "agent", "what's your phone number?")
    assert redactor.take("b", "customer", "it is 5550").text == "it is [phone 1]"
    redactor.take("c", "agent", "and the order number?")
    assert redactor.take("b", "customer", "it is 5550 123").text == "it is [phone 1]"


def test_a_tenant_says_what_is_taken_out() -> None:
    """Kinds that are not asked for stay, and cards never do."""
    redactor = ConversationRedactor(personal=("email",))
    text = redactor.take("a", "customer", "jane@example.com or +44 20 7946 0018 or 4111111111111111 ok").text
    assert text == "[email 1] or +44 20 7946 0018 or [card] ok"


def test_a_text_that_stands_alone_has_no_numbers() -> None:
    """A fact or a name is masked by itself."""
    assert redact_text("sent to jane@x.org, call 07700 900123") == "sent to [email], call [phone]"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "it's my phone number email at dot gmail com 07700 900123 order sort code "
            "12 34 56 jane@x.org two [phone] gb29 , a b c".split()
        ),
        max_size=14,
    ).map(" ".join)
)
def test_masking_a_masked_text_changes_nothing(text: str) -> None:
    """What is masked once is masked for good."""
    once = redact_text(text)
    assert redact_text(once) == once


@pytest.mark.parametrize(
    "unit",
    [
        "a@",
        "a at ",
        "dot ",
        "j a ",
        "jane at gmail dot com ",
        "phone ",
        "12 green lane ",
        "12 a the w1a 1aa ",
        "gb29 ",
        "07700900123 ",
        "email a dot ",
        "+1",
    ],
)
def test_the_cost_grows_with_the_length_and_not_faster(unit: str) -> None:
    """Eight times the text costs about eight times the time."""

    def cost(size: int) -> float:
        best = float("inf")
        for _ in range(2):
            redactor = ConversationRedactor(personal=("email", "phone", "bank", "id", "address"))
            redactor.take("a", "agent", "what's your email address and phone number?")
            text = (unit * size)[:size]
            began = time.thread_time()
            redactor.take("b", "customer", text)
            best = min(best, time.thread_time() - began)
        return best

    assert cost(24_000) < 30 * cost(3_000) + 0.02


@pytest.mark.parametrize(
    "line",
    [
        "Thank you",
        "OK.",
        "ok that works, bye",
        "I am still here",
        "any other way?",
        "the page... no special list",
        "It says #SHOP_NAME# is closed",
        "press Ctrl + Shift + n",
        "I wonder how much @BigAirline makes",
        "it is at four point three one",
    ],
)
def test_ordinary_words_after_an_address_was_named_stay(line: str) -> None:
    """To speak of e-mail makes nobody's address of what is said next."""
    assert run(("agent", "We will send it to your email."), ("customer", line))[1] == line
    assert run(("agent", "What is your email address?"), ("customer", line))[1] == line


def test_a_bare_name_answers_the_question_for_the_address() -> None:
    """Asked outright, the name before the 'at' may come alone."""
    assert "petrakis" not in run(("agent", "What is your email address?"), ("customer", "it's petrakis"))[1]
    said = run(("agent", "I will write to your email."), ("customer", "it's petrakis"))[1]
    assert said == "it's petrakis"
