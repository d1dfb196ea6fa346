"""Tests of decision points: turn by turn the state goes in, and out of the engine comes the suggestion."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.suggesters.upstream import bounded
from evals.runs.points import walk
from evals.runs.recordings import NotRecorded
from evals.runs.subject import Endpoint, Subject
from tests.fakes.evals import answering, script, turn, under_test
from tests.fakes.openai_server import FakeOpenAI, completion, stream


async def test_every_customer_turn_is_a_point(subject: Subject) -> None:
    """Each turn is read; after each of the customer's something is offered, or a silence with its reason."""
    walked = await walk(subject, script())
    assert sorted(walked.tracked) == [0, 1, 2, 3, 4]
    assert [point.result.turn for point in walked.points] == [0, 2, 4]
    assert walked.tracked[1].phase == "acknowledged"
    assert walked.tracked[1].act == "apologise"
    first = walked.points[0].result.offered
    assert first.act in ("acknowledge", "apologise", "empathise")
    assert first.text
    assert walked.points[0].moment is not None


async def test_points_do_not_depend_on_the_channel_s_timing(subject: Subject) -> None:
    """A turn of several messages is one point, in chat and in voice alike."""
    several = [turn("customer", "My parcel!", "It has not come.", "Two weeks now!"), turn("agent", "Oh no.")]
    for channel in ("voice", "chat"):
        walked = await walk(subject, script(channel, turns=several))
        assert [point.result.turn for point in walked.points] == [0]
        assert walked.points[0].result.offered.text


async def test_the_model_answers_at_every_point(subject: Subject, tmp_path: Path) -> None:
    """With a model its answer is offered, with its calls; offline the same points come to the byte."""
    async with FakeOpenAI(answering) as server:
        live = bounded()
        asked = under_test(subject, tmp_path, Endpoint(server.base_url, "key", live))
        first = await walk(asked, script())
        await live.aclose()
    offline = await walk(under_test(subject, tmp_path), script())
    offered = first.points[0].result
    assert offered.offered.origin == "llm"
    assert offered.calls[0].outcome == "ok"
    assert offered.calls[0].tokens_in == 900
    assert offered.first is not None
    assert [point.result.offered for point in first.points] == [
        point.result.offered for point in offline.points
    ]


async def test_what_is_not_recorded_stops_the_conversation(subject: Subject, tmp_path: Path) -> None:
    """A missing recording is an error, though the phrasebook could have answered."""
    with pytest.raises(NotRecorded, match="--record"):
        await walk(under_test(subject, tmp_path), script())


async def test_a_refused_answer_is_noted_with_its_rule(subject: Subject, tmp_path: Path) -> None:
    """Where a guard stops the model's answer, the phrasebook's is offered, and the point says which rule."""
    promise = (
        '{"act": "acknowledge", "phrase": "I promise you will definitely get your money.", '
        '"why": "x", "alternatives": []}'
    )
    async with FakeOpenAI(stream(completion(promise))) as server:
        live = bounded()
        walked = await walk(under_test(subject, tmp_path, Endpoint(server.base_url, "key", live)), script())
        await live.aclose()
    point = walked.points[0].result
    assert point.offered.origin == "phrasebook"
    assert [refused.origin for refused in point.refused] == ["llm"]
    assert point.first is not None
