"""The page."""

from __future__ import annotations

import re

from msgspec.structs import replace

from evals.gating.gates import Gates, judge
from evals.reports import render
from evals.runs.results import Run
from tests.evals import small_runs
from tests.evals.reports.results import judged, run_of
from tests.evals.small_runs import METRICS

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}"


def test_every_text_is_escaped() -> None:
    """Words of a transcript, of a model and of scorers stand on the page as text and nothing else."""
    page = render(run_of(judged("a", text=HOSTILE, said=HOSTILE)), METRICS)
    assert "<img" not in page
    assert page.count("<script>") == page.count("</script>") == 1
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in page
    assert "{{ 7 * 7 }}" in page


def test_it_opens_without_a_network() -> None:
    """Nothing on the page is fetched from elsewhere: no address but anchors within it."""
    page = render(run_of(judged("a"), judged("b", right=False)), METRICS)
    targets = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)""", page)
    assert targets
    assert all(target.startswith("#") for target in targets)
    assert "http" not in page


def test_every_anchor_leads_somewhere() -> None:
    """Each conversation and each turn has an anchor, and each link on the page has its target."""
    page = render(run_of(judged("a"), judged("b", right=False)), METRICS, run_of(judged("a"), judged("b")))
    anchors = set(re.findall(r'id="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= anchors
    assert {"c-a", "c-b", "c-a-t0", "c-b-t1"} <= anchors


def test_it_says_why_a_case_failed() -> None:
    """Beside the turn stand the suggestion, the expected acts and the scorer's reason."""
    page = render(run_of(judged("b", text="Anything else?", right=False)), METRICS)
    row = page.split('id="c-b-t0"')[1].split('id="c-b-t1"')[0]
    for words in (
        "Anything else?",
        "expected",
        "acknowledge",
        "act in good",
        "not that",
        "0.6 s after the turn",
    ):
        assert words in row


def test_a_judges_agreement_with_people_stands_beside_its_marks() -> None:
    """Under the figures: who judged, how far it agrees with people, and they with each other."""
    run = run_of(judged("a"))
    assert "Weighted kappa" not in render(run, METRICS)
    marks = {"fitness": 0.41, "empathy": 0.5, "clarity": 0.62}
    head = replace(
        run.head,
        judge="judge@1.0.0 on large",
        judge_agreement=marks,
        judge_items=31,
        judge_people=2,
        people_agreement={"fitness": 0.94},
    )
    page = render(Run(head, run.conversations), METRICS)
    assert "judge@1.0.0 on large" in page
    assert "2 people on 31 suggestions: fitness 0.41, empathy 0.50, clarity 0.62" in page
    assert "of the people among themselves: fitness 0.94" in page


def test_what_moved_stands_before_the_figures() -> None:
    """Beside another run it says at once which figures got worse or better, or that none did."""
    names = [f"c{number}" for number in range(12)]
    good, bad = (small_runs.run([(name, mark) for name in names]) for mark in "+-")
    worse = render(bad, METRICS, good)
    assert worse.index("What moved") < worse.index('id="figures"')
    moved = worse.split("What moved")[1].split("</section>")[0]
    assert "<b>worse</b> act in good: 100.0 % → 0.0 %" in moved
    assert "No figure beyond what chance explains" in render(good, METRICS, good)
    assert "What moved" not in render(good, METRICS)


def test_two_runs_stand_side_by_side() -> None:
    """Both suggestions of a changed turn are shown, with the gate's word on top."""
    now, before = run_of(judged("a", "Go on.", right=False)), run_of(judged("a", "I hear you."))
    report, _ = judge(now, before, Gates(conversations=1, gates=()), METRICS, "2026-01-02")
    page = render(now, METRICS, before, report)
    assert "The gate is not passed" in page
    row = page.split('id="c-a-t0"')[1].split('id="c-a-t1"')[0]
    assert row.index("I hear you.") < row.index("Go on.")
    assert "▼ worse" in page


def test_the_same_run_gives_the_same_page() -> None:
    """Nothing on the page depends on when or where it is made."""
    run = run_of(judged("a"))
    assert render(run, METRICS) == render(run, METRICS)
