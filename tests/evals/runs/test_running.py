"""Tests of a run: what was interrupted goes on, what fails is told, the same run is the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from copilot.errors import Invalid
from copilot.transcripts import Script
from evals.replays.playing import Weather
from evals.runs.judging import Judged, described, judge
from evals.runs.recordings import LiveCallFailed, NotRecorded
from evals.runs.results import Timing, dumps
from evals.runs.running import Journal, Plan, failed, run
from evals.runs.subject import Subject
from tests.evals.runs.test_results import HEAD
from tests.fakes.evals import script

SCRIPTS = [script(id=name) for name in ("a", "b", "c")]


class Judging:
    """Judges without work; the conversations in `broken` fail as told, `times` times."""

    def __init__(self, broken: dict[str, Exception] | None = None, times: int = 99) -> None:
        self.broken = broken or {}
        self.times = times
        self.seen: list[str] = []

    async def __call__(self, one: Script) -> Judged:
        self.seen.append(one.id)
        if one.id in self.broken and self.seen.count(one.id) <= self.times:
            raise self.broken[one.id]
        return Judged(described(one), Timing(conversation=one.id, total_ms=1.0, point_ms=1.0))


def plan(judging: Judging, folder: Path, **parts: object) -> Plan:
    base = Plan(HEAD, SCRIPTS, judging, folder / "run.journal.jsonl", jobs=1, progress=False)
    return base._replace(**parts)


async def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    """What an earlier start had judged is kept, the rest is judged, the result is that of one start."""
    first = await run(plan(Judging({"b": ValueError("no")}), tmp_path))
    assert [one.id for one in failed(first.run)] == ["b"]
    second = Judging()
    done = await run(plan(second, tmp_path))
    assert second.seen == ["b"]
    assert done.resumed == 2
    whole = await run(plan(Judging(), tmp_path / "other", jobs=3))
    assert dumps(done.run) == dumps(whole.run)


async def test_another_run_starts_anew(tmp_path: Path) -> None:
    """A journal of another code, prompt or set of transcripts is not gone on with."""
    await run(plan(Judging(), tmp_path))
    again = Judging()
    await run(plan(again, tmp_path, head=replace(HEAD, code="e" * 64)))
    assert again.seen == ["a", "b", "c"]


async def test_a_line_that_was_broken_off_is_judged_again(tmp_path: Path) -> None:
    """A journal whose last line is torn keeps the lines before it."""
    await run(plan(Judging(), tmp_path))
    journal = tmp_path / "run.journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    again = Judging()
    await run(plan(again, tmp_path))
    assert again.seen == ["c"]
    Journal(journal, HEAD).remove()
    assert not journal.exists()


async def test_what_cannot_be_judged_is_told_in_its_place(tmp_path: Path) -> None:
    """A conversation that fails stands in the result with its error; the others are judged."""
    done = await run(plan(Judging({"b": NotRecorded("7 requests are not recorded")}), tmp_path))
    assert [one.error for one in done.run.conversations] == [
        None,
        "NotRecorded: 7 requests are not recorded",
        None,
    ]
    everything = Judging(dict.fromkeys("abc", ValueError("no model")))
    with pytest.raises(Invalid, match="no model"):
        await run(plan(everything, tmp_path / "other"))


async def test_an_endpoint_that_failed_is_asked_again(tmp_path: Path) -> None:
    """A live call that failed is tried again; what is not recorded is not."""
    judging = Judging({"a": LiveCallFailed("HTTP 503"), "b": NotRecorded("no")}, times=1)
    done = await run(plan(judging, tmp_path))
    assert [one.id for one in failed(done.run)] == ["b"]
    assert judging.seen.count("a") == 2


async def test_a_run_repeats_to_the_byte(subject: Subject, tmp_path: Path) -> None:
    """The same subject on the same conversations gives the same file, however many run at once."""

    async def real(jobs: int) -> bytes:
        folder = tmp_path / str(jobs)
        made = Plan(
            HEAD,
            SCRIPTS,
            lambda one: judge(subject, one, Weather(0.1, True, 5)),
            folder / "x.jsonl",
            jobs,
            False,
        )
        return dumps((await run(made)).run)

    assert await real(1) == await real(3)
