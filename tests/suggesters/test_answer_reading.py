"""One answer as its bytes come in."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from copilot import guards
from copilot.core.types import Draft
from copilot.errors import ModelFailure
from copilot.suggesters.answer_checks import AnswerChecks
from copilot.suggesters.answer_reading import AnswerReading
from tests.fakes.asked_model import ANSWER, FIRST, GOOD, PHRASE, PROMPT
from tests.fakes.moments import moment, turns
from tests.fakes.openai_server import completion, resized

CHECKS = AnswerChecks(PROMPT)
EVENTS = completion(ANSWER, size=12)
WHOLE = b"".join(EVENTS)


class Watch:
    """A clock that goes on by a second each time it is asked."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def started(max_bytes: int = 100_000) -> AnswerReading:
    return AnswerReading(PROMPT, CHECKS, moment(), Watch(), max_bytes)


def read(chunks: list[bytes]) -> list[Draft]:
    reading = started()
    return [draft for chunk in chunks for draft in reading.receive(chunk)]


def test_an_answer_cut_at_any_byte_is_never_done() -> None:
    """Of every beginning of a recorded stream, whatever shows is not done; only the whole one is."""
    for upto in range(len(WHOLE)):
        assert not any(draft.done for draft in read([WHOLE[:upto]]))
    assert read([WHOLE])[-1].done


def test_what_is_shown_is_whole_sentences_of_the_phrase() -> None:
    """Byte by byte, the text grows by sentences, each a beginning of the next, up to the whole phrase."""
    texts = [draft.text for draft in read(resized(EVENTS, 1))]
    assert texts == [FIRST, PHRASE, PHRASE]
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))


@pytest.mark.parametrize(
    ("phrase", "shown"),
    [("13", []), ("I hear you. And the", ["I hear you."]), ("I hear you.", ["I hear you."])],
)
def test_a_phrase_that_closes_in_the_middle_of_a_sentence_does_not_show_it(
    phrase: str, shown: list[str]
) -> None:
    """Where the phrase ends without the end of a sentence, only the sentences before grow on the screen; the
    whole is left to the guards."""
    answer = {"act": "acknowledge", "phrase": phrase, "why": "It is due.", "alternatives": []}
    drafts = read(completion(json.dumps(answer), size=3))
    *growing, last = drafts
    assert [draft.text for draft in growing] == shown
    assert (last.text, last.done) == (phrase, True)


def test_what_was_taken_out_is_named_in_the_answer() -> None:
    """A placeholder of the customer's is said as its noun, all the while it grows; an invented one stays raw,
    which the guards refuse."""
    told = "Let's see to it. I'll ring you on [phone 1]. And about [phone 7]."
    answer = {
        "act": "acknowledge",
        "phrase": told,
        "why": "[card] is theirs",
        "alternatives": ["On [phone 1]."],
    }
    theirs = moment(turns("My card is [card], you can reach me on [phone 1]."))
    reading = AnswerReading(PROMPT, CHECKS, theirs, Watch())
    drafts = [draft for chunk in completion(json.dumps(answer), size=5) for draft in reading.receive(chunk)]
    said = "Let's see to it. I'll ring you on the phone number you gave."
    assert drafts[1].text == said
    assert drafts[-1].text == told
    assert drafts[-1].why == "The card is theirs"
    assert drafts[-1].alternatives == ("On the phone number you gave.",)
    assert guards.check(drafts[1], theirs) is None
    refusal = guards.check(drafts[-1], theirs)
    assert refusal is not None
    assert refusal.rule == "personal_data"


def test_nothing_is_shown_before_the_act_is_known() -> None:
    """An answer that puts its phrase first is shown only once it may be."""
    turned = json.dumps({"phrase": PHRASE, "act": "acknowledge", "why": "x", "alternatives": []})
    upto_act = turned.index('"why"')
    reading = started()
    shown = [
        d for chunk in completion(turned[:upto_act], done=False, finish=None) for d in reading.receive(chunk)
    ]
    assert [draft.text for draft in shown] == [PHRASE]


def test_the_log_keeps_what_came() -> None:
    """A reading that ended early keeps the raw text so far; one without a word has no times of words."""
    reading = started()
    for chunk in EVENTS[:5]:
        list(reading.receive(chunk))
    kept = reading.answered("truncated", "h", "m", "v")
    assert ANSWER.startswith(kept.raw)
    assert kept.raw
    assert kept.first_token_ms is not None
    assert kept.first_sentence_ms is None
    assert started().mute
    assert started().answered("stalled", "h", "m", "v").first_token_ms is None


def test_only_text_ends_the_silence() -> None:
    """Comments and empty chunks do not set back the time since the last piece of text."""
    watch = Watch()
    reading = AnswerReading(PROMPT, CHECKS, moment(), watch)
    watch.now += 60
    list(reading.receive(b": still here\n\n"))
    list(reading.receive(EVENTS[0]))
    assert reading.silent_s > 60
    list(reading.receive(EVENTS[1]))
    assert reading.silent_s < 10


def test_more_than_the_cap_is_not_read() -> None:
    """The bytes of one answer are counted, comments too."""
    reading = started(max_bytes=50)
    list(reading.receive(b": nothing\n\n" * 4))
    with pytest.raises(ModelFailure) as caught:
        list(reading.receive(b": nothing\n\n"))
    assert caught.value.reason == "too_large"


def test_a_schema_failure_comes_after_good_words() -> None:
    """An answer whose rest is wrong is not done, though its phrase was shown."""
    events = completion(json.dumps({**GOOD, "alternatives": "none"}))
    with pytest.raises(ModelFailure) as caught:
        read(events)
    assert caught.value.reason == "schema"


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("I'm sorry, but I can't assist with that.", "refusal"),
        ("I am sorry about it " * 9, "degenerate"),
        (" \n ", "empty"),
    ],
)
def test_what_is_no_phrase_does_not_show_while_it_grows(phrase: str, reason: str) -> None:
    """Of a refusal, a loop and a blank phrase a reader sees nothing before they fail."""
    reading = started()
    events = completion(json.dumps({**GOOD, "phrase": phrase}))
    shown: list[object] = []
    with pytest.raises(ModelFailure) as failed:
        shown.extend(draft for event in events for draft in reading.receive(event))
    assert failed.value.reason == reason
    assert not shown
