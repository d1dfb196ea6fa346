"""The template of the draft for the record: each part says what the fold says, and nothing more."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.types import CAUSES, Evidence, Offer, Promise, Question, Reading
from copilot.core.wrap_up import Facts, wrap_up
from tests.core.test_course import of, read

HERE = Evidence(turn=1, quote="q", start=0, end=1)
MINUTE = 60_000


def draft(**changes: Any) -> dict[str, Any]:
    reading = Reading(
        matter="your parcel that has not come",
        cause="expectation",
        contacts=2,
        promises=(Promise(text="I'll call you back by Friday", by="by Friday", evidence=HERE),),
        offers=(Offer(text="I can send it again.", outcome="accepted", evidence=HERE),),
    )
    course = of(
        read(heat=2), read("acknowledged", 1, True), read("solving", 1, True), read("closing", 0, True)
    )
    facts = Facts(
        reading=msgspec.structs.replace(reading, **changes.pop("reading", {})),
        course=course,
        did={"acknowledge", "offer", "confirm"},
        lasted_ms=4 * MINUTE,
        agent_spoke=True,
    )
    return wrap_up(msgspec.structs.replace(facts, **changes))


def test_the_matter_is_the_customers_told_to_a_third() -> None:
    """'Your parcel', said to the customer, is 'their parcel' in a record; without a matter it says so."""
    assert draft()["matter"] == "Their parcel that has not come."
    assert "transcript" in draft(reading={"matter": None})["matter"]


def test_the_course_is_three_sentences() -> None:
    """How it began, what happened, how it ended."""
    course = draft()["course"]
    assert course.count(". ") == 2
    assert "angry" in course
    assert "twice before" in course
    assert "accepted: “I can send it again”" in course
    assert "4:00" in course


def test_the_timeline_has_each_change_once() -> None:
    """Phases and heat with their times, without what did not change."""
    same = of(read(heat=2), read(heat=2), read("solving", 0, True))
    assert draft(course=same)["timeline"] == ["0:00 venting, heat 2 (angry)", "2:00 solving, heat 0 (calm)"]
    restless = of(*(read("venting" if n % 9 else "solving", n % 3) for n in range(150)))  # type: ignore[arg-type]
    assert len(draft(course=restless)["timeline"]) <= 24


def test_open_promises_are_named_with_their_times() -> None:
    """A promise that was kept is not open; the follow-up is the first with a time."""
    found = draft()
    assert found["promises"] == [{"text": "I'll call you back by Friday", "by": "by Friday"}]
    assert "by Friday" in found["follow_up"]
    kept = Promise(text="I'll call you back by Friday", by="by Friday", evidence=HERE, kept=True)
    found = draft(reading={"promises": (kept,)})
    assert (found["promises"], found["follow_up"]) == ([], "None was agreed.")


def test_what_went_well_and_what_did_not() -> None:
    """Acknowledged in time, cooled down, settled; or unheard, unanswered, still angry."""
    well = draft()
    assert len(well["went_well"]) == 5
    assert well["went_badly"] == []
    asked = Question(text="Where is it?", evidence=HERE)
    badly = draft(
        course=of(read(heat=2)), did=set(), reading={"questions": (asked,), "offers": (), "promises": ()}
    )
    assert badly["went_well"] == []
    assert len(badly["went_badly"]) == 3
    assert "Where is it?" in badly["follow_up"]


def test_a_calm_conversation_holds_no_complaint() -> None:
    """Where nobody was upset the draft speaks of no complaint, neither as made nor as acknowledged."""
    calm = draft(course=of(read(), read("solving", 0, True)), reading={"matter": None, "contacts": None})
    assert "complaint" not in str(calm)
    assert calm["course"].startswith("The customer came in calm and did not complain.")


def test_who_parts_in_anger_has_settled_nothing() -> None:
    """At a farewell in anger or abuse the draft says how they went, and not that the matter is settled."""
    for heat, word in ((2, "angry"), (3, "abusive")):
        parted = draft(course=of(read(heat=2), read("closing", heat, True)))  # type: ignore[arg-type]
        assert parted["course"].endswith(f"at the farewell, the customer {word}.")
        assert f"It ended with the customer still {word}." in parted["went_badly"]


def test_every_dated_promise_is_followed_up() -> None:
    """Two promises with a time are both to be kept."""
    promises = tuple(Promise(text=f"I'll call {by}", by=by, evidence=HERE) for by in ("today", "by four"))
    assert draft(reading={"promises": promises})["follow_up"] == (
        "Keep what was promised: “I'll call today” “I'll call by four”."
    )


def test_an_echo_is_no_question_for_the_record() -> None:
    """'A voucher?' asks for nothing that somebody could answer later."""
    echo = Question(text="A voucher?", evidence=HERE)
    found = draft(reading={"questions": (echo,), "promises": ()})
    assert (found["went_badly"], found["follow_up"]) == ([], "None was agreed.")


def test_somebody_looks_after_an_agent_who_was_abused() -> None:
    """Abuse, or minutes of anger, say so; a calm conversation says nothing."""
    assert draft()["look_after_agent"] is None
    assert "once" in draft(course=of(read(heat=3), read(heat=1)))["look_after_agent"]
    assert "8:00" in draft(course=of(read(heat=2)), lasted_ms=8 * MINUTE)["look_after_agent"]


def test_service_gaps_are_told_as_the_customers_account() -> None:
    """Earlier contacts are theirs to say; the cause says where to look."""
    gaps = draft()["service_gaps"]
    assert gaps[0].startswith("By their account")
    assert draft(reading={"contacts": None, "cause": "other"})["service_gaps"] == []


@given(st.sampled_from(CAUSES), st.none() | st.integers(0, 9), st.booleans(), st.integers(0, 10**7))
def test_there_is_always_a_whole_draft(cause: Any, contacts: int | None, spoke: bool, lasted: int) -> None:
    """Also of a conversation in which nothing was said: every part is there, as plain values."""
    empty = Facts(
        reading=Reading(cause=cause, contacts=contacts),
        course=of(),
        did=(),
        lasted_ms=lasted,
        agent_spoke=spoke,
    )
    found = wrap_up(empty)
    assert list(found) == list(draft())
    assert msgspec.json.decode(msgspec.json.encode(found)) == found
