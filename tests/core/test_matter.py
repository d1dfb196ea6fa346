"""The matter reads right after 'about', in the second person, or is not said."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.core.matter import matter_in
from copilot.core.patterns import Patterns
from copilot.core.types import Turn
from copilot.core.words import Words
from copilot.shipped import shipped
from copilot.transcripts import load
from copilot.weights import released

PATTERNS = Patterns(released(shipped()).patterns)
EVERY_WORD = frozenset(word for pattern in PATTERNS.matter for group in pattern.needs for word in group)
TRAINING = Path(__file__).parents[2] / "evals/training"


def matter(text: str) -> str | None:
    turn = Turn(index=0, speaker="customer", text=text)
    found = matter_in(turn, frozenset(Words(text).norms), PATTERNS)
    assert found == matter_in(turn, EVERY_WORD, PATTERNS)  # no pattern needs a word that it does without
    if found is None:
        return None
    assert text[found.evidence.start : found.evidence.end] == found.evidence.quote
    return found.phrase


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("My parcel hasn't come.", "your parcel that hasn't come"),
        (
            "hi my coffee machine keeps switching off and i am sick of it",
            "your coffee machine that keeps switching off",
        ),
        ("I can't log in to the app!", "not being able to log in to the app"),
        ("I still haven't received my refund, it's been weeks", "not having received your refund"),
        ("I was charged twice for one ticket", "being charged twice for one ticket"),
        ("you cancelled my order without a word", "your order being cancelled"),
        ("still waiting for the £80 deposit", "still waiting for the £80 deposit"),
        ("The heater we bought never worked", "the heater you bought that never worked"),
        ("There is a charge from you on my card", "a charge from you on your card"),
        ("someone broke my watch", "your watch being broken"),
        ("I want to talk about my subscription", "your subscription"),
    ],
)
def test_a_problem_becomes_a_phrase(said: str, phrase: str) -> None:
    """'my' is turned to 'your', and the clause ends where the problem does."""
    heard = matter(said)
    assert heard is not None
    assert heard.startswith(phrase)


@pytest.mark.parametrize(
    "said", ["Hello there", "yes", "My name is Ada", "my god what is this", "you are great", ""]
)
def test_no_problem_no_matter(said: str) -> None:
    """Where no pattern is sure of a problem, there is none."""
    assert matter(said) is None


def test_what_was_masked_is_not_said_aloud() -> None:
    """A placeholder would be read out to the customer."""
    assert matter("my #PRS_ORG# doesn't work") is None
    assert matter("I can't move [phone 1] to [phone 2]") is None


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("I was charged twice on my card [card]", "being charged twice on your card"),
        ("You cancelled my number [phone 1] without a word", "your number being cancelled"),
        ("I can't log in with [email 1]!", "not being able to log in with the e-mail address you gave"),
    ],
)
def test_what_was_masked_is_named(said: str, phrase: str) -> None:
    """The noun of a placeholder reads right where the value would not be said."""
    assert matter(said) == phrase


def test_the_words_a_pattern_needs_leave_nothing_out() -> None:
    """In every conversation of the project a matter is found where trying every pattern finds it."""
    told = [turn.text for script in load(TRAINING) for turn in script.turns if turn.speaker == "customer"]
    assert sum(matter(text) is not None for text in told) > 100
