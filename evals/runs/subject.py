"""What is under test: tracker, phrasebook, and with a model its prompt, loaded once for a run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import httpx2

from copilot import guards
from copilot.clocks import SimulatedClock
from copilot.core.events import Answered
from copilot.core.types import Moment
from copilot.errors import Misconfigured
from copilot.ports import Suggester, TokenCounter, Tracker
from copilot.prompts.library import Prompt, PromptLibrary
from copilot.prompts.releases import digest
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.llm import LlmLimits, LlmSuggester
from copilot.suggesters.phrasebook import Phrasebook, load_phrasebook
from copilot.suggesters.upstream import connect
from copilot.tokens import TiktokenCounter
from copilot.weights import LIVE, load_tracker
from evals.runs.recordings import RecordedTransport, Recordings, place
from evals.runs.results import Head

# Nobody is called at this address: answers come from recordings, unless live calls were asked for.
NOWHERE = "http://recorded.invalid/v1"
# While a live answer is awaited simulated time stands still: a slow endpoint is waited for, its pace is kept.
LIVE_SILENCE_S = 120.0
Record = Callable[[Moment, Answered], None]


class Endpoint(NamedTuple):
    """Where live calls go, if they were asked for."""

    base_url: str
    api_key: str
    transport: httpx2.AsyncBaseTransport


class ModelUnderTest(NamedTuple):
    """A prompt on a model. `endpoint` None: what is not recorded is an error."""

    prompt: Prompt
    name: str
    counter: TokenCounter
    recordings: Path
    endpoint: Endpoint | None = None

    async def connect(
        self, conversation: str, clock: SimulatedClock, record: Record, patience_s: float
    ) -> tuple[Suggester, RecordedTransport]:
        """The product's own suggester for one conversation, on recorded answers and on the run's clock."""
        transport = RecordedTransport(
            Recordings(place(self.recordings, self.prompt.ref, self.name, conversation)),
            clock,
            None if self.endpoint is None else self.endpoint.transport,
        )
        base_url, api_key = (
            (self.endpoint.base_url, self.endpoint.api_key) if self.endpoint else (NOWHERE, "none")
        )
        client = connect(base_url, api_key, transport=transport, silence_s=LIVE_SILENCE_S)
        # On its first call the client library looks at the platform, in a thread, for which simulated time
        # would not wait: so that call is another one, before anything is played.
        await client.models.list()
        suggester = LlmSuggester(
            client,
            self.name,
            lambda _, __: self.prompt,
            self.counter,
            Breaker(clock.monotonic),
            monotonic=clock.monotonic,
            timeout=clock.timeout,
            limits=LlmLimits(patience_s=patience_s),
            record=record,
        )
        return suggester, transport


class Subject(NamedTuple):
    """All that decides what is suggested, besides the code."""

    tracker: Tracker
    tracker_hash: str
    phrasebook: Phrasebook
    model: ModelUnderTest | None = None

    def head(self, transcripts: dict[str, str], code: str, product: str) -> Head:
        """What the result file says of it."""
        model = self.model
        return Head(
            product=product,
            suggester="phrasebook" if model is None else "llm",
            prompt=None if model is None else model.prompt.ref,
            prompt_hash=None if model is None else model.prompt.hash,
            model=None if model is None else model.name,
            phrasebook=self.phrasebook.version,
            phrasebook_hash=self.phrasebook.content_hash,
            tracker=self.tracker.version,
            tracker_hash=self.tracker_hash,
            code=code,
            transcripts=transcripts,
        )


def load_subject(prompts: Path, phrasebook: str | None = None) -> Subject:
    """The live tracker and a version of the phrasebook (the newest if none is named) under a folder of
    prompts. Raises Misconfigured."""
    return Subject(
        tracker=load_tracker(prompts),
        tracker_hash=digest(prompts, "tracker", LIVE),
        phrasebook=load_phrasebook(prompts, phrasebook, check=guards.check),
    )


def load_model(
    prompts: Path, ref: str, name: str | None, recordings: Path, endpoint: Endpoint | None
) -> ModelUnderTest:
    """A prompt, by `name@version` or `name`, on a model. Raises Misconfigured, Invalid, NotFound."""
    prompt = PromptLibrary(prompts).get(ref)
    if name is None:
        raise Misconfigured("which model? Name it with --model or COPILOT_MODEL, as when it was recorded")
    return ModelUnderTest(
        prompt, name, TiktokenCounter.load(Path("data") / "vocabulary"), recordings, endpoint
    )


def code_hash(root: Path) -> str:
    """One hash of the product's and the evals' sources: an interrupted run goes on only with the same."""
    lines = [
        f"{file.relative_to(root).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}\n"
        for folder in ("copilot", "evals")
        for file in sorted((root / folder).rglob("*.py"))
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
