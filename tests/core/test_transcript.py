"""The transcript under disorder, against an oracle that is written down apart."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.core.events import Transcript as TranscriptEvent
from copilot.core.transcript import WINDOW_MS, Transcript
from copilot.core.types import Fragment, Speaker

HOUR = 3_600_000
SCHEDULES = int(os.environ.get("COPILOT_SCHEDULES", "600"))


def fragment(
    name: str,
    text: str,
    *,
    revision: int = 0,
    final: bool = True,
    start: int = 0,
    end: int | None = None,
    speaker: Speaker = "customer",
) -> Fragment:
    return Fragment(
        utterance_id=name,
        revision=revision,
        final=final,
        speaker=speaker,
        text=text,
        start_ms=start,
        end_ms=start + 100 if end is None else end,
    )


def event(given: Fragment) -> TranscriptEvent:
    return TranscriptEvent(
        utterance_id=given.utterance_id,
        revision=given.revision,
        speaker=given.speaker,
        text=given.text,
        start_ms=given.start_ms,
        end_ms=given.end_ms,
        fingerprint=given.text,
    )


def play(transcript: Transcript, fragments: list[Fragment]) -> list[str]:
    """Judges and folds as the engine does; the statuses."""
    statuses = []
    for seq, each in enumerate(fragments, 1):
        verdict = transcript.judge(each, each.text)
        statuses.append(verdict.status)
        if verdict.status == "accepted":
            if each.final:
                transcript.apply(event(each), seq)
            else:
                transcript.note_partial(each)
    return statuses


def words(transcript: Transcript) -> list[str]:
    return [said.text for said in transcript.said()]


_schedules = st.lists(
    st.builds(
        fragment,
        name=st.sampled_from(["a", "b", "c", "d", "e"]),
        text=st.sampled_from(["one", "two", "three"]),
        revision=st.integers(0, 3),
        final=st.booleans(),
        start=st.integers(0, 9_000) | st.integers(HOUR, HOUR + 9_000) | st.integers(60_000, 70_000),
        speaker=st.sampled_from(["customer", "agent"]),
    ),
    max_size=24,
)


@settings(max_examples=SCHEDULES, deadline=None)
@given(_schedules)
def test_final_transcript_equals_the_oracle(schedule: list[Fragment]) -> None:
    """Whatever comes twice, late, revised or backwards, the highest final of each utterance stands, in the
    order of arrival, with those up to five seconds late put where their start belongs, and no partial
    reopens it."""
    transcript = Transcript()
    statuses = play(transcript, schedule)

    best: dict[str, Fragment] = {}
    order: list[Fragment] = []
    latest = -1
    for each, status in zip(schedule, statuses, strict=True):
        known = best.get(each.utterance_id)
        if not each.final:
            assert known is None or status == "stale"
            continue
        if known is not None and each.speaker != known.speaker:
            assert status == "conflict"
            continue
        if known is not None and each.revision < known.revision:
            assert status == "stale"
            continue
        if known is not None and each.revision == known.revision:
            assert status == ("duplicate" if each.text == known.text else "conflict")
            continue
        assert status == "accepted"
        if known is None:
            later = [i for i, other in enumerate(order) if other.start_ms > each.start_ms]
            in_time = latest - each.end_ms <= WINDOW_MS
            order.insert(later[0] if later and in_time else len(order), each)
        best[each.utterance_id] = each
        latest = max(latest, each.end_ms)
    assert words(transcript) == [best[first.utterance_id].text for first in order]


@settings(max_examples=200, deadline=None)
@given(_schedules, st.randoms(use_true_random=False))
def test_repeats_change_nothing(schedule: list[Fragment], random: object) -> None:
    """A schedule played again, in any order, leaves the transcript as it is."""
    transcript = Transcript()
    play(transcript, schedule)
    before = words(transcript)
    kept = {s.utterance_id: s for s in transcript.said()}
    again = [each for each in schedule if each.final]
    random.shuffle(again)  # type: ignore[attr-defined]
    for status, each in zip(play(transcript, again), again, strict=True):
        if each.utterance_id in kept and status == "accepted":
            raise AssertionError("a repeat was accepted")
    assert words(transcript) == before


@given(st.integers(0, 5), st.integers(0, 5))
def test_partials_keep_their_order(first: int, second: int) -> None:
    """A partial never takes the place of a newer one."""
    transcript = Transcript()
    statuses = play(
        transcript,
        [
            fragment("a", "x" * first, revision=first, final=False),
            fragment("a", "x" * second, revision=second, final=False),
        ],
    )
    expected = "accepted" if second > first else "duplicate" if second == first else "stale"
    assert statuses[1] == expected


def test_a_final_beats_partials_of_any_revision() -> None:
    """A final counts whatever partials came before it; after it a partial is stale."""
    transcript = Transcript()
    statuses = play(
        transcript,
        [
            fragment("a", "one two three", revision=7, final=False),
            fragment("a", "one two", revision=3),
            fragment("a", "one two three four", revision=8, final=False),
        ],
    )
    assert statuses == ["accepted", "accepted", "stale"]
    assert words(transcript) == ["one two"]


def test_a_skewed_clock_does_not_move_what_was_said() -> None:
    """A fragment whose clock is an hour off stands where it arrived."""
    transcript = Transcript()
    play(
        transcript,
        [fragment("a", "one", start=HOUR), fragment("b", "two", start=0), fragment("c", "three", start=500)],
    )
    assert words(transcript) == ["one", "two", "three"]


def test_forgotten_partials_are_bounded() -> None:
    """Partials without a final do not pile up."""
    transcript = Transcript()
    play(transcript, [fragment(f"u{n}", "x", final=False) for n in range(1_000)])
    assert len(transcript._partials) <= 64
