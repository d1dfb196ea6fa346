"""Tests of what the agent would have seen when: in time, too early, stale, flickering, silent."""

from __future__ import annotations

from typing import Any

import pytest

from evals.replays.spans import Span, spans
from evals.runs.results import Appearance, PhaseChange, ReplayResult, Score
from evals.runs.samples import ReplaySample
from evals.scorers.acknowledgement import time_to_acknowledgement
from evals.scorers.notice import time_to_notice
from evals.scorers.punctuality import early, time_to_phrase
from evals.scorers.silence import silence
from evals.scorers.staleness import flicker, stale
from tests.fakes.evals import card, offered, on_screen, replayed, script, turn

SPANS = spans(script())
END = SPANS[0].end_ms
AGAIN = SPANS[2].heard_ms


@pytest.mark.parametrize(("waited", "passed"), [(0, True), (700, True), (2_200, True), (2_300, False)])
def test_a_card_is_in_time_within_the_budget(waited: int, passed: bool) -> None:
    """In voice the budget begins after the pause by which the turn's end is known."""
    score = time_to_phrase(on_screen(card(END + waited, END + 9_000, turn_ended_ms=END)))
    assert score is not None
    assert (score.value, score.passed) == (waited, passed)


def test_a_card_during_their_words_is_too_early() -> None:
    """A card that comes before the turn's last words were sent is early, by what they still said."""
    soon = early(on_screen(card(END - 400, END, turn_ended_ms=END)))
    assert (soon.passed, soon.value) == (False, 400)
    assert time_to_phrase(on_screen(card(END - 400, END, turn_ended_ms=END))) is None
    assert early(on_screen(card(END + 10, END + 900))).passed is True


@pytest.mark.parametrize(("over", "passed"), [(-500, True), (900, True), (1_500, False)])
def test_a_card_goes_when_they_speak_again(over: int, passed: bool) -> None:
    """A second after their next words are heard the old card is gone, or it is stale."""
    assert stale(on_screen(card(END + 700, AGAIN + over))).passed is passed


def test_a_card_that_is_gone_before_it_is_read_flickers() -> None:
    """Gone within a glance is a flicker, unless somebody spoke; so is a text that was rewritten."""
    quiet = END + 50
    assert flicker(on_screen(card(quiet, quiet + 300))).passed is False
    assert flicker(on_screen(card(quiet, quiet + 300, ending="closed"))).passed is True
    assert flicker(on_screen(card(SPANS[1].start_ms - 100, SPANS[1].start_ms + 100))).passed is True
    grown = tuple(
        Appearance(at_ms=at, status="partial", text=text) for at, text in ((1, "I am"), (2, "I am here."))
    )
    assert flicker(on_screen(card(quiet, AGAIN, appearances=grown))).passed is True
    assert flicker(on_screen(card(quiet, AGAIN, appearances=grown[::-1]))).passed is False


def said(sample: ReplaySample, turn: int) -> list[tuple[str | None, str | None]]:
    return [(score.wanted, score.got) for score in silence(sample) if score.turn == turn]


def test_silence_is_due_while_they_speak_and_a_phrase_after_it() -> None:
    """Each turn has two moments: during it a card is wrong, after it a card is missed."""
    after = card(END + 700, AGAIN)
    assert said(replayed(after), 0) == [("silence", "silence"), ("phrase", "phrase")]
    during = card(SPANS[0].start_ms + 1, END - 1)
    assert said(replayed(during), 0) == [("silence", "phrase"), ("phrase", "silence")]


def listening(**labels: Any) -> ReplaySample:
    talk = script(turns=[turn("customer", "And then", phase="venting", **labels)])
    return replayed(of=talk)


def test_listening_is_right_where_the_labels_say_so() -> None:
    """Where listening is best or good, silence is right."""
    assert said(listening(best="listen", good=["listen"]), 0)[1] == ("silence", "silence")
    assert said(listening(best="invite", good=["invite", "listen"]), 0)[1] == ("silence", "silence")
    assert said(listening(best="invite", good=["invite"]), 0)[1] == ("phrase", "silence")


def test_an_agent_who_speaks_at_once_has_no_use_for_a_card() -> None:
    """Where somebody goes on within the pause, no card is missed."""
    turns = [
        {**turn("customer", "Hello?", phase="venting", best="acknowledge"), "start_ms": 0, "end_ms": 1_000},
        {**turn("agent", "Yes!", phase="venting", act="listen"), "start_ms": 1_200, "end_ms": 1_500},
    ]
    assert len(said(replayed(of=script(turns=turns)), 0)) == 1


def acknowledged(*cards: Any) -> Score:
    return next(iter(time_to_acknowledgement(replayed(*cards))))


def test_the_first_hearing_card_counts() -> None:
    """The time is from the first turn that asks for it to the first card that does it; none at all fails."""
    solves = card(END + 700, END + 900, offered=offered("Shall I?", "offer"))
    hears = card(END + 2_000, END + 9_000, offered=offered("I hear you.", "empathise"))
    assert acknowledged(solves, hears).value == 2_000
    assert acknowledged(solves, hears).passed is True
    assert acknowledged(solves).reason == "nothing acknowledged it"
    calm = script(turns=[turn("customer", "Hello.", phase="venting", best="probe")])
    assert list(time_to_acknowledgement(replayed(of=calm))) == []


def noticed(*told: tuple[int, str]) -> list[tuple[int | None, float, bool | None]]:
    """The parcel changes to acknowledged at turn 1, to solving at 2 and to closing at 4."""
    phases = tuple(PhaseChange(at_ms=at, phase=phase, heat=0, heard=True) for at, phase in told)  # type: ignore[arg-type]
    sample = replayed()._replace(replay=ReplayResult(cards=(), phases=phases, length_ms=60_000))
    return [(score.turn, score.value, score.passed) for score in time_to_notice(sample)]


def test_a_change_is_noticed_so_long_after_the_turn_that_carries_it() -> None:
    """The time is from that turn's end to the phase told; what was told before the turn's end takes none."""
    ends: list[Span] = SPANS
    told = noticed(
        (ends[1].end_ms + 300, "acknowledged"),
        (ends[2].end_ms - 5, "solving"),
        (ends[4].end_ms + 1_200, "closing"),
    )
    assert told == [(1, 300, None), (2, 0, None), (4, 1_200, None)]


def test_a_change_that_nobody_was_told_of_takes_as_long_as_it_held() -> None:
    """A phase that went by unseen, or was told when it was over, fails with the time for which it held."""
    ends: list[Span] = SPANS
    late = noticed((ends[2].end_ms + 10, "acknowledged"), (ends[2].end_ms + 20, "solving"))
    held = ends[2].end_ms - ends[1].end_ms
    assert late == [(1, held, False), (2, 20, None), (4, 60_000 - ends[4].end_ms, False)]
