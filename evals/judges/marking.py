"""Puts a judge's marks into a result file, and its choices between two runs beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import zip_longest
from typing import NamedTuple

from msgspec.structs import replace

from copilot.errors import Invalid
from copilot.transcripts import Script
from evals.judges.agreement import MARKS, Agreement
from evals.judges.model import Judge, Opinion
from evals.runs.results import ConversationResult, PointResult, Run, Score

# The least that is no case to look at.
_CONTENT = 3
_AT_ONCE = 8
# Marks of a judge that does not agree with people stand under another name: no gate reads them.
UNPROVEN = "unproven_"


class Pairs(NamedTuple):
    """How often the judge preferred the one run's phrase, the other's, or neither in both orders."""

    one: int
    other: int
    tie: int


async def marked(run: Run, judge: Judge, scripts: Mapping[str, Script], agreed: Agreement) -> Run:
    """The run with a score for every mark of every phrase. Raises NotRecorded, LiveCallFailed, NoOpinion."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(conversation: ConversationResult) -> ConversationResult:
        points = []
        for point in conversation.points:
            scores = tuple(score for score in point.scores if not _is_mark(score))
            if point.offered.text and conversation.id in scripts:
                async with places:
                    opinion = await judge.mark(scripts[conversation.id], point.turn, point.offered.text)
                scores += _scores(opinion, agreed)
            points.append(replace(point, scores=scores))
        return replace(conversation, points=tuple(points))

    found = await asyncio.gather(*(one(conversation) for conversation in run.conversations))
    head = replace(
        run.head,
        judge=judge.name,
        judge_hash=judge.marks.hash,
        judge_agreement=agreed.kappa,
        judge_items=agreed.items,
        judge_people=agreed.people,
        people_agreement=agreed.among_people,
    )
    return Run(head, tuple(found))


async def preferred(one: Run, other: Run, judge: Judge, scripts: Mapping[str, Script]) -> Pairs:
    """Over all points at which both offer a phrase, and not the same. Raises Invalid when the runs are of
    other transcripts, and what `marked` does."""
    if one.head.transcripts != other.head.transcripts:
        raise Invalid("the two runs are of other transcripts: nothing to choose between")
    counts = {"one": 0, "other": 0, "tie": 0}
    for mine, theirs in zip_longest(one.conversations, other.conversations):
        for first, second in _both(mine, theirs):
            better = await judge.prefer(scripts[mine.id], first.turn, first.offered.text, second.offered.text)
            counts[better] += 1
    return Pairs(**counts)


def _both(mine: ConversationResult, theirs: ConversationResult) -> list[tuple[PointResult, PointResult]]:
    by_turn = {point.turn: point for point in theirs.points}
    pairs = [(point, by_turn[point.turn]) for point in mine.points if point.turn in by_turn]
    return [
        (first, second)
        for first, second in pairs
        if first.offered.text and second.offered.text and first.offered.text != second.offered.text
    ]


def _scores(opinion: Opinion, agreed: Agreement) -> tuple[Score, ...]:
    prefix = "" if agreed.usable else UNPROVEN
    return tuple(
        Score(
            scorer=f"{prefix}{mark}",
            value=float(given := getattr(opinion, mark)),
            passed=given >= _CONTENT,
            reason=opinion.why,
        )
        for mark in MARKS
    )


def _is_mark(score: Score) -> bool:
    return score.scorer.removeprefix(UNPROVEN) in MARKS
