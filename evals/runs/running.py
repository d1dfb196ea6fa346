"""A run over many conversations: pydantic-evals runs them, a journal keeps what is done."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from pydantic_evals import Case, Dataset
from tenacity import retry_if_exception_type, stop_after_attempt, wait_exponential

from copilot.errors import Invalid
from copilot.transcripts import Script
from evals.runs.judging import Judged, described
from evals.runs.recordings import LiveCallFailed
from evals.runs.results import ConversationResult, Head, Run, Timing

_TRIES = 3


class Plan(NamedTuple):
    """What is run: `judge` judges one conversation; the journal stands beside the result file."""

    head: Head
    scripts: Sequence[Script]
    judge: Callable[[Script], Awaitable[Judged]]
    journal: Path
    jobs: int = 2
    progress: bool = True


class Done(NamedTuple):
    """The finished run, what was measured on the way, and how many conversations had been done before."""

    run: Run
    timings: list[Timing]
    resumed: int


async def run(plan: Plan) -> Done:
    """Runs what an interrupted start of the same run has not done. A conversation that cannot be judged has
    an `error`; where none can, that is raised as Invalid."""
    journal = Journal(plan.journal, plan.head)
    done = journal.read()
    timings: list[Timing] = []
    left = [script for script in plan.scripts if script.id not in done]

    async def task(script: Script) -> str:
        judged = await plan.judge(script)
        journal.add(judged.result)
        done[script.id] = judged.result
        timings.append(judged.timing)
        return script.id

    resumed = len(done)
    if left:
        cases: list[Case[Script, str, None]] = [Case(name=script.id, inputs=script) for script in left]
        dataset: Dataset[Script, str, None] = Dataset(name="conversations", cases=cases)
        retry: Any = {
            "retry": retry_if_exception_type(LiveCallFailed),
            "stop": stop_after_attempt(_TRIES),
            "wait": wait_exponential(),
            "reraise": True,
        }
        report = await dataset.evaluate(
            task,
            name=plan.head.prompt or plan.head.phrasebook,
            task_name=plan.head.prompt or plan.head.phrasebook,
            max_concurrency=plan.jobs,
            progress=plan.progress,
            retry_task=retry,
        )
        by_id = {script.id: script for script in left}
        for failure in report.failures:
            done[failure.name] = replace(described(by_id[failure.name]), error=failure.error_message)
        if len(report.failures) == len(plan.scripts):
            raise Invalid(f"no conversation could be judged; the first: {report.failures[0].error_message}")
    found = tuple(done[script.id] for script in sorted(plan.scripts, key=lambda script: script.id))
    return Done(Run(plan.head, found), timings, resumed)


class Journal:
    """What is done, a line a conversation, so that an interrupted run goes on; another run's is discarded."""

    def __init__(self, path: Path, head: Head) -> None:
        self._path = path
        self._first = msgspec.json.encode(head, order="sorted")

    def read(self) -> dict[str, ConversationResult]:
        """What an interrupted start of the same run did; starts the file anew where there is none."""
        found: dict[str, ConversationResult] = {}
        first, *lines = self._path.read_bytes().splitlines() if self._path.exists() else [b""]
        if first == self._first:
            for line in lines:
                try:
                    result = msgspec.json.decode(line, type=ConversationResult)
                except msgspec.DecodeError:
                    break  # the line at which it was broken off
                found[result.id] = result
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = [self._first, *(msgspec.json.encode(result) for result in found.values())]
        part = self._path.with_suffix(".part")
        part.write_bytes(b"".join(line + b"\n" for line in kept))
        os.replace(part, self._path)
        return found

    def add(self, result: ConversationResult) -> None:
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(result) + b"\n")

    def remove(self) -> None:
        """The run is whole and written."""
        self._path.unlink(missing_ok=True)


def failed(run: Run) -> list[ConversationResult]:
    """The conversations that could not be judged."""
    return [conversation for conversation in run.conversations if conversation.error is not None]
