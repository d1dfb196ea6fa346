"""What a fragment holds, read once, and what is remembered of a conversation."""

from __future__ import annotations

import pytest

from copilot.redaction.codes import Awaiting
from copilot.redaction.passages import DIGITS, Piece, State, Step, aged, listen


@pytest.mark.parametrize(
    ("text", "led", "open_"),
    [
        ("4111", True, True),
        ("and then, uh, 4111 okay?", True, True),
        ("my order is 4111", False, True),
        ("4111 never arrived", True, False),
        ("mm-hm, go on", True, False),
        ("where is my parcel", False, False),
    ],
)
def test_a_number_reaches_an_edge_over_words_without_weight(text: str, led: bool, open_: bool) -> None:
    """Fillers, backchannels and stalling neither start another subject nor end a number."""
    heard = listen(text)
    assert (heard.led, heard.open_end) == (led, open_)


@pytest.mark.parametrize("text", ["where is my sofa", "mm-hm, go on", ""])
@pytest.mark.parametrize(
    "state",
    [State(cards=("4111111111111111",), codes=("312",)), State(subject="strong", subject_age=7, quiet=3)],
)
def test_small_talk_only_makes_a_calm_state_older(state: State, text: str) -> None:
    """Without a number or a cue, and with no number under way, a step is what `aged` says."""
    assert state.calm
    assert listen(text).nothing
    step = Step(state, "a", "customer", listen(text)).run()
    assert (step.state, step.labels, step.cleared) == (aged(state), [], [])


def test_a_number_under_way_makes_small_talk_matter() -> None:
    """A passage that has begun ends by what is said next."""
    begun = Step(State(), "a", "customer", listen("it is 4111 1111")).run().state
    assert not begun.calm
    assert not State(awaiting=Awaiting("code")).calm


def test_a_step_changes_nothing_but_what_it_returns() -> None:
    """The state before a fragment can be read from again."""
    before = State()
    step = Step(before, "a", "customer", listen("it is 4111 1111")).run()
    assert step.labels == [DIGITS]
    assert step.state.pieces == (Piece("a", 0, "customer", "41111111", False),)
    assert before == State()


def test_what_is_remembered_is_bounded() -> None:
    """Digits without end leave a few known numbers behind, and no pieces."""
    state = State()
    for turn in range(300):
        digits = f"{turn:03}4 1234 5678 9012 3456 7890"
        state = Step(state, str(turn), "customer", listen(digits)).run().state
        state = Step(state, f"x{turn}", "customer", listen("1234")).run().state
    assert len(state.cards) <= 8
    assert sum(map(len, state.cards)) <= 8 * 80
    assert state.pieces == ()
