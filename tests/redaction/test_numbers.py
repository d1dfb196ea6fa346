"""Numbers are found and read as people type and say them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.redaction import numbers


def digits(text: str) -> list[str]:
    return [run.digits for run in numbers.find(numbers.folded(text))]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("four one one one", "4111"),
        ("double four triple one oh", "441110"),
        ("forty one eleven", "4111"),
        ("forty-one eleven", "4111"),
        ("four thousand one hundred", "4100"),
        ("four thousand one hundred eleven", "4111"),
        ("three hundred and twelve", "312"),
        ("forty one hundred", "4100"),
        ("nineteen eighty", "1980"),
        ("4111 then one one one one", "41111111"),
        ("double 4 1", "441"),
        ("5 hundred", "500"),
        ("4111-1111.1111/1111", "4111111111111111"),
        ("4111\u00a01111\u200b1111", "411111111111"),
        ("４１１１ ٤١١١", "41114111"),
        ("one uh two um, erm three and then four dash five space six", "123456"),
        ("one for two to three", "14223"),
    ],
)
def test_a_number_is_read_as_it_is_typed_or_said(said: str, read: str) -> None:
    """One run holds all the digits, whatever separates them."""
    assert digits(said) == [read]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("$12.50 $13.20", ["1250", "1320"]),
        ("12345678 +447700900123", ["12345678", "447700900123"]),
        ("1 apple 2 pears", ["1", "2"]),
        ("the last three digits are 456", ["456"]),
        ("someone phoned tone", []),
        ("one's own, o'clock", []),
    ],
)
def test_other_words_and_signs_end_a_number(text: str, read: list[str]) -> None:
    """Words with a meaning of their own, money and leading signs keep numbers apart."""
    assert digits(text) == read


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    """A folded text is as long as the text, so that places found in one hold in the other."""
    assert len(numbers.folded(text)) == len(text)


@pytest.mark.parametrize("text", ["My İ 4111", "ẞ ﬁ ½ ① ² 4️⃣"])
def test_odd_letters_do_not_shift_places(text: str) -> None:
    """Letters whose small form is longer stay as they are."""
    assert len(numbers.folded(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("GB29 NWBK 6016 1331 9268 19", True),
        ("DE89 3704 0044 0532 0130 00", True),
        ("DE88 3704 0044 0532 0130 00", False),
        ("no 4111111111111111", False),
    ],
)
def test_an_iban_is_known_by_its_check_digits(text: str, account: bool) -> None:
    """Only right check digits make a long run the tail of an IBAN."""
    low = numbers.folded(text)
    assert numbers.is_account(low, numbers.find(low)[-1]) is account


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "one ",
        "1a",
        "123a",
        "1 " + "and " * 9,
        "double ",
        "one and x ",
        "four thousand ",
        "٤",
        "- ",
    ],
)
def test_the_cost_grows_with_the_length_and_not_faster(unit: str) -> None:
    """Eight times the text costs about eight times the time."""

    def cost(size: int) -> float:
        text = (unit * size)[:size]
        best = float("inf")
        for _ in range(2):
            began = time.thread_time()
            numbers.find(numbers.folded(text))
            best = min(best, time.thread_time() - began)
        return best

    small, large = cost(5_000), cost(40_000)
    assert large < 30 * small + 0.02


def test_a_text_of_a_thousand_numbers_loses_them_all() -> None:
    """So many numbers are no speech; fewer are judged one by one."""
    assert numbers.unflooded("a1" * 999) == "a1" * 999
    assert not any(char.isdigit() for char in numbers.unflooded("a1" * 1000))
    assert numbers.unflooded("word " * 5000) == "word " * 5000
