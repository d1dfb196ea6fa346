"""Tests of agreement: kappa is what it should be, and only a judge that agrees with people is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.errors import Invalid
from copilot.transcripts import load
from evals.commands.judge import PEOPLE
from evals.commands.run import TRANSCRIPTS
from evals.judges.agreement import ENOUGH, LEAST, People, agreement, kappa, load_people
from evals.judges.model import Opinion

MARK = st.integers(1, 5)


@given(st.lists(st.tuples(MARK, MARK), min_size=1))
def test_kappa_is_the_same_from_either_side(pairs: list[tuple[int, int]]) -> None:
    """Who is compared with whom changes nothing, and nobody agrees by more than all."""
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    assert kappa(one, other) == pytest.approx(kappa(other, one))
    assert kappa(one, other) <= 1


def test_kappa_of_known_readings() -> None:
    """As one is 1, the same mark for everything is 0, the contrary is below 0, near is above far."""
    marks = [1, 2, 3, 4, 5, 1, 5]
    assert kappa(marks, marks) == 1
    assert kappa(marks, [3] * 7) == 0
    assert kappa(marks, [6 - mark for mark in marks]) < 0
    assert kappa(marks, [2, 2, 3, 4, 5, 1, 5]) > kappa(marks, [5, 2, 3, 4, 5, 1, 5])


def people(count: int) -> list[People]:
    return [
        People(conversation="a", turn=0, phrase="x", fitness=(m, m), empathy=(m, m), clarity=(m, m))
        for m in (1 + number % 5 for number in range(count))
    ]


def opinion(mark: int) -> Opinion:
    return Opinion(why="", fitness=mark, empathy=mark, clarity=mark)


def test_a_judge_that_agrees_on_enough_is_used() -> None:
    """As people, on enough suggestions: used. Too few of them, or marks by chance: not."""
    alike = [opinion(item.fitness[0]) for item in people(LEAST)]
    found = agreement(people(LEAST), alike)
    assert (found.usable, found.kappa["fitness"], found.among_people["clarity"]) == (True, 1, 1)
    assert agreement(people(LEAST - 1), alike[1:]).usable is False
    assert agreement(people(LEAST), [opinion(3)] * LEAST).usable is False


def test_people_among_themselves_are_taken_two_by_two() -> None:
    """Of three people every two are compared; the judge meets the median of their marks."""
    marks = [1, 2, 4, 5] * 5
    items = [
        People(conversation="a", turn=0, phrase="x", fitness=(m, m, 3), empathy=(m, m, m), clarity=(m, m, m))
        for m in marks
    ]
    found = agreement(items, [opinion(mark) for mark in marks])
    assert found.people == 3
    assert found.among_people == {"fitness": round(1 / 3, 3), "empathy": 1, "clarity": 1}
    assert found.kappa == {"fitness": 1, "empathy": 1, "clarity": 1}


def test_one_person_has_nobody_to_agree_with() -> None:
    """With one mark each, nothing is said of people among themselves."""
    alone = [People(conversation="a", turn=0, phrase="x", fitness=(2,), empathy=(2,), clarity=(2,))]
    assert agreement(alone, [opinion(2)]).among_people == {}


def test_what_people_marked_is_there() -> None:
    """The project's own list is enough to measure a judge, its two readers agree, and its places exist."""
    marked = load_people(PEOPLE)
    scripts = {script.id: script for script in load(TRANSCRIPTS)}
    assert len(marked) >= LEAST
    for item in marked:
        assert scripts[item.conversation].turns[item.turn].speaker == "customer", item
    assert {item.fitness[0] for item in marked} >= {1, 2, 3, 5}
    among = agreement(marked, [opinion(3)] * len(marked)).among_people
    assert all(value >= ENOUGH for value in among.values()), among


def test_a_mark_that_is_none_is_refused(tmp_path: Path) -> None:
    """Marks outside 1 to 5 are Invalid, and suggestions that not all people marked."""
    file = tmp_path / "people.yaml"
    file.write_text("- {conversation: a, turn: 0, phrase: x, fitness: [6], empathy: [1], clarity: [1]}\n")
    with pytest.raises(Invalid, match="fitness"):
        load_people(file)
    both = "- {conversation: a, turn: 0, phrase: x, fitness: [5, 4], empathy: [1, 1], clarity: [1, 2]}\n"
    file.write_text(both + both.replace("[1, 1]", "[1]"))
    with pytest.raises(Invalid, match="number 2"):
        load_people(file)
