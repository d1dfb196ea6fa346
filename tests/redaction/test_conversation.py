"""Numbers split over fragments: masked at once, given back when they are no card's."""

from __future__ import annotations

import itertools
import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.core.types import Speaker
from copilot.ports import Redactor
from copilot.redaction import ConversationRedactor, redact_text
from evals.planting.numbers import STYLES, tokens
from evals.planting.spoken import digits_of

Line = tuple[Speaker, str]
ASK: Line = ("agent", "Can I take the long card number please?")


class Log:
    """Feeds a redactor and keeps every text it let through."""

    def __init__(self) -> None:
        self.redactor: Redactor = ConversationRedactor(personal=())
        self.last: dict[str, str] = {}
        self.all: list[str] = []

    def take(self, speaker: Speaker, text: str, name: str | None = None) -> str:
        name = name or f"u{len(self.last)}"
        result = self.redactor.take(name, speaker, text)
        self._keep(name, result.text)
        for each in result.unmasked:
            self._keep(each.utterance_id, each.text)
        return result.text

    def finish(self) -> list[str]:
        for each in self.redactor.finish():
            self._keep(each.utterance_id, each.text)
        return list(self.last.values())

    def _keep(self, name: str, text: str) -> None:
        self.last[name] = text
        self.all.append(text)


def run(*lines: Line) -> list[str]:
    log = Log()
    for speaker, text in lines:
        log.take(speaker, text)
    return log.finish()


def test_a_number_at_the_edge_comes_back_when_what_follows_clears_it() -> None:
    """An order number is masked for one fragment."""
    log = Log()
    assert log.take("customer", "my order number is 12345678") == "my order number is [digits]"
    log.take("customer", "and it never came")
    assert log.last["u0"] == "my order number is 12345678"


def test_a_number_at_the_end_of_a_conversation_comes_back() -> None:
    """Nothing follows any more: what is no card's number is given back, once."""
    log = Log()
    log.take("customer", "12345678")
    assert log.finish() == ["12345678"]
    assert log.redactor.finish() == ()


def test_a_card_split_over_fragments_stays_masked() -> None:
    """Pieces that reach thirteen digits are never given back."""
    lines = run(
        ("customer", "it's 4111"), ("customer", "111 and"), ("customer", "11"), ("customer", "111111")
    )
    assert lines == ["it's [digits]", "[digits] and", "[digits]", "[digits]"]


@pytest.mark.parametrize(
    "word", ["mm-hm", "okay, go on", "Got it, and the rest?", "4111 1111, yes?", "uh-huh"]
)
def test_a_backchannel_or_a_read_back_clears_nothing(word: str) -> None:
    """What the other says between two pieces does not end the number."""
    lines = run(("customer", "it's 4111 1111"), ("agent", word), ("customer", "1112 3456"))
    assert "".join(map(digits_of, lines)) == ""


def test_a_lone_digit_word_is_a_piece_while_a_number_is_pending() -> None:
    """Pieces may be as small as one digit."""
    words = re.findall("[a-z]+", "four one one one two two two two six six six nine nine")
    lines = run(ASK, *(("customer", word) for word in words))
    assert lines[1:] == ["[digits]"] * 13


@pytest.mark.parametrize(
    "text", ["one moment", "oh no", "oh", "number one", "One of your people called", "it's for you"]
)
def test_ordinary_words_are_not_masked(text: str) -> None:
    """A number word of prose is no number."""
    assert run(("customer", text)) == [text]
    log = Log()
    assert log.take("customer", text) == text


def test_a_read_back_of_a_known_card_is_masked() -> None:
    """A piece of a card said before is masked later on, but for its last four digits."""
    number = "4929 1234 5678 9015"
    chat: Line = ("customer", "I would like to hear how long that takes then, honestly.")
    lines = run(
        ("customer", number),
        *[chat] * 12,
        ("agent", "I charged 1234 5678 there"),
        ("agent", "ending 9015, fine"),
    )
    assert lines[-2:] == ["I charged [card] there", "ending 9015, fine"]


def test_a_code_asked_by_one_and_answered_by_the_other_is_masked() -> None:
    """The answer may come in single digits and be read back."""
    ask: Line = ("agent", "What's the security code on the back?")
    assert run(ask, ("customer", "it's three one two"))[-1] == "it's [code]"
    lines = run(
        ask, ("customer", "three"), ("customer", "one"), ("customer", "two"), ("agent", "3 1 2, thanks")
    )
    assert digits_of(" ".join(lines[1:])) == ""


