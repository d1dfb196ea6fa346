"""The result of a run as a file: what ran, and for each conversation what was read, suggested and judged.

JSON Lines. The first line is the `Head`, each further line a `ConversationResult`, ordered by id. Nothing in
the file depends on the wall clock or on the machine, so that the same run gives the same bytes; measured
times stand in `Timings`, in a file of their own beside it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from copilot.core.types import Act, Cause, Channel, Emotion, Phase, Speaker
from copilot.errors import Invalid

FORMAT = "agent-copilot/eval-run@1"

SuggesterName = Literal["phrasebook", "llm"]
Line = TypeVar("Line")
Ending = Literal["superseded", "withdrawn", "expired", "closed", "replay_ended"]


class Head(Struct, frozen=True, kw_only=True):
    """What ran. Two runs may be compared when their `transcripts`, `noise` and `seed` are the same.

    Hashes are SHA-256 in hex. `prompt` is `name@version`; without a model, `prompt` and `model` are None.
    `code` is the hash of the product's and the evals' sources: it says whether an interrupted run may go on.
    `noise` is the share of words misheard; `disorder` says that the transport shuffled, doubled, cut off.
    `judge_agreement` is the judge's weighted kappa with people by mark, measured on `judge_items` suggestions
    that `judge_people` people marked; `people_agreement` is theirs among themselves.
    """

    format: str = FORMAT
    product: str
    suggester: SuggesterName
    prompt: str | None = None
    prompt_hash: str | None = None
    model: str | None = None
    phrasebook: str
    phrasebook_hash: str
    tracker: str
    tracker_hash: str
    code: str
    seed: int = 7
    noise: float = 0.0
    disorder: bool = False
    subset: tuple[str, ...] = ()
    judge: str | None = None
    judge_hash: str | None = None
    judge_agreement: dict[str, float] = {}
    judge_items: int = 0
    judge_people: int = 0
    people_agreement: dict[str, float] = {}
    transcripts: dict[str, str] = {}


class Score(Struct, frozen=True, kw_only=True):
    """What one scorer says of one sample.

    `value` is 1.0 or 0.0 where it is right or wrong, else a plain measure (words, ms). `passed` is None where
    the score only measures; False is a case that somebody should look at, and `reason` says why. `wanted` and
    `got` are the labels that were compared, where labels were; `turn` is set by scorers of a whole replay or
    conversation that speak of one turn.
    """

    scorer: str
    value: float
    passed: bool | None = None
    reason: str = ""
    wanted: str | None = None
    got: str | None = None
    turn: int | None = None


class Labelled(Struct, frozen=True, kw_only=True):
    """The codebook's labels right after a turn, as the transcript has them."""

    phase: Phase
    heat: int | None = None
    emotion: Emotion | None = None
    act: Act | None = None
    best: Act | None = None
    good: tuple[Act, ...] = ()
    never: tuple[Act, ...] = ()


class Tracked(Struct, frozen=True, kw_only=True):
    """What the tracker read right after a turn. `quotes` are the words it rests on."""

    phase: Phase
    confidence: float
    heard: bool
    heat: int
    emotion: Emotion
    cause: Cause
    act: Act | None = None
    flare: bool = False
    quotes: tuple[str, ...] = ()


class TurnResult(Struct, frozen=True, kw_only=True):
    """A turn of the transcript (system notes too: they have neither labels nor `tracked`).

    `index` is its place in the file; times are ms on the plan by which it is replayed.
    """

    index: int
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int
    labels: Labelled | None = None
    never_say: tuple[str, ...] = ()
    tracked: Tracked | None = None
    scores: tuple[Score, ...] = ()


class Call(Struct, frozen=True, kw_only=True):
    """One call of the model, with the times of its recording. `cost` is in the currency of the price list."""

    request_hash: str
    outcome: str
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    first_token_ms: float | None = None
    first_sentence_ms: float | None = None
    total_ms: float | None = None
    cost: float | None = None
    raw: str = ""


class Refused(Struct, frozen=True, kw_only=True):
    """A draft that a guard did not let pass: the rule, its reason and the text."""

    rule: str
    reason: str
    text: str
    origin: SuggesterName


class Offered(Struct, frozen=True, kw_only=True):
    """What the agent is shown: a phrase, or a `silence` with its reason and no text."""

    act: Act
    text: str
    why: str
    silence: str | None = None
    alternatives: tuple[str, ...] = ()
    origin: SuggesterName
    phrase_id: str | None = None
    policy_row: str | None = None
    prompt: str | None = None


