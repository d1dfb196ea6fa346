"""The lexicon finds phrases with choices, numbers and any words, the longest of a cue."""

from __future__ import annotations

from copilot.core.lexicon import Hit, Lexicon
from copilot.core.words import Words

NUMBERS = frozenset({"two", "three"})


def found(cues: dict[str, str], text: str) -> list[Hit]:
    return Lexicon(cues, NUMBERS, ("second", "third")).find(Words(text))


def test_a_phrase_is_found_where_it_stands() -> None:
    """A hit says its cue, its first word and its last."""
    assert found({"wait": "still waiting"}, "I am still waiting!") == [Hit("wait", 2, 3)]


def test_choices_and_words_that_may_be_missing() -> None:
    """`(a|b|)` stands for a, for b and for nothing."""
    cues = {"ask": "(could|can) you (please|) check"}
    assert found(cues, "can you check") == [Hit("ask", 0, 2)]
    assert found(cues, "could you please check") == [Hit("ask", 0, 3)]
    assert found(cues, "you check") == []


def test_numbers_in_digits_and_words() -> None:
    """NUM is any number, NTH any ordinal of the language."""
    assert found({"long": "NUM days"}, "3 days or two days") == [Hit("long", 0, 1), Hit("long", 3, 4)]
    assert found({"nth": "my NTH call"}, "my third call") == [Hit("nth", 0, 2)]


def test_the_longest_phrase_of_a_cue_stands() -> None:
    """Two phrases of one cue from one word on are one hit."""
    assert found({"thanks": "thank you, thank you so much"}, "thank you so much") == [Hit("thanks", 0, 3)]


def test_any_word_may_stand_in_a_gap() -> None:
    """`_` is any one word."""
    assert found({"gap": "in the _ room"}, "in the dark room") == [Hit("gap", 0, 3)]