def test_a_code_is_masked_wherever_it_is_said_again() -> None:
    """A known code is known for the rest of the conversation."""
    chat: Line = ("customer", "That is fine and I would like to know the rest.")
    assert (
        run(("customer", "the cvv is 312"), *[chat] * 12, ("agent", "was it 312 you said"))[-1]
        == "was it [code] you said"
    )


def test_an_expiry_asked_by_one_and_answered_by_the_other_is_masked() -> None:
    """The expiry is asked for like the code."""
    assert run(("agent", "And the expiry date?"), ("customer", "oh four twenty seven"))[-1] == "[expiry]"


def test_a_number_that_stays_pending_is_cleared_after_a_while() -> None:
    """Small talk without end does not hold a number back for ever."""
    log = Log()
    log.take("customer", "4111 1111")
    for _ in range(7):
        log.take("agent", "okay")
    assert log.last["u0"] == "4111 1111"


def test_a_phone_number_read_back_piece_by_piece_comes_back() -> None:
    """What was asked for as a phone number and repeated does not add up to a card's."""
    given_: list[Line] = [
        ("agent", "what's your phone number?"),
        ("customer", "oh seven seven double oh"),
        ("agent", "oh seven seven double oh"),
        ("customer", "nine hundred one two three"),
        ("agent", "nine hundred one two three, got it"),
        ("customer", "I want my refund now"),
    ]
    log = Log()
    for line in given_:
        log.take(*line)
    assert list(log.last.values()) == [text for _, text in given_]


def test_the_same_id_again_replaces_the_text() -> None:
    """A revision stands in the place of what it replaces, in every later reckoning."""
    log = Log()
    log.take("customer", "it's 4111 1111", "a")
    log.take("agent", "mm-hm", "b")
    assert log.take("customer", "it's 4111 1111 11", "a") == "it's [digits]"
    assert log.take("customer", "111", "c") == "[digits]"
    assert digits_of(" ".join(log.finish())) == ""
    assert digits_of(" ".join(log.all)) == ""


def test_a_revision_is_not_counted_twice() -> None:
    """An order number that grows by a revision is still an order number."""
    log = Log()
    log.take("customer", "it's 123456", "a")
    log.take("customer", "it's 12345678", "a")
    assert log.finish() == ["it's 12345678"]


def test_a_phone_number_misheard_in_the_read_back_comes_back() -> None:
    """What was asked for as a phone number is added up for each speaker alone."""
    lines: list[Line] = [
        ("agent", "what's your phone number?"),
        ("customer", "oh seven seven double oh nine four"),
        ("agent", "oh seven seven double one five two"),
    ]
    assert run(*lines) == [text for _, text in lines]


@pytest.mark.parametrize("text", ["one", "oh", "and then two", "11 and I cannot read what follows"])
def test_a_small_number_joins_the_one_that_is_pending(text: str) -> None:
    """While a number is being said the next fragment's first digits belong to it."""
    log = Log()
    log.take("customer", "it's 4111 1111 111")
    log.take("customer", text)
    log.take("customer", "11 222")
    log.finish()
    assert digits_of("".join(log.all)) == ""


def test_a_revision_of_small_talk_does_not_unmask_a_card() -> None:
    """What was a card's number stays masked when an earlier utterance changes."""
    log = Log()
    log.take("customer", "hello", "a")
    log.take("customer", "4111 1111", "b")
    log.take("customer", "1111 1111", "c")
    log.take("customer", "hello there my parcel is late", "a")
    log.take("customer", "where is it now, I want a refund", "d")
    log.finish()
    assert digits_of(" ".join(log.all)) == ""


def test_a_preview_masks_the_most_and_remembers_nothing() -> None:
    """Partials are shown and forgotten."""
    redactor = ConversationRedactor()
    assert (
        redactor.preview("customer", "my order 12345678 is late and 41")
        == "my order [digits] is late and [digits]"
    )
    assert redactor.preview("customer", "hello") == "hello"
    assert redactor.finish() == ()
    redactor.take("a", "customer", "it's 4111")
    assert redactor.preview("customer", "1") == "[digits]"
    assert redactor.take("b", "customer", "is my house").unmasked[0].text == "it's 4111"


def test_the_kinds_are_those_handed_in() -> None:
    """Other kinds run over the text that the digits were taken from."""
    redactor = ConversationRedactor([lambda text: text.replace("Bo", "[name]")])
    assert redactor.take("a", "customer", "Bo here, 12345678").text == "[name] here, [digits]"