class PointResult(Struct, frozen=True, kw_only=True):
    """A decision point: the state right after the customer's turn `turn` went in, `offered` came out.

    `first` is what the suggester proposed first, before guards and the phrasebook took its place.
    """

    turn: int
    offered: Offered
    first: Offered | None = None
    refused: tuple[Refused, ...] = ()
    calls: tuple[Call, ...] = ()
    scores: tuple[Score, ...] = ()


class Appearance(Struct, frozen=True, kw_only=True):
    """What a card said from `at_ms` on; `status` is `partial` while it still grew."""

    at_ms: int
    status: Literal["partial", "final"]
    text: str


class CardResult(Struct, frozen=True, kw_only=True):
    """A card (or a silence) of the timed replay, from its appearing to its end, ms of simulated time.

    `turn` is the customer's turn that it answers; `turn_ended_ms` is when that turn's last words had been
    sent, so that `appeared_ms - turn_ended_ms` is what the agent waited.
    """

    id: str
    turn: int
    turn_ended_ms: int
    appeared_ms: int
    ended_ms: int
    ending: Ending
    phase: Phase
    offered: Offered
    appearances: tuple[Appearance, ...] = ()
    scores: tuple[Score, ...] = ()


class PhaseChange(Struct, frozen=True, kw_only=True):
    """What the replay's readers were told of the phase, from `at_ms` on."""

    at_ms: int
    phase: Phase
    heat: int
    heard: bool


class ReplayResult(Struct, frozen=True, kw_only=True):
    """The plan of fragments, played on a simulated clock through the whole engine."""

    cards: tuple[CardResult, ...]
    phases: tuple[PhaseChange, ...]
    length_ms: int
    calls: tuple[Call, ...] = ()
    reconnects: int = 0
    scores: tuple[Score, ...] = ()


class ConversationResult(Struct, frozen=True, kw_only=True):
    """One conversation, judged both ways. `error` says why it could not be judged; then the rest is empty."""

    id: str
    title: str
    channel: Channel
    trade: str
    kind: str
    cause: Cause | None
    outcome: str
    tags: tuple[str, ...]
    transcript_hash: str
    turns: tuple[TurnResult, ...] = ()
    points: tuple[PointResult, ...] = ()
    replay: ReplayResult | None = None
    scores: tuple[Score, ...] = ()
    error: str | None = None


class Run(NamedTuple):
    """A whole result file."""

    head: Head
    conversations: tuple[ConversationResult, ...]

    @property
    def digest(self) -> str:
        """The hash of the file's bytes, by which a report names the run it rests on."""
        return hashlib.sha256(dumps(self)).hexdigest()


class Timing(Struct, frozen=True, kw_only=True):
    """How long one conversation took on this machine: in all, and at a decision point on average, in ms."""

    conversation: str
    total_ms: float
    point_ms: float


def dumps(run: Run) -> bytes:
    """The bytes of a result file: deterministic, conversations ordered by id."""
    encoder = msgspec.json.Encoder(order="sorted")
    ordered = sorted(run.conversations, key=lambda conversation: conversation.id)
    return b"".join(encoder.encode(line) + b"\n" for line in (run.head, *ordered))


def write(path: Path, run: Run) -> None:
    """Writes a result file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(path.suffix + ".part")
    part.write_bytes(dumps(run))
    os.replace(part, path)


def read(path: Path) -> Run:
    """Reads a result file. Raises Invalid with the line that is none."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise Invalid(f"{path}: {error.strerror}") from error
    if not lines:
        raise Invalid(f"{path}: empty, no result of a run")
    head = _decoded(path, 1, lines[0], Head)
    if head.format != FORMAT:
        raise Invalid(f"{path}: its format is {head.format}, this is {FORMAT}")
    found = [_decoded(path, number, line, ConversationResult) for number, line in enumerate(lines[1:], 2)]
    return Run(head, tuple(found))


def write_timings(path: Path, timings: Sequence[Timing]) -> None:
    """Writes the measured times, one conversation a line, beside a result file."""
    ordered = sorted(timings, key=lambda timing: timing.conversation)
    path.write_bytes(b"".join(msgspec.json.encode(timing) + b"\n" for timing in ordered))


def _decoded(path: Path, number: int, line: bytes, kind: type[Line]) -> Line:
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.DecodeError as error:
        raise Invalid(f"{path}, line {number}: {error}") from error
