"""Views: what callers are shown, and why a suggestion was made."""

from __future__ import annotations

import msgspec
import pytest

from copilot.core.conversation import Conversation
from copilot.core.events import (
    Answered,
    AnyEvent,
    Feedback,
    NewEvent,
    Opened,
    StoredEvent,
    Suggested,
    Unshown,
    encode,
    type_of,
)
from copilot.core.types import Opening
from copilot.engine.viewing import explanation, view_of
from copilot.errors import NotFound
from tests.core.test_conversation import said
from tests.core.test_suggestions import card
from tests.fakes.parts import Bench, KeywordTracker
from tests.fakes.talk import KEY, opened, say


def stored(*events: AnyEvent) -> list[StoredEvent]:
    return [
        StoredEvent(seq, seq * 10, type_of(event), NewEvent.of(event).audience, encode(event))
        for seq, event in enumerate(events, 1)
    ]


def test_overtaken_card_is_not_on_show() -> None:
    """Between the customer's next words and what follows them a view shows no card."""
    conversation = Conversation(KeywordTracker())
    shown = msgspec.structs.replace(card(), trigger_seq=2)
    events = (
        Opened(opening=Opening()),
        said("late", 1),
        Suggested(suggestion=shown, version="1"),
        said("well", 2),
    )
    for seq, event in enumerate(events[:3], 1):
        conversation.apply(seq, seq, event)
    assert view_of("c", conversation, "e.3").suggestion == shown
    conversation.apply(4, 4, events[3])
    assert view_of("c", conversation, "e.4").suggestion is None


def test_explanation_has_all_that_became_of_it() -> None:
    """Revisions in order, feedback with its time; other suggestions' are left out."""
    first = card()
    gone = msgspec.structs.replace(first, status="withdrawn", revision=2)
    other = msgspec.structs.replace(first, id="s2")
    log = stored(
        Suggested(suggestion=first, version="1"),
        Suggested(suggestion=other, version="1"),
        Feedback(suggestion_id="s1", verdict="shown"),
        Feedback(suggestion_id="s2", verdict="used"),
        Suggested(suggestion=gone, version="1"),
    )
    explained = explanation(log, "s1", Conversation(KeywordTracker()), internal=False)
    assert explained.revisions == (first, gone)
    assert explained.suggestion == gone
    assert explained.feedback == ({"verdict": "shown", "text": None, "share": None, "at_ms": 30},)
    with pytest.raises(NotFound):
        explanation(log, "s3", Conversation(KeywordTracker()), internal=False)


async def test_explanation_shows_what_was_read_then() -> None:
    """The state in it is the one the suggestion was made in, whatever was read later."""
    async with Bench() as bench:
        await opened(bench)
        await bench.engine.ingest(KEY, [say(1, "where is it!")])
        await bench.engine.ingest(KEY, [say(2, "sorry", "agent", at=900)])
        await bench.engine.ingest(KEY, [say(3, "fine", at=1_800)])
        assert (await bench.engine.view(KEY)).state.phase == "acknowledged"
        why = await bench.engine.explain(KEY, "s1")
        assert (why.state.phase, why.state.heat) == ("venting", 2)
        assert why.reading is not None
        assert (why.reading.phase, why.reading.heard) == ("venting", False)
        assert (why.made_by, why.read_by) == ("phrasebook@1", "keywords@1")


async def test_raw_words_and_shadows_are_internal() -> None:
    """Who reads the conversation learns outcome, hashes, times and guards of a call; what the model said,
    why a guard refused and what a shadow answered is told to those who look after prompts."""
    answered = Answered(
        suggestion_id="s1",
        prompt="p@1",
        prompt_hash="h",
        request_hash="r",
        raw="the model's words",
        outcome="ok",
        refusals=("remedies: 'free boat' is not allowed",),
        arm="canary",
        version="m",
    )
    shadow = msgspec.structs.replace(answered, arm="shadow", prompt="p@2")
    kept = Unshown(suggestion=card(), reason="shadow", version="m")
    log = stored(Suggested(suggestion=card(), version="1"), answered, shadow, kept)
    seen = explanation(log, "s1", Conversation(KeywordTracker()), internal=False)
    (told,) = seen.answers
    assert (told["raw"], told["refusals"], told["arm"]) == ("", ("remedies",), "live")
    assert (told["request_hash"], told["outcome"]) == ("r", "ok")
    assert seen.unshown == ()
    full = explanation(log, "s1", Conversation(KeywordTracker()), internal=True)
    assert [answer["raw"] for answer in full.answers] == ["the model's words"] * 2
    assert len(full.unshown) == 1
