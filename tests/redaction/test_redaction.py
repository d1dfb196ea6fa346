"""A text that stands alone, and the digest that tells a repeat from a conflict."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from copilot.redaction import KINDS, cards, codes, fingerprint, redact_text

WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        """
        one two oh double forty hundred and then to for card visa cvv pin expires order phone security
        code is my the 4111 1111 312 12345678 4111111111111111 04/27 12/05/2024 [card] [code] [digits] , . uh
        number minutes of three digits on back
        """,
    )
)


def test_card_numbers_and_codes_come_first() -> None:
    """The list of kinds is the order in which they are taken out."""
    assert KINDS[:2] == (cards.mask, codes.mask)


@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text())
@example("cvv 312 hello 456")
@example("312 is my cvv and 20 of it 4111 1111")
def test_masking_a_masked_text_changes_nothing(text: str) -> None:
    """What is masked once is masked for good."""
    once = redact_text(text)
    assert redact_text(once) == once


@pytest.mark.parametrize(
    "text", ["", "Hello there, where is my parcel?", "İstanbul ẞ \ud800", "\x00", "4", "order 12345678"]
)
def test_a_text_without_card_data_stays(text: str) -> None:
    """Nothing else is touched, whatever the letters."""
    assert redact_text(text) == text


@given(st.text(alphabet="0123456789", min_size=1, max_size=24), st.text(alphabet="0123456789", min_size=1))
def test_the_fingerprint_depends_on_no_digit(one: str, other: str) -> None:
    """Texts that differ in a number only, and in how long it is, have one digest."""
    assert fingerprint(f"My Card  is {one}.", "") == fingerprint(f"my card is {other}.", "")


def test_the_fingerprint_tells_words_apart() -> None:
    """Other words make another digest; number words, case and spaces do not."""
    assert fingerprint("it is four one one one", "") == fingerprint(" It is 9\n", "")
    assert fingerprint("it was 9", "") != fingerprint("it is 9", "")
    assert len(fingerprint("\ud800", "")) == 16
    assert int(fingerprint("x", ""), 16) >= 0


@pytest.mark.parametrize("unit", ["1", "1 ", "one ", "123a", "cvv 123 ", "card 4111 1111 ", "one and ", "٤"])
def test_the_cost_grows_with_the_length_and_not_faster(unit: str) -> None:
    """Eight times the text costs about eight times the time."""

    def cost(size: int) -> float:
        text = (unit * size)[:size]
        best = float("inf")
        for _ in range(2):
            began = time.thread_time()
            redact_text(text)
            best = min(best, time.thread_time() - began)
        return best

    assert cost(40_000) < 30 * cost(5_000) + 0.02


def test_the_fingerprint_of_a_text_cannot_be_guessed_without_its_salt() -> None:
    """The same text has another fingerprint in every conversation, and the same one again in its own."""
    assert fingerprint("yes", "a1") == fingerprint("Yes", "a1")
    assert len({fingerprint("yes", salt) for salt in ("", "a1", "a2")}) == 3
