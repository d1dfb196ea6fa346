"""What customers' words show, by pattern: what is meant, and what only sounds like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core import customer_words, turn_words


@pytest.mark.parametrize(
    "said",
    [
        "My husband passed last March.",
        "the account was my mother's, she passed away",
        "He died in May and you still write to him!",
        "I lost my brother and now this letter",
        "I am busy with the funeral",
    ],
)
def test_a_death_is_heard(said: str) -> None:
    """However gently it is put, a death is known as one."""
    assert turn_words.GRIEF.search(said)


@pytest.mark.parametrize(
    "said",
    [
        "they passed me to another department",
        "she passed me around and nobody knew",
        "my friend passed me your number",
        "the phone died again",
    ],
)
def test_being_passed_on_is_no_death(said: str) -> None:
    """Who is passed from desk to desk has lost nobody."""
    assert not turn_words.GRIEF.search(said)


@given(
    st.text("aZ1#[]@. é_", max_size=12)
    | st.sampled_from(["Email", "my ADDRESS is", "[bank 1]", "#CARD#", "a@b.co"])
)
def test_data_is_found_where_its_pattern_finds_it(said: str) -> None:
    """The cheap look before the search passes over nothing that the search would find."""
    assert customer_words.holds_data(said) == (customer_words.DATA.search(said) is not None), repr(said)
