"""The redaction eval in its short form, and its adversary."""

from __future__ import annotations

import pytest

from evals.planting.spoken import digits_of
from evals.redaction import recovered, report, run


def test_the_targets_hold_on_a_hundred_conversations() -> None:
    """No code and no card is recovered, and other numbers come back."""
    scores = run(100, 7)
    assert scores.code_leaks == 0
    assert scores.expiry_leaks == 0
    for family in ("digits", "spoken", "misheard"):
        assert scores.cards[family] > 5
        assert scores.leaked[family] == 0
    assert scores.numbers > 50
    assert scores.false_masks <= 0.01 * scores.numbers
    assert "recall" in report(scores)


def test_the_same_seed_makes_the_same_conversations() -> None:
    """A figure can be measured again."""
    first, second = run(20, 3), run(20, 3)
    assert (first.cards, first.numbers, first.codes) == (second.cards, second.numbers, second.codes)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("four double one triple oh", "411000"),
        ("forty one eleven", "4111"),
        ("four thousand one hundred", "4100"),
        ("４ ٤", "44"),
        ("[card] said", ""),
    ],
)
def test_the_adversary_reads_numbers(text: str, digits: str) -> None:
    """Words are turned into digits."""
    assert digits_of(text) == digits


def test_the_adversary_finds_a_number_that_is_shown() -> None:
    """Seven digits in a row of the planted number are a find, six are not."""
    number = "4929123456789015"
    assert recovered(number, "it's 4929 one two three and")
    assert not recovered(number, "it's 4929 12 and then 99 and 5678")
