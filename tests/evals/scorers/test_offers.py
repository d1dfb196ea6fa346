"""Tests of what is offered at a decision point: the act, what must not happen, and how it is worded."""

from __future__ import annotations

import pytest

from evals.runs.results import Refused
from evals.runs.samples import PointSample
from evals.scorers.act import act_best, act_good, act_never
from evals.scorers.never_say import never_say, says
from evals.scorers.premature import premature, premature_card
from evals.scorers.promises import promises
from evals.scorers.readability import flesch, length, reading_ease, syllables
from evals.scorers.refusals import refusals
from evals.scorers.repetition import repetition
from evals.scorers.specificity import specificity
from evals.scorers.ungrounded import ungrounded
from tests.fakes.evals import card, offered, on_screen, point, script, turn

CONTEXT = {
    "facts": [{"name": "parcel_in", "value": "Leeds depot since 14 November"}],
    "allowed_remedies": [
        {"kind": "refund", "wording": "the postage of 4.50", "limit": 4.5, "currency": "GBP"}
    ],
}


def said(text: str, *, act: str = "acknowledge", context: bool = True) -> PointSample:
    return point(text, act, of=script(**({"context": CONTEXT} if context else {})))


@pytest.mark.parametrize(
    ("act", "good", "best", "right"),
    [("acknowledge", True, 1, True), ("apologise", True, 0, True), ("close", False, 0, False)],
)
def test_an_act_is_good_best_or_wrong(act: str, good: bool, best: float, right: bool) -> None:
    """Good is among the labelled ones, best is the one, and those labelled never are wrong."""
    sample = point(act=act)
    scores = [scorer(sample) for scorer in (act_good, act_best, act_never)]
    assert [score and score.passed for score in scores] == [good, None, right]
    assert scores[1] is not None
    assert scores[1].value == best


def test_a_solution_while_they_still_tell_it_is_premature() -> None:
    """In labelled venting a solution fails, unless the labels call it good there; later it is none."""
    assert premature(point(act="offer")).passed is False  # type: ignore[union-attr]
    assert premature(point(act="probe")).passed is True  # type: ignore[union-attr]
    talk = script()
    assert premature(point(act="offer", at=talk.turns[2])) is None
    hurried = script(turns=[turn("customer", "Fix it!", phase="venting", best="act", good=["act", "offer"])])
    assert premature(point(act="act", of=hurried)).passed is True  # type: ignore[union-attr]
    shown = on_screen(card(100, 200, offered=offered("Shall I?", "offer")))
    assert premature_card(shown).passed is False  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("It is in the Leeds depot since 14 November.", None),
        ("You have waited two weeks for it.", None),
        ("It comes on Friday.", "friday"),
        ("You will have it by 15 November.", "15"),
        ("You paid 1,200 for it.", "1200"),
        ("See www.example.com/track for more.", "www.example.com/track"),
        ("Order 4711, you said.", "4711"),
    ],
)
def test_a_fact_that_nobody_named_is_ungrounded(text: str, wrong: str | None) -> None:
    """Numbers, days and links come from the context or the talk so far; what they say later is unknown."""
    score = ungrounded(said(text))
    assert score is not None
    assert score.passed == (wrong is None)
    assert (wrong or "") in score.reason


def test_the_customer_s_claim_may_only_be_given_back_as_theirs() -> None:
    """A number that the customer alone named grounds a sentence about them, and no statement of ours."""
    talk = script(turns=[turn("customer", "It cost 300!", phase="venting", best="acknowledge")])
    assert ungrounded(point("You paid 300 for it.", of=talk)).passed is True  # type: ignore[union-attr]
    assert ungrounded(point("The refund is 300.", of=talk)).passed is False  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I can refund the postage of 4.50 pounds.", ""),
        ("I can refund you 45 pounds.", "more than allowed"),
        ("I can send you a replacement.", "replacement is not allowed"),
        ("I promise it comes.", "sure"),
        ("I can hear that the replacement never came.", ""),
    ],
)
def test_a_promise_stays_within_the_context(text: str, reason: str) -> None:
    """Remedies outside the context, more than the limit, and sure outcomes fail; mentions do not."""
    score = promises(said(text))
    assert score is not None
    assert (score.passed, reason in score.reason) == (not reason, True)


