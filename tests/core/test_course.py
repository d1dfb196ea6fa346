"""The course: what is kept of the phases that were decided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copilot.core.course import Course
from copilot.core.events import PhaseRead
from copilot.core.types import PHASES, Heat, Phase


def read(phase: Phase = "venting", heat: Heat = 0, heard: bool = False) -> PhaseRead:
    return PhaseRead(
        phase=phase, previous="venting", confidence=0.5, heard=heard, heat=heat, emotion="neutral",
        cause="other", evidence=(), seq_of_turn=1, version="1",
    )  # fmt: skip


def of(*reads: PhaseRead) -> Course:
    course = Course()
    for minute, each in enumerate(reads):
        course.take(1_000 + minute * 60_000, minute * 60_000, each)
    return course


def test_time_in_phase_begins_with_the_phase() -> None:
    """A change of heat alone does not begin a phase anew."""
    assert of(read(), read(heat=2), read(heat=1)).phase_since_ms == 1_000
    assert of(read(), read("solving", heard=True), read("solving", 1, True)).phase_since_ms == 61_000


def test_unacknowledged_since_the_first_word_of_it() -> None:
    """It counts from when they vent, ends when they are heard, and begins anew with a flare-up."""
    assert of(read(heat=2), read(heat=1)).unheard_since_ms == 1_000
    assert of(read(heat=2), read("acknowledged", heard=True)).unheard_since_ms is None
    assert of(read(heat=2), read("solving", heard=True), read(heat=2)).unheard_since_ms == 121_000
    assert of(read(heat=2), read("solving", heard=True)).heard_after_ms() == 60_000
    assert of(read(heat=2)).heard_after_ms() is None


def test_they_came_in_as_upset_as_before_they_were_heard() -> None:
    """A calm greeting does not hide the anger that follows it; what comes later is another matter."""
    assert of(read(), read(heat=2), read("solving", 1, True), read(heat=3)).first_heat() == 2
    assert of(read(heat=1, heard=True)).first_heat() == 1
    assert of().first_heat() == 0


def test_flares_and_abuse_are_counted_by_outbreak() -> None:
    """Abuse that goes on is one; going back to venting is a flare-up, beginning there is none."""
    course = of(read(heat=3), read(heat=3), read("solving", heard=True), read(heat=2), read(heat=3))
    assert (course.abuses, course.flares, course.peak) == (2, 1, 3)


@given(st.lists(st.tuples(st.sampled_from(PHASES), st.sampled_from([0, 1, 2, 3])), min_size=1, max_size=900))
def test_a_long_course_stays_short(changes: list[tuple[Phase, Heat]]) -> None:
    """However long it lasts, a bounded number of steps is kept, in order, the first among them."""
    course = of(*(read(phase, heat) for phase, heat in changes))
    assert len(course.steps) <= 200
    assert [step.at_ms for step in course.steps] == sorted(step.at_ms for step in course.steps)
    assert course.steps[0].at_ms == 0
