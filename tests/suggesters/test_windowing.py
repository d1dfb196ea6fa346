"""Which turns go into the prompt."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.types import Turn
from copilot.suggesters.windowing import Piece, shorten, window
from tests.fakes.moments import turns

_LINE = 4


def cost(text: str) -> int:
    return len(text.split())


def spent(pieces: tuple[Piece, ...]) -> int:
    return sum(cost(piece.turn.text) + _LINE for piece in pieces)


def talk(count: int, seed: int = 1, longest: int = 30) -> tuple[Turn, ...]:
    draw = random.Random(seed)
    return turns(*(" ".join(f"w{n}" for _ in range(draw.randint(1, longest))) for n in range(count)))


_TALKS = st.builds(talk, st.integers(1, 120), st.integers(0, 99), st.sampled_from([3, 30, 300]))


@given(_TALKS, st.sets(st.integers(0, 119), max_size=8), st.integers(40, 800))
def test_never_above_the_budget_and_never_without_the_last_turn(
    said: tuple[Turn, ...], promised: set[int], budget: int
) -> None:
    """Any conversation fits any budget, in order, with the last turn in it."""
    pieces = window(said, promised, cost, budget)
    assert spent(pieces) <= budget
    assert pieces[-1].turn.index == said[-1].index
    assert [piece.turn.index for piece in pieces] == sorted({piece.turn.index for piece in pieces})


@given(_TALKS, st.integers(40, 800))
def test_a_gap_is_marked_where_turns_are_missing(said: tuple[Turn, ...], budget: int) -> None:
    """Each piece says truly whether the turn before it was left out."""
    pieces = window(said, (), cost, budget)
    shown = {piece.turn.index for piece in pieces}
    for piece in pieces:
        assert piece.gap == (piece.turn.index > 0 and piece.turn.index - 1 not in shown)


def test_a_short_conversation_is_whole() -> None:
    """What fits is left as it is."""
    said = talk(6)
    assert window(said, (), cost, 1000) == tuple(Piece(turn, False) for turn in said)
    assert window((), (), cost, 1000) == ()


def test_the_problem_as_first_told_and_the_promises_stay() -> None:
    """The first turns, and turns with a promise that were left out otherwise, are kept."""
    said = talk(100, longest=20)
    shown = [piece.turn.index for piece in window(said, {20, 41}, cost, 400)]
    assert shown[:3] == [0, 1, 2]
    assert {20, 41} < set(shown)
    assert shown[-1] == 99


def test_too_many_promises_give_way_to_the_latest() -> None:
    """Promises take their part of the budget and no more: the oldest are left out."""
    said = talk(100, longest=20)
    pieces = window(said, set(range(3, 60)), cost, 400)
    first_of_the_tail = max(number for number, piece in enumerate(pieces) if piece.gap)
    promises = pieces[3:first_of_the_tail]
    assert 0 < spent(promises) <= 400 / 6
    assert promises[-1].turn.index == 59


def test_the_beginning_stays_from_trigger_to_trigger() -> None:
    """Over a long conversation the text before a new turn changes only when a whole block leaves."""
    said = talk(300, longest=20)
    budget = 800
    moves = 0
    for upto in range(1, len(said)):
        before = window(said[:upto], (), cost, budget)
        after = window(said[: upto + 1], (), cost, budget)
        moves += after[: len(before)] != before
    total = sum(cost(turn.text) + _LINE for turn in said)
    assert moves <= total / (budget / 4) + 1


def test_no_piece_ever_comes_back() -> None:
    """The cut moves forward only."""
    said = talk(200, longest=20)
    starts = []
    for upto in range(40, len(said)):
        shown = [piece.turn.index for piece in window(said[:upto], (), cost, 600)]
        starts.append(next((b for a, b in pairwise(shown) if b != a + 1), 0))
    assert starts == sorted(starts)


@given(st.text(min_size=1, max_size=200), st.integers(3, 60))
def test_a_long_turn_keeps_its_start_and_its_end(text: str, budget: int) -> None:
    """What is too long loses its middle, marked, and then fits."""
    short = shorten(text, len, budget)
    if len(text) <= budget:
        assert short == text
    elif short is not None:
        assert len(short) <= budget
        assert short[0] == text[0] or text[0].isspace()
        assert "[…]" in short


@pytest.mark.parametrize("budget", [60, 90])
def test_one_endless_turn_is_shortened(budget: int) -> None:
    """A last turn above the whole budget is still there, with its start and its end."""
    said = turns("hello there", "hi", "start " + "on " * 500 + "end")
    last = window(said, (), cost, budget)[-1].turn
    assert last.text.startswith("start")
    assert last.text.endswith("end")
