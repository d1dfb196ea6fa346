"""Tests of a model as judge, against a fake endpoint: marks, choices in both orders, recordings."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from copilot.shipped import shipped
from copilot.suggesters.upstream import bounded
from evals.judges.agreement import Agreement
from evals.judges.marking import marked, preferred
from evals.judges.model import Judge, NoOpinion, load_judge
from evals.metrics.catalogue import METRICS
from evals.metrics.metric import figure
from evals.runs.recordings import NotRecorded
from evals.runs.results import PointResult, Run
from evals.runs.subject import Endpoint
from tests.evals.runs.test_results import HEAD, conversation
from tests.fakes.evals import offered, script
from tests.fakes.openai_server import FakeOpenAI, Received, Reply

SCRIPT = script(id="one")


def said(answer: object) -> Reply:
    message = {"role": "assistant", "content": answer if isinstance(answer, str) else json.dumps(answer)}
    body = {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    return Reply([json.dumps(body).encode()], headers={"content-type": "application/json"})


def opinion(fitness: int) -> dict[str, Any]:
    return {"why": "It names the parcel.", "fitness": fitness, "empathy": 4, "clarity": 5}


def taste(request: Received) -> Reply:
    """Likes whatever names the parcel; without it, whatever comes first."""
    text = json.dumps(request.json["messages"])
    if "first suggestion" not in text:
        return said(opinion(5 if "Your parcel" in text else 2))
    first, _, second = text.partition("The second suggestion")
    liked = "first" if "Your parcel" in first else "second" if "Your parcel" in second else "first"
    return said({"why": "It names it.", "better": liked})


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI(taste) as running:
        yield running


def judge(folder: Path, server: FakeOpenAI | None = None) -> Judge:
    live = None if server is None else Endpoint(server.base_url, "key", bounded())
    return load_judge(shipped(), "judge-1", folder, live)


async def test_a_phrase_is_marked_from_what_is_known_by_then(server: FakeOpenAI, tmp_path: Path) -> None:
    """The judge sees the conversation up to the turn and the phrase, and nothing that comes later."""
    given = await judge(tmp_path, server).mark(SCRIPT, 0, "Your parcel has not come.")
    assert (given.fitness, given.empathy, given.clarity) == (5, 4, 5)
    asked = server.requests[0].json
    text = json.dumps(asked["messages"])
    assert "nobody answers me" in text
    assert "4711" not in text
    assert asked["temperature"] == 0


async def test_marks_are_recorded_like_any_answer(server: FakeOpenAI, tmp_path: Path) -> None:
    """What was asked once is not asked again, and without a recording it is an error."""
    first = await judge(tmp_path, server).mark(SCRIPT, 0, "Your parcel.")
    assert await judge(tmp_path).mark(SCRIPT, 0, "Your parcel.") == first
    assert len(server.requests) == 1
    with pytest.raises(NotRecorded):
        await judge(tmp_path).mark(SCRIPT, 0, "Another phrase.")


@pytest.mark.parametrize(("one", "other", "better"), [
    ("Your parcel is late.", "Hello.", "one"),
    ("Hello.", "Your parcel is late.", "other"),
    ("Hello.", "Good day.", "tie"),
])  # fmt: skip
async def test_a_choice_that_changes_with_the_order_is_none(
    server: FakeOpenAI, tmp_path: Path, one: str, other: str, better: str
) -> None:
    """Both orders are asked; who likes what comes first has no preference."""
    assert await judge(tmp_path, server).prefer(SCRIPT, 0, one, other) == better
    assert len(server.requests) == 2


@pytest.mark.parametrize("answer", ["I like it.", {"why": "x", "fitness": 9, "empathy": 1, "clarity": 1}, ""])
async def test_an_answer_that_is_no_opinion_is_told(tmp_path: Path, answer: object) -> None:
    """What is not the JSON that was asked for, or a mark that is none, is an error and no mark."""
    async with FakeOpenAI(said(answer)) as server:
        with pytest.raises(NoOpinion, match="judge@"):
            await judge(tmp_path, server).mark(SCRIPT, 0, "Hello.")


def run(*phrases: str) -> Run:
    points = tuple(PointResult(turn=2 * n, offered=offered(text)) for n, text in enumerate(phrases))
    one = conversation("one")
    return Run(HEAD, (type(one)(**{**_fields(one), "points": points}),))


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def agreed(usable: bool) -> Agreement:
    return Agreement(items=30, people=2, kappa={"fitness": 0.9}, among_people={}, usable=usable)


async def test_only_a_judge_that_agrees_gives_figures(server: FakeOpenAI, tmp_path: Path) -> None:
    """The same marks are 'unproven' while the judge does not agree with people: no gate reads them."""
    by_name = {metric.name: metric for metric in METRICS}
    for usable in (False, True, True):
        judged = await marked(
            run("Your parcel.", "Hello.", ""), judge(tmp_path, server), {"one": SCRIPT}, agreed(usable)
        )
        assert figure(by_name["fitness, by the judge"], judged.conversations) == (3.5 if usable else None)
        unproven = figure(by_name["unproven: fitness, by the judge"], judged.conversations)
        assert unproven == (None if usable else 3.5)
        assert judged.head.judge_agreement == {"fitness": 0.9}
    failed = judged.conversations[0].points[1].scores
    assert [score.scorer for score in failed if score.passed is False] == ["fitness"]


async def test_two_runs_are_chosen_between_where_they_differ(server: FakeOpenAI, tmp_path: Path) -> None:
    """Only phrases that differ are judged, each pair in both orders."""
    mine, theirs = run("Your parcel.", "Same.", ""), run("Hello.", "Same.", "Hi.")
    pairs = await preferred(mine, theirs, judge(tmp_path, server), {"one": SCRIPT})
    assert pairs == (1, 0, 0)
    assert len(server.requests) == 2
