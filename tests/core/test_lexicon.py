"""The lexicon finds phrases with choices, numbers and any words, the longest of a cue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

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


def test_phrases_may_overlap() -> None:
    """A phrase that begins inside another is found as well, in order of its first word."""
    cues = {"wait": "still waiting for", "for": "waiting for NUM days", "days": "days"}
    assert found(cues, "still waiting for 3 days") == [
        Hit("wait", 0, 2),
        Hit("for", 1, 4),
        Hit("days", 4, 4),
    ]


def test_what_breaks_off_hides_nothing() -> None:
    """A word that does not lead on may begin another phrase, or the same one again."""
    assert found({"ask": "can you check"}, "can can you check can you") == [Hit("ask", 1, 3)]


@given(st.lists(st.sampled_from(("can", "you", "check", "3", "two", "days", "x")), max_size=12))
def test_what_was_walked_before_changes_nothing(said: list[str]) -> None:
    """A lexicon that forgets its places at every step finds what one finds that keeps them all."""
    cues = {"ask": "can (you|_ you) check", "long": "NUM (NUM|) days", "any": "you _ _ days, check"}
    words = Words(" ".join(said))
    kept, forgetful = Lexicon(cues, NUMBERS), Lexicon(cues, NUMBERS, most=1)
    kept.find(Words("can x you check two 3 days you can you check days"))
    assert kept.find(words) == forgetful.find(words)