SAID = st.lists(
    st.sampled_from(
        re.findall(
            r"\S+",
            """
            one two oh double four hundred and then to for card visa cvv pin expires order phone security code
            is my the 4111 1111 312 12345678 4111111111111111 04/27 12/05/2024 [card] [code] [digits] , . uh
            number minutes of three digits on back
            """,
        )
    ),
    max_size=12,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(SAID, min_size=1, max_size=6))
def test_what_is_shown_hides_what_it_would_hide_standing_alone(texts: list[str]) -> None:
    """To follow a conversation never hides less of a fragment than to look at the fragment alone."""
    log = Log()
    for number, text in enumerate(texts):
        shown = log.take(("customer", "agent")[number % 2], text)
        assert redact_text(shown, kinds=()) == shown


NUMBERS = st.integers(13, 19).flatmap(lambda n: st.text(alphabet="0123456789", min_size=n, max_size=n))
BETWEEN = st.sampled_from(["", "", "mm-hm", "okay", "go on", "echo", "And the rest?", "stall"])


@settings(max_examples=150, deadline=None)
@given(
    NUMBERS,
    st.sampled_from(STYLES),
    st.randoms(use_true_random=False),
    st.integers(1, 6),
    st.lists(BETWEEN, min_size=5, max_size=5),
    st.booleans(),
)
def test_an_adversary_finds_no_card(
    number: str, style: str, rng: random.Random, pieces: int, between: list[str], read_back: bool
) -> None:
    """No digit between the first six and the last four is let through, in any style and split."""
    said, joint = tokens(rng, style, number)
    cuts = [0, *sorted(rng.sample(range(1, len(said)), min(pieces, len(said)) - 1)), len(said)]
    log = Log()
    log.take(*ASK)
    for nth, (start, end) in enumerate(itertools.pairwise(cuts)):
        text = joint.join(said[start:end])
        log.take("customer", text)
        if end < len(said) and between[nth] == "echo":
            log.take("agent", f"{text}, yes?")
        elif end < len(said) and between[nth] == "stall":
            log.take("customer", "hang on, the print is tiny")
        elif end < len(said) and between[nth]:
            log.take("agent", between[nth])
    if read_back:
        log.take("agent", f"So that's {number}")
    log.finish()
    assert digits_of(" ".join(log.all)) == ""


@given(st.text(alphabet="0123456789", min_size=3, max_size=4), st.sampled_from(["asked", "named", "singly"]))
def test_a_code_is_never_let_through(code: str, way: str) -> None:
    """Asked for or named, in one piece or digit by digit."""
    ask: Line = ("agent", "And the CVV please?")
    singly: list[Line] = [("customer", digit) for digit in code]
    ways: dict[str, list[Line]] = {
        "asked": [ask, ("customer", f"it's {code}")],
        "named": [("customer", f"my security code is {code}")],
        "singly": [ask, *singly],
    }
    assert digits_of(" ".join(run(*ways[way], ("agent", f"{code}, thank you")))) == ""


@settings(deadline=None)
@given(
    st.text(alphabet="0123456789", min_size=6, max_size=12),
    st.sampled_from(["My order number is {}", "{}", "You can ring me on {} tonight", "Reference {}"]),
)
def test_other_numbers_come_back(number: str, said: str) -> None:
    """A number of 6 to 12 digits that no words call a card's is given back."""
    lines: list[Line] = [
        ("customer", said.format(number)),
        ("agent", "Let me look that up"),
        ("customer", "please do"),
    ]
    assert run(*lines) == [text for _, text in lines]


@settings(deadline=None)
@given(NUMBERS, st.integers(1, 12))
def test_parts_hide_what_the_whole_hides(number: str, cut: int) -> None:
    """A text in two fragments shows no digit that it does not show in one."""
    whole = run(("customer", f"it is {number} ok"))
    parts = run(("customer", f"it is {number[:cut]}"), ("customer", f"{number[cut:]} ok"))
    assert digits_of(whole[0]) == digits_of(" ".join(parts)) == "" == digits_of(redact_text(number))


@pytest.mark.parametrize(
    "text", ["I want to know where it is", "order 123456 is late", "it's four one one one"]
)
def test_the_cost_of_a_fragment_does_not_grow_with_the_conversation(text: str) -> None:
    """Eight times the fragments cost about eight times the time."""

    def cost(size: int) -> float:
        log = Log()
        began = time.thread_time()
        for turn in range(size):
            log.redactor.take(str(turn), "customer", text)
        return time.thread_time() - began

    small = min(cost(100) for _ in range(3))
    assert cost(800) < 30 * small + 0.02
