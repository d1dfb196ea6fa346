"""Other readers' labels beside the first's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from copilot.errors import Invalid
from copilot.transcripts import load
from evals.agreement import READERS, TRANSCRIPTS, compared, differences, read
from evals.metrics.accuracy import accuracy
from evals.metrics.kappa import kappa
from evals.metrics.tally import together
from tests.evals.checks.scripts import agent, customer, script

SECOND = """# a note
= one | Reads like a person.
0 venting 2 anger apologise acknowledge,apologise
1 acknowledged empathise
"""


def test_the_two_are_compared_turn_by_turn(tmp_path: Path) -> None:
    """Phase, heat, acts and each good act of a turn meet those of the second reader."""
    (tmp_path / "second.txt").write_text(SECOND)
    readings = read(tmp_path / "second.txt")
    ours = [script(customer(good=["acknowledge"], never=["close"]), agent())]
    found = {name: together(tallies) for name, tallies in compared(ours, readings).items()}
    assert found["phase"] == Counter({("venting", "venting"): 1, ("acknowledged", "acknowledged"): 1})
    assert found["heat"] == Counter({(1, 2): 1})
    assert found["act of the agent"] == Counter({("acknowledge", "empathise"): 1})
    assert found["good or not, act by act"] == Counter({(True, True): 1, (False, True): 1, (False, False): 1})
    assert found["their best among our good"] == Counter({(True, False): 1})
    assert [(turn, apart) for _, turn, _, apart in differences(ours, readings)] == [
        (0, "heat 1 / 2; emotion frustration / anger; best acknowledge / apologise"),
        (1, "act acknowledge / empathise"),
    ]
    assert readings[0].natural == "Reads like a person."


@pytest.mark.parametrize(
    "line", ["0 raging listen", "x venting listen", "0 venting", "0 venting 9 anger act act"]
)
def test_a_line_that_is_none_is_told(tmp_path: Path, line: str) -> None:
    """A second reader's file is refused with the line, and for a conversation that is not there."""
    (tmp_path / "second.txt").write_text(f"= one | x\n{line}\n")
    with pytest.raises(Invalid, match="line 2"):
        read(tmp_path / "second.txt")
    (tmp_path / "second.txt").write_text("= other | x\n")
    with pytest.raises(Invalid, match="no conversation other"):
        compared([], read(tmp_path / "second.txt"))


def test_every_conversation_but_one_was_read_twice() -> None:
    """The other readers' files cover 99 conversations whole, none twice, with a word on how each reads."""
    readings = read(READERS)
    known = {one.id: one for one in load(TRANSCRIPTS)}
    assert len({reading.id for reading in readings}) == len(readings) == 99
    for reading in readings:
        labelled = {turn.i for turn in known[reading.id].turns if turn.labels is not None}
        assert set(reading.labels) == labelled, reading.id
        assert reading.natural
    found = compared(list(known.values()), readings)
    assert kappa(together(found["phase"])) > 0.9
    assert accuracy(together(found["their best among our good"])) > 0.85


def test_kappa_takes_chance_out() -> None:
    """Full agreement is 1, that of chance 0; a known table gives the textbook's value."""
    assert kappa(Counter({("a", "a"): 3, ("b", "b"): 5})) == 1.0
    assert kappa(Counter({("a", "a"): 25, ("a", "b"): 25, ("b", "a"): 25, ("b", "b"): 25})) == 0.0
    textbook = Counter({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    assert kappa(textbook) == pytest.approx(0.4)
    assert kappa(Counter()) == 0.0