@pytest.mark.parametrize(
    ("text", "wrong", "hit"),
    [
        ("He has a seat, which is what you booked.", "he has a seat, which is what you booked", True),
        ("Please take a deep breath for me.", "take a breath", True),
        ("I'd take that seriously. Every breath counts.", "take a breath", False),
        ("It's routine.", "it is just routine", False),
        ("I'll lift it by tomorrow for you.", "we'll lift it by tomorrow", True),
        ("They will come tomorrow.", "they will come", True),
        ("You want to know whether they will come to your house.", "they will come", False),
        ("I can't say if they will come, and they will come late.", "they will come", True),
    ],
)
def test_what_must_not_be_said_is_found_in_other_words_too(text: str, wrong: str, hit: bool) -> None:
    """Nearly all words that carry the meaning, within one sentence, are enough; fewer are not, and neither
    is what is only asked back."""
    assert says(text, wrong) is hit
    talk = script(turns=[turn("customer", "Oh.", never_say=(wrong,), phase="venting", best="acknowledge")])
    score = never_say(point(text, of=talk))
    assert score is not None
    assert score.passed is not hit


def test_a_refusal_is_told_with_its_rule() -> None:
    """What guards stopped fails with the rule and its reason."""
    stopped = Refused(rule="blame", reason="blames them", text="Your fault.", origin="llm")
    score = refusals(point(refused=(stopped,)))
    assert (score.passed, score.got, score.reason) == (False, "blame", "blame: blames them")
    assert refusals(point()).passed is True


def test_a_phrase_that_was_there_before_is_a_repetition() -> None:
    """The same words again fail, also slightly changed; a first phrase is none."""
    first = "I can hear how long you have waited for it."
    assert repetition(point(first)) is None
    again = repetition(point(first.replace("it", "this"), earlier=("Hello there.", first)))
    assert again is not None
    assert again.passed is False
    assert repetition(point("Where was it sent?", earlier=(first,))).passed is True  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("Two weeks, two calls, and still no parcel. I can hear how long you have waited for it.", True),
        ("I can hear how long you have waited.", True),
        ("I can see how it looks. What have you waited for?", False),
        ("Could you tell me how long you have waited?", False),
    ],
)
def test_an_old_phrase_with_words_around_it_is_a_repetition(text: str, again: bool) -> None:
    """What stands whole within the new phrase, or is the new one cut short, was said before."""
    score = repetition(point(text, earlier=("I can hear how long you have waited for it.",)))
    assert score is not None
    assert score.passed is not again


def test_a_few_common_words_within_a_phrase_are_no_repetition() -> None:
    """A short phrase comes back as part of many that say something else."""
    score = repetition(point("I hear you, and it is two weeks now without a word.", earlier=("I hear you.",)))
    assert score is not None
    assert score.passed is True


def test_their_own_matter_is_named_in_their_words() -> None:
    """A word of theirs that carries the matter makes a phrase specific; one that is everybody's does not."""
    assert specificity(point("Your parcels are my job now.")).value == 1  # type: ignore[union-attr]
    assert specificity(point("Thank you for telling me.")).value == 0  # type: ignore[union-attr]


def test_words_and_ease_are_measured() -> None:
    """Short words in short sentences read more easily than long ones."""
    assert length(point("I hear you.")).value == 3  # type: ignore[union-attr]
    assert flesch("I hear you. It is late.") > flesch("Unfortunately the investigation is outstanding.")
    assert [syllables(word) for word in ("late", "parcel", "table", "a")] == [1, 2, 2, 1]
    ease = reading_ease(point("I hear you."))
    assert ease is not None
    assert ease.passed is None


def test_a_silence_is_not_judged_by_its_words() -> None:
    """Where nothing is offered, nothing of the wording is scored."""
    quiet = point("")
    for scorer in (ungrounded, promises, never_say, repetition, specificity, length, reading_ease):
        assert scorer(quiet) is None
