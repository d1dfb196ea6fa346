"""Tests of baselines and of the table they are shown in."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from copilot.errors import Invalid
from evals.gating.baselines import comparable, find, keep, place
from evals.metrics.catalogue import METRICS
from evals.replays.playing import Weather
from evals.runs.judging import described, judge
from evals.runs.overview import figures, refused_by_rule, table, worded
from evals.runs.results import PointResult, Refused, Run
from evals.runs.subject import Subject
from tests.evals.runs.test_results import HEAD
from tests.fakes.evals import offered, script


async def test_a_baseline_is_found_by_what_ran(subject: Subject, tmp_path: Path) -> None:
    """Figures are kept with the date and all hashes, and are found for the same subject."""
    run = Run(HEAD, ((await judge(subject, script(), Weather())).result,))
    path = keep(tmp_path, run, "2026-11-22")
    assert path == tmp_path / "phrasebook@1.0.0.json"
    known = find(tmp_path, HEAD)
    assert known is not None
    assert (known.made, known.run, known.head) == ("2026-11-22", run.digest, HEAD)
    assert known.figures["act among the good"] == pytest.approx(figures(run)["act among the good"], abs=1e-3)
    prompted = replace(HEAD, prompt="next-phrase@1.0.0", model="org/small-1")
    assert find(tmp_path, prompted) is None
    assert place(tmp_path, prompted).name == "next-phrase@1.0.0--org_small-1.json"


async def test_figures_of_other_transcripts_are_not_put_beside(subject: Subject, tmp_path: Path) -> None:
    """A baseline of other transcripts or other noise is no comparison, and says why."""
    keep(tmp_path, Run(HEAD, ()), "2026-11-22")
    known = find(tmp_path, HEAD)
    assert known is not None
    assert comparable(known, HEAD) is None
    assert comparable(known, replace(HEAD, noise=0.1)) == "with other noise"
    assert comparable(known, replace(HEAD, transcripts={})) == "on other transcripts"
    place(tmp_path, HEAD).write_text("{}")
    with pytest.raises(Invalid, match="phrasebook"):
        find(tmp_path, HEAD)


async def test_the_table_shows_what_was_measured(subject: Subject) -> None:
    """A line a figure, in its unit; what no column has is left out."""
    run = Run(HEAD, ((await judge(subject, script(), Weather())).result,))
    console = Console(width=120, record=True, file=None, quiet=True)
    with console.capture():
        console.print(table("1 conversation", [("phrasebook", figures(run))]))
    shown = table("1 conversation", [("phrasebook", figures(run))])
    names = list(shown.columns[0].cells)
    assert "act among the good" in names
    assert "calls a conversation" not in names


def test_refusals_are_counted_by_rule() -> None:
    """Each draft that a guard stopped counts under its rule."""
    stopped = tuple(
        Refused(rule=rule, reason="", text="", origin="llm") for rule in ("blame", "grounding", "blame")
    )
    one = replace(described(script()), points=(PointResult(turn=0, offered=offered(), refused=stopped),))
    assert refused_by_rule(Run(HEAD, (one,))) == {"blame": 2, "grounding": 1}


def test_figures_are_worded_in_their_unit() -> None:
    """A share has three places, ms are whole, and what is missing is a dash."""
    by_unit = {metric.unit: metric for metric in METRICS}
    assert worded(by_unit["share"], 0.6789) == "0.679"
    assert worded(by_unit["ms"], 1234.4) == "1,234 ms"
    assert worded(by_unit["count"], 3.0) == "3"
    assert worded(by_unit["words"], None) == "–"
