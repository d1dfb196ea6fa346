"""Tests of the replay's plan: pace and styles, disorder by a seed, and the transcript it must lead to."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.types import Fragment, Speaker
from copilot.ports import Redacted, Unmasking
from copilot.replay.planning import (
    STYLES,
    Disorder,
    Step,
    Style,
    as_json,
    difference,
    expected,
    opening,
    outcome,
    plan,
)
from copilot.transcripts import Script

words = st.text(alphabet="abc .,?", min_size=1, max_size=40).filter(str.strip)
turns = st.fixed_dictionaries(
    {
        "speaker": st.sampled_from(["customer", "agent", "system"]),
        "messages": st.lists(words, min_size=1, max_size=3),
    }
)
scripts = st.builds(
    lambda channel, said: Script.model_validate(
        {"id": "s", "channel": channel, "turns": [{**turn, "i": i} for i, turn in enumerate(said)]}
    ),
    st.sampled_from(["voice", "chat"]),
    st.lists(turns, min_size=1, max_size=8),
)
styles = st.sampled_from(STYLES)
seeds = st.integers(0, 2**32)
heavy = Disorder(doubled=0.4, revised=0.3, backwards=0.3, late=0.2)


def script(*messages: str, channel: str = "voice", **fields: object) -> Script:
    said = [
        {"i": i, "speaker": ("customer", "agent")[i % 2], "messages": message.split("/")}
        for i, message in enumerate(messages)
    ]
    return Script.model_validate({"id": "s", "channel": channel, "turns": said, **fields})


def sent(steps: list[Step]) -> list[Fragment]:
    return [fragment for step in steps for fragment in step.fragments]


def finals(steps: list[Step]) -> list[tuple[str, str]]:
    return [(fragment.utterance_id, fragment.text) for fragment in sent(steps) if fragment.final]


# --- styles and pace ------------------------------------------------------------------------------


def test_whole_messages_are_finals_only() -> None:
    """In whole messages each is an utterance of its own, and the last of a turn ends it."""
    fragments = sent(plan(script("hello there/it broke", "oh no"), "messages"))
    assert [(f.text, f.final, f.revision, f.turn_end) for f in fragments] == [
        ("hello there", True, 0, False),
        ("it broke", True, 0, True),
        ("oh no", True, 0, True),
    ]
    assert len({fragment.utterance_id for fragment in fragments}) == 3


def test_growing_text_comes_a_word_longer_each_time() -> None:
    """Growing text is partials by the word, then the final under the next revision."""
    fragments = sent(plan(script(" it is  broken "), "growing"))
    assert [(f.text, f.final, f.revision, f.turn_end) for f in fragments] == [
        (" it", False, 0, None),
        (" it is", False, 1, None),
        (" it is  broken ", True, 2, True),
    ]
    assert len({(fragment.utterance_id, fragment.start_ms) for fragment in fragments}) == 1


@given(scripts, styles)
def test_a_plan_keeps_the_words_and_the_time(script: Script, style: Style) -> None:
    """Every message is sent once as it stands, when it has been said, and nobody speaks before their time."""
    steps = plan(script, style)
    assert [text for _, text in finals(steps)] == [m for turn in script.turns for m in turn.messages]
    assert all(f.start_ms < f.end_ms == step.at_ms for step in steps for f in step.fragments)
    ends = [f for f in sent(steps) if f.final]
    assert all(one.end_ms < other.start_ms for one, other in pairwise(ends))


@given(scripts)
def test_both_styles_say_the_same_at_the_same_time(script: Script) -> None:
    """The styles differ in the partials only."""

    def told(style: Style) -> list[tuple[str, str, int, int, bool | None]]:
        fragments = [f for f in sent(plan(script, style)) if f.final]
        return [(f.utterance_id, f.text, f.start_ms, f.end_ms, f.turn_end) for f in fragments]

    assert told("messages") == told("growing")


def test_speech_is_about_150_words_a_minute() -> None:
    """Voice is played at the speed of speech; chat is slower."""
    text = "My order was sent to the wrong house, and then again. " * 10
    spoken = plan(script(text), "messages")[-1].at_ms
    typed = plan(script(text, channel="chat"), "messages")[-1].at_ms
    assert 130 < len(text.split()) / (spoken / 60_000) < 190
    assert typed == pytest.approx(2 * spoken, rel=0.01)


def test_the_files_own_times_count() -> None:
    """A turn that has times keeps them: its words are stretched between them."""
    said = {"i": 0, "speaker": "customer", "messages": ["a b", "c"], "start_ms": 5_000, "end_ms": 9_000}
    steps = plan(Script.model_validate({"id": "s", "turns": [said]}), "growing")
    fragments = sent(steps)
    assert fragments[0].start_ms == 5_000
    assert fragments[-1].end_ms == pytest.approx(9_000, abs=3)


def test_the_files_own_plan_counts() -> None:
    """A turn that has a plan is sent by it; whole messages take its finals, numbered anew."""
    said = {
        "i": 0,
        "speaker": "customer",
        "messages": ["the parcel"],
        "plan": [
            {"at_ms": 300, "text": "the", "final": False, "revision": 0, "start_ms": 100, "end_ms": 280},
            {"at_ms": 900, "text": "the parse", "revision": 1, "start_ms": 100, "end_ms": 800},
            {"at_ms": 950, "text": "the parcel", "revision": 2, "start_ms": 100, "end_ms": 800},
            {"at_ms": 990, "text": "yes", "utterance": 1},
        ],
    }
    planned = Script.model_validate({"id": "s", "turns": [said]})
    grown = plan(planned, "growing")
    assert [step.at_ms for step in grown] == [300, 900, 950, 990]
    assert [f.turn_end for f in sent(grown)] == [None, False, False, True]
    assert [(f.start_ms, f.end_ms) for f in sent(grown)] == [(100, 280), (100, 800), (100, 800), (990, 990)]
    assert [f.revision for f in sent(plan(planned, "messages"))] == [0, 1, 0]


# --- disorder -------------------------------------------------------------------------------------


@given(scripts, styles, seeds)
def test_a_seed_gives_the_same_disorder(script: Script, style: Style, seed: int) -> None:
    """The same seed gives the same steps."""
    assert plan(script, style, heavy, seed) == plan(script, style, heavy, seed)


def test_another_seed_gives_another_disorder() -> None:
    """Another seed shuffles otherwise."""
    long = script(*["one two three"] * 10)
    assert plan(long, "growing", heavy, 1) != plan(long, "growing", heavy, 2)


@given(scripts, styles, seeds)
def test_doubles_say_the_same_and_revisions_never_do(script: Script, style: Style, seed: int) -> None:
    """One revision of an utterance has one content, so that no transport of this kind makes a conflict."""
    said: dict[tuple[str, int], Fragment] = {}
    for fragment in sent(plan(script, style, heavy, seed)):
        assert said.setdefault((fragment.utterance_id, fragment.revision), fragment) == fragment


@given(scripts, styles, seeds)
def test_disorder_leaves_the_words(script: Script, style: Style, seed: int) -> None:
    """However fragments come, each utterance ends up as it was said."""
    assert {f.utterance_id: f.text for f in outcome(plan(script, style, heavy, seed))} == dict(
        finals(plan(script, "messages"))
    )


@given(scripts, styles, seeds)
def test_disorder_within_the_window_leaves_the_order(script: Script, style: Style, seed: int) -> None:
    """What is shuffled within three seconds is put back: only late finals stand elsewhere."""
    steps = plan(script, style, heavy._replace(late=0), seed)
    assert [f.text for f in outcome(steps)] == [m for turn in script.turns for m in turn.messages]


@given(scripts, styles, seeds)
def test_late_finals_move_nobody_else(script: Script, style: Style, seed: int) -> None:
    """The utterances that are not late keep their order among themselves."""
    steps = plan(script, style, heavy, seed)
    first: dict[str, int] = {}
    for step in steps:
        for fragment in step.fragments:
            if fragment.final:
                first.setdefault(fragment.utterance_id, step.at_ms - fragment.end_ms)
    order = [f.utterance_id for f in outcome(steps)]
    punctual = [name for name in order if first[name] < 50_000]
    assert punctual == sorted(punctual)


def test_the_shares_are_as_told() -> None:
    """The usual disorder doubles 5 %, revises 10 %, sends 2 % backwards and 2 % after a minute."""
    said = script(*["one two three four five"] * 4_000)
    steps = plan(said, "messages", Disorder(), 7)
    order: dict[str, list[int]] = {}
    for fragment in sent(steps):
        order.setdefault(fragment.utterance_id, []).append(fragment.revision)
    count = Counter(fragment for fragment in sent(steps))
    doubled = sum(number > 1 for number in count.values()) / len(count)
    revised = sum(max(revisions) > 0 for revisions in order.values()) / 4_000
    late = sum(f.end_ms + 60_000 <= s.at_ms for s in steps for f in s.fragments if f.final) / 4_000
    assert doubled == pytest.approx(0.05, abs=0.015)
    assert revised == pytest.approx(0.12, abs=0.02)
    assert late == pytest.approx(0.02, abs=0.01)
    delays = [s.at_ms - f.end_ms for s in steps for f in s.fragments]
    assert {delay for delay in delays if delay < 50_000} <= set(range(3_000 + 1_500 + 3_001 + 3_000 + 1))
    assert any(len(step.fragments) > 1 for step in steps)


def test_a_backward_revision_comes_after_the_higher_one() -> None:
    """A revision that is sent backwards comes after the true one and says something else."""
    steps = plan(script("one two"), "messages", Disorder(0, 0, 0, 1.0, 0), 1)
    assert [(f.revision, f.text == "one two") for f in sent(steps)] == [(1, True), (0, False)]


# --- the rule of the transcript -------------------------------------------------------------------


def step(name: str, start_ms: int, end_ms: int, revision: int = 0, final: bool = True) -> Step:
    fragment = Fragment(
        utterance_id=name,
        revision=revision,
        final=final,
        speaker="customer",
        text=f"{name}{revision}",
        start_ms=start_ms,
        end_ms=end_ms,
    )
    return Step(end_ms, (fragment,))


@pytest.mark.parametrize(
    ("steps", "texts"),
    [
        pytest.param([step("b", 10, 20), step("a", 0, 9)], ["a0", "b0"], id="late within the window"),
        pytest.param([step("b", 10, 5_009), step("a", 0, 9)], ["a0", "b0"], id="at the window's edge"),
        pytest.param([step("b", 10, 5_010), step("a", 0, 9)], ["b0", "a0"], id="later than the window"),
        pytest.param([step("a", 5, 9), step("b", 5, 8)], ["a0", "b0"], id="the same start keeps arrival"),
        pytest.param([step("a", 0, 9, 1), step("a", 0, 9, 0)], ["a1"], id="backwards"),
        pytest.param(
            [step("a", 0, 9, 0), step("b", 10, 99_999), step("a", 0, 9, 1)], ["a1", "b0"], id="revised late"
        ),
        pytest.param([step("a", 0, 9, 0, final=False)], [], id="a partial is no utterance"),
    ],
)
def test_outcome_follows_the_rule(steps: list[Step], texts: list[str]) -> None:
    """Arrival orders; a few seconds late is put back; a minute late stands where it came."""
    assert [fragment.text for fragment in outcome(steps)] == texts


class _Shout:
    """A redactor whose doing is easy to see: a question mark clears what was masked before it."""

    def __init__(self) -> None:
        self.last = ("", "")

    def take(self, utterance_id: str, speaker: Speaker, text: str) -> Redacted:
        cleared = (Unmasking(*self.last),) if text.endswith("?") else ()
        self.last = (utterance_id, text)
        return Redacted(text.upper(), cleared)

    def preview(self, speaker: Speaker, text: str) -> str:
        return text

    def recall(self, text: str) -> None: ...

    def finish(self) -> tuple[Unmasking, ...]:
        return (Unmasking(*self.last),)


def test_expected_is_redacted_in_the_order_it_was_said() -> None:
    """The expected transcript has the redacted originals, what was unmasked, and the order of the rule."""
    said = script("one", "two?", "three")
    steps = plan(said, "messages")
    wanted = expected(said, steps[::-1], _Shout())
    assert wanted == [
        ("t000-0", "customer", "one"),
        ("t001-0", "agent", "TWO?"),
        ("t002-0", "customer", "three"),
    ]


def test_a_difference_is_named() -> None:
    """The first utterance that differs is named with what was expected and what came."""
    want: list[tuple[str, Speaker, str]] = [("a", "customer", "x"), ("b", "agent", "y")]
    got = [
        {"utterance_id": "a", "speaker": "customer", "text": "x"},
        {"utterance_id": "b", "speaker": "agent", "text": "z"},
    ]
    assert difference(want, [got[0], {**got[1], "text": "y"}]) is None
    assert "utterance 2" in (difference(want, got) or "")
    assert difference(want, got[:1]) == "expected 2 utterances, got 1"


# --- what goes on the wire ------------------------------------------------------------------------


def test_what_is_not_known_is_left_out() -> None:
    """A fragment's body has no nulls."""
    grown = sent(plan(script("a b"), "growing"))
    assert as_json(grown[0]).keys() == {
        "utterance_id", "revision", "final", "speaker", "text", "start_ms", "end_ms",
    }  # fmt: skip
    assert as_json(grown[1])["turn_end"] is True


def test_opening_has_what_the_file_knows() -> None:
    """The opening carries channel, names and typed context, and nothing that the file does not have."""
    assert opening(script("a", channel="chat"), "c1") == {"id": "c1", "channel": "chat", "locale": "en"}
    known = script(
        "a",
        agent={"name": "Mia"},
        customer={"name": "Jo"},
        context={
            "facts": [{"name": "order", "value": 7}],
            "allowed_remedies": [{"kind": "refund", "limit": 9}],
        },
    )
    assert opening(known, "c1") | {"id": "", "channel": "", "locale": ""} == {
        "id": "",
        "channel": "",
        "locale": "",
        "agent": {"name": "Mia"},
        "customer": {"name": "Jo"},
        "context": {
            "facts": [{"name": "order", "value": 7}],
            "allowed_remedies": [{"kind": "refund", "limit": 9.0}],
        },
    }
