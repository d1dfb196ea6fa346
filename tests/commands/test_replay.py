"""Tests of what `replay` counts and says; it runs against a real server in tests/wire."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from rich.console import Console

from copilot.commands.replay import Tally, _job, _one, _quantile, _speed, _table
from copilot.errors import Invalid, NotFound
from copilot.replay.planning import Disorder, Step
from copilot.replay.playing import Played
from copilot.transcripts import Script

SCRIPT = Script.model_validate(
    {"id": "a/b ü", "turns": [{"i": 0, "speaker": "customer", "messages": ["\u200bhello", "there"]}]}
)


class Playing:
    """A player that plays nothing and has these texts to show for it."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    async def play(self, opening: Mapping[str, Any], steps: Sequence[Step]) -> Played:
        if not self._texts:
            raise NotFound("no such conversation")
        said = [
            {"utterance_id": f"t000-{number}", "speaker": "customer", "text": text}
            for number, text in enumerate(self._texts)
        ]
        return Played(opening["id"], Counter(accepted=len(said)), said, {1: 0.0}, {1: 0.006})


async def tallied(*texts: str, check: bool = True) -> Tally:
    tally = Tally()
    await _one(_job(SCRIPT, "messages", None, 0, "run"), tally, Playing(*texts), check)  # type: ignore[arg-type]
    return tally


async def test_equal_transcripts_are_counted() -> None:
    """A transcript that is the redacted original, without unspoken characters, is equal."""
    tally = await tallied("hello", "there")
    assert (tally.conversations, tally.equal, tally.failed, tally.troubles) == (1, 1, 0, [])
    assert tally.phrase_ms == [6.0]


async def test_a_difference_is_a_trouble() -> None:
    """A transcript that differs is named with its place, unless nobody wants to know."""
    tally = await tallied("hello", "where")
    assert (tally.equal, tally.failed) == (0, 0)
    assert "utterance 2" in tally.troubles[0]
    assert (await tallied("hello", "where", check=False)).troubles == []


async def test_a_refusal_is_a_trouble() -> None:
    """A call that the server refuses is counted as an error and told with its title."""
    tally = await tallied()
    assert (tally.equal, tally.failed) == (0, 1)
    assert tally.troubles[0].endswith(": Not found: no such conversation")


def test_each_run_has_names_of_its_own() -> None:
    """The conversations of a run have names that the API takes and that no other run has."""
    first, second = (_job(SCRIPT, "growing", Disorder(), 1, run) for run in ("r1", "r2"))
    assert first.conversation == "replay-r1-growing-a-b--"
    assert first.conversation != second.conversation
    assert first.steps == second.steps


def test_the_table_has_every_number() -> None:
    """The summary shows counts, times and equality, a column a style."""
    out = io.StringIO()
    tally = Tally(2, Counter(accepted=1_500, stale=2), [1.0, 2.0, 30.0], 1, 1, ["x"])
    Console(file=out, width=80).print(_table({"messages": tally, "growing": Tally()}, True))
    rows = {
        cells[1].strip(): cells[2].strip()
        for line in out.getvalue().splitlines()
        if len(cells := line.split("│")) > 3
    }
    assert rows["fragments"] == "1,502"
    assert rows["stale"] == "2"
    assert rows["time to phrase, p50"] == "2 ms"
    assert rows["time to phrase, p99"] == "30 ms"
    assert rows["transcripts equal"] == "1/2"
    assert rows["errors"] == "1"
    assert _quantile([], 0.5) == "–"


def test_speed_is_a_number_or_max() -> None:
    """A speed is a number above nothing, or max."""
    assert _speed("max") is None
    assert _speed("2.5") == 2.5
    for wrong in ("0", "-1", "nan", "inf", "quick"):
        with pytest.raises(Invalid):
            _speed(wrong)
